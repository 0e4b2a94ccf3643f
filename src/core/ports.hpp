#pragma once

// The two sides of a lane. Real ones are in aws/, pg/ and file/; the contract suite in
// test/contract holds them and the fakes to the same behaviour.

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "record/ledger_key.hpp"
#include "record/message.hpp"
#include "record/quarantine_record.hpp"
#include "record/row.hpp"

namespace moretta {

// How much to ask the queue for: `requests` receives of up to ten messages, at once.
struct Ask {
  int requests = 1;
  Seconds wait{0};         // long poll; 0 asks only for what is there
  std::stop_token stop{};  // cuts a long poll short

  bool operator==(const Ask&) const = default;
};

// The end of a message. Exactly one each; all but `returned` delete.
enum class Outcome { stored, duplicate, quarantined, returned };

// Whether the queue's order means something.
enum class Order {
  any,
  by_group,  // a FIFO queue: what has one group_id is stored in the order in which it came
};

// Approximate, as SQS is.
struct Depth {
  std::int64_t visible = 0;
  std::int64_t in_flight = 0;
  std::int64_t delayed = 0;

  [[nodiscard]] std::int64_t total() const { return visible + in_flight + delayed; }
};

// A queue, seen from one lane. For one thread.
class Source {
 public:
  virtual ~Source() = default;

  // All that came, in any order; of a FIFO group in its own. Blocks for ask.wait at most (plus the
  // time of a request). Requests under way are finished: the queue would lend the messages of an
  // aborted one to nobody. Only a long poll is given up on ask.stop, while nothing of its answer
  // has come. Throws Unavailable, Refused.
  virtual std::vector<Message> receive(const Ask& ask) = 0;

  // Deletes messages[i] unless outcomes[i] is `returned`, which is made visible again at once.
  // Does not throw Unavailable: what cannot be deleted comes again and is a counted duplicate, what
  // cannot be returned comes again when its lease ends. Gives the number of messages left so.
  // REQUIRED: as many outcomes as messages; each deleted message is durably stored.
  virtual std::size_t settle(std::span<const Message> messages,
                             std::span<const Outcome> outcomes) = 0;

  // Keeps the messages hidden for `lease` from now: to work on them, or to return them later. Gives
  // the number for which that failed.
  virtual std::size_t hold(std::span<const Message> messages, Seconds lease) = 0;

  // How long the queue hides a received message. Throws Unavailable, Refused.
  virtual Seconds lease() = 0;

  // Throws Unavailable, Refused.
  virtual Depth depth() = 0;
};

// Bodies that are kept elsewhere, with only a pointer in the queue. For one thread.
class Payloads {
 public:
  virtual ~Payloads() = default;

  // Puts the body into each message that points to one, or the fault why there will be none.
  // Throws Unavailable: call again with the same messages, of which some may have theirs. Throws
  // Refused if none can be had.
  virtual void fetch(std::span<Message> messages) = 0;

  // After their messages were settled: what is no longer needed may go. Throws nothing.
  virtual void settled(std::span<const Message> messages, std::span<const Outcome> outcomes) = 0;
};

struct KeyedRow {
  LedgerKey key;
  Row row;
  std::uint32_t group = 0;  // if one of a group (other than 0) is refused, the later ones wait
};

// What one turn writes. `maybe_seen` says that some message was received before, which is a hint
// for the order of attempts; the ledger decides.
struct Writes {
  std::vector<KeyedRow> rows;
  std::vector<QuarantineRecord> quarantine;
  bool maybe_seen = false;
};

enum class Fate {
  stored,
  duplicate,  // the ledger knows the key, or an earlier item of the same Writes has it
  refused,    // the row's own fault (SQLSTATE class 22, 23 and their like); nothing was written
  withheld,   // nothing was written, because an earlier row of its group was refused
};

struct Fates {
  std::vector<Fate> rows;        // as Writes::rows
  std::vector<Fate> quarantine;  // as Writes::quarantine; stored or duplicate
  // For each refused row, in order: what the server said of it, without values.
  struct Refusal {
    std::size_t row = 0;
    std::string sqlstate;
    std::string column{};  // empty if the server did not name one
  };
  std::vector<Refusal> refusals{};
  // Rows whose business key was there already: among the duplicates if they were ignored, among the
  // stored if they took its place.
  std::size_t conflicts = 0;
};

// A table with its ledger, vault and quarantine, seen from one lane. For one thread.
class Sink {
 public:
  virtual ~Sink() = default;

  // Connects and makes ready, before the first message is taken from the queue. Called again after
  // a failure until it returns. Throws Unavailable; Refused if the table or a right is missing.
  virtual void open() = 0;

  // When it returns, every item that is not `refused` or `withheld` is durable, with its ledger
  // key, in the same transaction as its row. Refused rows are isolated: the rest of the writes is
  // stored all the same, but for the later rows of their groups. Throws Unavailable if some of it
  // may or may not have been stored: call again with the same writes, what was stored then counts
  // as duplicate. Throws Refused if no row at all can be stored.
  virtual Fates write(const Writes& writes) = 0;
};

}  // namespace moretta
