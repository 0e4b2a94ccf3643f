// Any bytes as Lambda's event: no crash, and a batch that is taken can be answered for, whole.

#include <cstdint>
#include <string>

#include "aws/lambda_event.hpp"
#include "base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string event(reinterpret_cast<const char*>(data), size);
  moretta::aws::LambdaEventReader reader;
  const auto read = reader.read(event);
  ENSURE(event.empty());
  if (!read) {
    ENSURE(!read.error().empty());
    return 0;
  }
  ENSURE(read.value().records.size() <= size);
  for (const moretta::aws::LambdaRecord& record : read.value().records) {
    ENSURE(!record.message.id.empty());
    ENSURE(record.message.body.size() <= size);
    for (const moretta::MessageAttribute& attribute : record.attributes) {
      ENSURE(!attribute.type.empty());
    }
  }
  return 0;
}
