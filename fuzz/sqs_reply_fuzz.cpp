// Any bytes as an answer of an SQS server, on either wire: no crash, and nothing out of nothing.

#include <cstdint>
#include <string>
#include <vector>

#include "aws/sqs_wire.hpp"
#include "base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  moretta::aws::SqsReader reader;
  for (const auto protocol : {moretta::aws::Protocol::json, moretta::aws::Protocol::query}) {
    std::vector<moretta::aws::SqsMessage> messages;
    ENSURE(reader.messages(protocol, body, messages) || messages.empty());
    ENSURE(messages.size() <= size);
    const auto batch = reader.batch(protocol, body);
    ENSURE(!batch || batch->successes.size() + batch->failures.size() <= size);
    reader.attributes(protocol, body);
    reader.queue_url(protocol, body);
    reader.is_answer(protocol, body);
    ENSURE(reader.error_code(protocol, body).size() <= size);
    reader.says_receipt_expired(protocol, body);
  }
  return 0;
}
