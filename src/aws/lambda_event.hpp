#pragma once

// The event that Lambda's event source mapping for SQS hands to a function: lower camel case,
// unlike the queue's own wires.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "aws/sqs_wire.hpp"
#include "base/result.hpp"

namespace moretta::aws {

constexpr std::size_t lambda_records_max = 10'000;  // the largest batch of an event source mapping
// An invocation's payload is 6 MB at most; this leaves room for it to grow.
constexpr std::size_t lambda_event_bytes_max = std::size_t{32} << 20U;

struct LambdaRecord {
  SqsMessage message;
  std::vector<MessageAttribute> attributes;  // the sender's; values of Binary are raw bytes

  bool operator==(const LambdaRecord&) const = default;
};

struct LambdaEvent {
  std::string queue_arn;  // of the first record; empty if it does not say
  std::vector<LambdaRecord> records;

  bool operator==(const LambdaEvent&) const = default;
};

// For one thread; keeps its parser between events.
class LambdaEventReader {
 public:
  LambdaEventReader();
  ~LambdaEventReader();
  LambdaEventReader(const LambdaEventReader&) = delete;
  LambdaEventReader& operator=(const LambdaEventReader&) = delete;

  // All of it, or what is wrong, without a value of the event: half an event would have messages
  // that nobody answers for, and Lambda would delete them. Wipes `event` and its own copy of it.
  Result<LambdaEvent, std::string> read(std::string& event);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace moretta::aws
