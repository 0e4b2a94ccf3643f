#pragma once

// One queue as a lane sees it: core's Source over SqsClient.

#include <optional>
#include <string>

#include "aws/sqs_client.hpp"
#include "core/ports.hpp"

namespace moretta::aws {

// For one thread, with a client of its own.
class SqsSource final : public Source {
 public:
  SqsSource(SqsClient& client, Clock& clock, std::string queue_url,
            SenderAttributes attributes = SenderAttributes::none);

  std::vector<Message> receive(const Ask& ask) override;

  // Throws Refused if deleting is not allowed: nothing would ever leave the queue.
  std::size_t settle(std::span<const Message> messages, std::span<const Outcome> outcomes) override;
  std::size_t hold(std::span<const Message> messages, Seconds lease) override;
  Seconds lease() override;
  Depth depth() override;

 private:
  std::size_t remove(std::span<const std::string_view> receipts);
  std::size_t set_visibility(std::span<const VisibilityEntry> entries);

  SqsClient& client_;
  Clock& clock_;
  std::string queue_url_;
  SenderAttributes attributes_;
  std::optional<Seconds> lease_;
  SteadyTime lease_read_at_{};
};

// Moves the texts out of `message`.
Message message_of(SqsMessage&& message, WallTime received_at);

// SQS says milliseconds; LocalStack 0.14 says seconds, some say either with decimals.
std::optional<WallTime> sqs_timestamp(std::string_view text);

}  // namespace moretta::aws
