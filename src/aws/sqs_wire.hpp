#pragma once

// SQS's two wires, AWS JSON 1.0 and the older Query protocol with its XML answers: the same values
// in memory whichever is spoken. Requests are written, answers are read; nothing here waits.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "record/message.hpp"

namespace moretta::aws {

enum class Protocol { json, query };

using Attributes = std::vector<std::pair<std::string, std::string>>;

constexpr int receive_messages_max = 10;       // SQS gives at most ten for a request
constexpr std::size_t batch_entries_max = 10;  // and takes at most ten in one
constexpr Seconds wait_max{20};                // the longest poll that SQS allows

// The sender's attributes, besides what the queue itself says of a message.
enum class SenderAttributes { none, trace, all };  // trace: traceparent alone

struct ReceiveRequest {
  std::string queue_url;
  int messages = receive_messages_max;
  Seconds wait{0};
  std::optional<Seconds> visibility{};  // absent: the queue's
  std::string attempt_id{};             // FIFO queues only; empty otherwise
  SenderAttributes attributes = SenderAttributes::none;
};

struct SendEntry {
  std::string body;
  std::string group_id{};          // empty: none
  std::string deduplication_id{};  // empty: none
  std::optional<Seconds> delay{};  // absent: the queue's
  std::vector<MessageAttribute> attributes{};
};

struct VisibilityEntry {
  std::string_view receipt;
  Seconds visibility{0};  // from now
};

// Entries of a batch are numbered by their position, "0", "1", …
std::string write_receive(Protocol protocol, const ReceiveRequest& request);
std::string write_delete_batch(Protocol protocol, std::string_view queue_url,
                               std::span<const std::string_view> receipts);
std::string write_visibility_batch(Protocol protocol, std::string_view queue_url,
                                   std::span<const VisibilityEntry> entries);
std::string write_send_batch(Protocol protocol, std::string_view queue_url,
                             std::span<const SendEntry* const> entries);
std::string write_get_queue_url(Protocol protocol, std::string_view name);
std::string write_get_attributes(Protocol protocol, std::string_view queue_url);
std::string write_create_queue(Protocol protocol, std::string_view name,
                               const Attributes& attributes);
// PurgeQueue, DeleteQueue.
std::string write_queue_operation(Protocol protocol, std::string_view operation,
                                  std::string_view queue_url);

struct SqsMessage {
  std::string id;
  std::string receipt;
  std::string body;
  std::string body_md5;  // as the server says; empty if it does not
  // The system attributes that somebody here reads, as the server writes them; empty if it does
  // not.
  std::string sent_timestamp;
  std::string receive_count;
  std::string group_id;
  std::string trace_header{};
  std::vector<MessageAttribute> attributes;  // those with a text; Binary ones are left out
  SteadyTime asked_at{};                     // when the request left; the reader leaves it alone

  bool operator==(const SqsMessage&) const = default;
};

// Where a system attribute of that name goes; null if nobody reads it.
std::string* system_attribute(SqsMessage& message, std::string_view name);

struct BatchSuccess {
  std::string entry;
  std::string message_id;  // of a send, as is the rest
  std::string body_md5;
  std::string sequence_number;

  bool operator==(const BatchSuccess&) const = default;
};

struct BatchFailure {
  std::string entry;
  std::string code;
  enum class Fault { sender, server } fault = Fault::server;

  bool operator==(const BatchFailure&) const = default;
};

struct BatchReply {
  std::vector<BatchSuccess> successes;
  std::vector<BatchFailure> failures;

  bool operator==(const BatchReply&) const = default;
};

// Reads the answers of both wires. nullopt: not an answer of that wire. Absent members are empty,
// and in an empty body all are absent. For one thread; keeps its parser between answers.
class SqsReader {
 public:
  SqsReader();
  ~SqsReader();
  SqsReader(const SqsReader&) = delete;
  SqsReader& operator=(const SqsReader&) = delete;

  // Appends what came. False, and nothing appended, if that is no answer.
  bool messages(Protocol protocol, const std::string& body, std::vector<SqsMessage>& out);
  std::optional<BatchReply> batch(Protocol protocol, const std::string& body);
  std::optional<Attributes> attributes(Protocol protocol, const std::string& body);
  std::optional<std::string> queue_url(Protocol protocol, const std::string& body);

  // An answer that only a server speaking this wire would give; any empty one may be JSON.
  bool is_answer(Protocol protocol, const std::string& body);

  // The code of an error answer, without its namespace; empty if there is none.
  std::string error_code(Protocol protocol, const std::string& body);

  // Whether the error's text says that a FIFO receipt handle has expired; the text itself may hold
  // what was sent and goes no further.
  bool says_receipt_expired(Protocol protocol, const std::string& body);

 private:
  struct Parsers;
  std::unique_ptr<Parsers> parsers_;
};

}  // namespace moretta::aws
