// Any bytes as what stands around an event: a notification, a pointer into S3, a sender's trace. No
// crash; an event is no more than its envelope had, an address leads into the bucket, an id is one.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/payload_pointer.hpp"
#include "aws/s3_payloads.hpp"
#include "base/ensure.hpp"
#include "record/envelope.hpp"
#include "record/trace_context.hpp"

namespace {

using namespace moretta;

void unwrap(Envelope envelope, const std::string& body) {
  Unwrapper unwrapper(envelope);
  const auto event = unwrapper.unwrap(body);
  if (event.ok()) {
    ENSURE(event.value()->size() <= body.size());
    ENSURE(envelope != Envelope::eventbridge || event.value()->starts_with('{'));
  }
  unwrapper.clear();
  ENSURE(!event.ok() || event.value()->empty());
}

void follow(const std::string& body) {
  const auto place = aws::read_pointer(body);
  if (!place) {
    return;
  }
  const std::string bucket = "http://127.0.0.1:9000/events/";
  const std::string url = aws::object_url({.url = "http://127.0.0.1:9000/", .region = "eu-west-1"},
                                          {.bucket = "events", .key = place->key});
  ENSURE(url.starts_with(bucket));
  ENSURE(std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; }));
  ENSURE(url.find_first_of("?#\\") == std::string::npos);
  const std::string path = url.substr(bucket.size() - 1) + "/";
  ENSURE(path.find("/../") == std::string::npos && path.find("/./") == std::string::npos);
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void trace(const std::string& text) {
  for (const auto& context : {parse_traceparent(text), parse_trace_header(text)}) {
    ENSURE(!context || (context->trace_id.size() == 32 && is_hex(context->trace_id)));
    ENSURE(!context || context->span_id.empty() ||
           (context->span_id.size() == 16 && is_hex(context->span_id)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  unwrap(Envelope::sns, text);
  unwrap(Envelope::eventbridge, text);
  follow(text);
  trace(text);
  return 0;
}
