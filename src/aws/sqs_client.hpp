#pragma once

// The SQS operations, each for as many items as the caller has: the requests they take share the
// wire. One call here is one decision of a lane.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/sqs_channel.hpp"
#include "aws/sqs_wire.hpp"

namespace moretta::aws {

struct ReceiveOrder {
  std::string queue_url;
  int requests = 1;  // of ten messages each, in flight together
  Seconds wait{0};
  SenderAttributes attributes = SenderAttributes::none;
  std::stop_token stop{};  // cuts a long poll short, and the wait before another try
};

// What a batch call came to. Items are named by their index in what was given.
struct BatchResult {
  std::vector<std::size_t> left;  // not done, in ascending order
  std::string reason;             // why the last of them; empty if all were done
};

// For one thread. Throws Unavailable if trying again did not help, Refused if it never will; what
// they say holds no body, no receipt and no key.
class SqsClient {
 public:
  SqsClient(SqsWorld world, SqsSettings settings);

  // All that came. Requests that failed next to others that did not are no error: they brought
  // less. A long poll that was stopped brought nothing. A message whose digest does not fit is
  // dropped, to be delivered again.
  std::vector<SqsMessage> receive(const ReceiveOrder& order);

  // These throw only if the whole call is refused for good or the queue is missing; anything else
  // is in the result.
  BatchResult remove(const std::string& queue_url, std::span<const std::string_view> receipts);
  BatchResult set_visibility(const std::string& queue_url,
                             std::span<const VisibilityEntry> entries);

  // A retried send may put an entry into a standard queue twice. On FIFO queues the batches go one
  // after the other.
  BatchResult send(const std::string& queue_url, std::span<const SendEntry> entries);

  Attributes attributes(const std::string& queue_url);
  std::string queue_url(const std::string& name);
  std::string create_queue(const std::string& name, const Attributes& attributes);
  void purge_queue(const std::string& queue_url);
  void delete_queue(const std::string& queue_url);

  [[nodiscard]] const SqsChannel& channel() const { return channel_; }

  // Messages dropped because they arrived damaged, so far.
  [[nodiscard]] std::int64_t damaged() const { return damaged_; }

 private:
  struct Batch;
  using Items = std::vector<std::size_t>;
  // Of a receive from a FIFO queue, by its ReceiveRequestAttemptId.
  struct Attempt {
    std::string id;
    SteadyTime first_asked{};
  };

  void run_one(SqsCall call);
  BatchResult run_batches(const Batch& batch);
  // One request for each group. Gives the items to send again; adds to `result` those that failed.
  Items run_groups(const Batch& batch, std::span<const Items> groups, BatchResult& result);
  bool is_intact(const SqsMessage& message);
  bool read_messages(const SqsAnswer& answer, std::vector<SqsMessage>& messages);
  Attempt next_attempt();

  SqsWorld world_;
  SqsChannel channel_;
  SqsReader reader_;
  // The queue may have lent messages to these, whose groups would wait for a lease.
  std::vector<Attempt> unanswered_;
  std::int64_t damaged_ = 0;
};

}  // namespace moretta::aws
