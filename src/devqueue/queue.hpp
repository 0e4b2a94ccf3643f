#pragma once

// One SQS queue as a pure model: time is passed in, nothing waits, nothing is sent anywhere. It
// holds a million messages queued or in flight at a cost of O(log n) a message or better.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "devqueue/deduplication.hpp"
#include "devqueue/message_store.hpp"
#include "devqueue/order.hpp"
#include "devqueue/receipt.hpp"
#include "devqueue/settings.hpp"
#include "devqueue/timers.hpp"

namespace moretta::devqueue {

struct NewMessage {
  std::string body;
  std::unique_ptr<MessageExtras> extras;  // null if it has none
  std::optional<Seconds> delay;           // the queue's if not given
};

struct Sent {
  MessageId id{};
  Md5 body_md5{};
  std::uint64_t sequence = 0;
};

// Points into the queue: good until the queue is next changed.
struct Delivery {
  const Message* message;
  Receipt receipt;
};

struct ReceiveRequest {
  std::size_t messages_max = 1;
  std::optional<Seconds> visibility;  // the queue's if not given
  std::string attempt_id;             // FIFO only; empty for none
};

enum class Removal { removed, stale, gone, expired };
enum class Extension { changed, stale, gone, expired, beyond_limit };

struct QueueCounts {
  std::size_t visible = 0;
  std::size_t in_flight = 0;
  std::size_t delayed = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t deleted = 0;
  std::uint64_t expired = 0;   // kept longer than the retention period
  std::uint64_t redriven = 0;  // moved to the dead-letter queue
  std::uint64_t adopted = 0;   // came in by a redrive or a move task
  std::uint64_t moved = 0;     // went out by a move task
  std::uint64_t purged = 0;
  std::uint64_t duplicated = 0;  // copies made by a fault
};

enum class Ordering { as_the_kind_says, standard };

class Queue {
 public:
  struct Identity {
    std::string name;
    std::string arn;
    WallTime created;
  };

  Queue(Identity identity, QueueSettings settings, Ordering ordering, Random& random);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] const QueueSettings& settings() const { return settings_; }
  [[nodiscard]] WallTime modified() const { return modified_; }
  void change_settings(QueueSettings settings, WallTime now);

  // Lets time pass: delays and visibility timeouts end, old messages vanish. Every call below that
  // takes `now` does it first; `now` must not go back.
  void advance(WallTime now);

  // Not later than the next time at which a message may become visible by itself.
  [[nodiscard]] std::optional<WallTime> next_change() const { return timers_.next(); }

  Sent send(NewMessage message, WallTime now);

  // Appends what it hands out. A message over the redrive policy's receives goes to `dead_letters`
  // instead; without one (null) it is handed out as ever.
  void receive(const ReceiveRequest& request, Queue* dead_letters, WallTime now,
               std::vector<Delivery>& out);

  [[nodiscard]] std::optional<Receipt> receipt_of(std::string_view handle) const {
    return parse_receipt(handle, tag_);
  }
  void append_handle(const Receipt& receipt, std::string& out) const {
    append_receipt(receipt, tag_, out);
  }
  Removal remove(const Receipt& receipt, WallTime now);
  Extension change_visibility(const Receipt& receipt, Seconds visibility, WallTime now);

  void purge();

  // For a move task: the next visible message, left in the queue (null if none) or out of it.
  const Message* peek(WallTime now);
  std::optional<Message> take(WallTime now);
  // A message from elsewhere, visible at once. It keeps its id, times and receive count.
  void adopt(Message message);

  // Fault: a copy of a message that was just handed out, to be received once more. Standard only.
  void duplicate(const Message& message);

  // Of every message in the queue, to be adopted later as SQS may redeliver what was deleted.
  [[nodiscard]] std::vector<Message> copies() const;

  [[nodiscard]] QueueCounts counts() const;
  [[nodiscard]] bool is_fifo() const { return settings_.kind == QueueKind::fifo; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

 private:
  struct Attempt {
    std::vector<std::pair<Receipt, std::uint64_t>> given;  // with the timer that then ran
  };

  void change(Slot slot, MessageState to);
  void start_timer(Slot slot, WallTime due);
  Message drop(Slot slot);
  Slot place(Message message, MessageState state);
  Delivery hand_out(Slot slot, Seconds visibility, WallTime now);
  void redrive(Slot slot, Queue& dead_letters, WallTime now);
  bool repeat_attempt(Attempt& attempt, Seconds visibility, WallTime now,
                      std::vector<Delivery>& out);
  [[nodiscard]] std::string deduplication_key(const NewMessage& message) const;
  [[nodiscard]] bool is_current(const Receipt& receipt) const;

  Identity identity_;
  QueueSettings settings_;
  WallTime modified_;
  Random& random_;
  std::uint64_t tag_ = 0;
  MessageStore store_;
  std::variant<StandardOrder, FifoOrder> order_;
  Timers timers_;     // delays and visibility timeouts
  Timers retention_;  // by the time of sending
  RecentKeys<Sent> accepted_;
  RecentKeys<Attempt> attempts_;
  std::uint64_t sequences_ = 0;
  std::uint64_t stamps_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t delayed_ = 0;
  QueueCounts counts_;
};

}  // namespace moretta::devqueue
