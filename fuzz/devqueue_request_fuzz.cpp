// Any bytes as what a client sends to the devqueue, on both wires: a reply or a wait, no crash, and
// no reply beyond what the server holds. A first line "json Operation" or "query" says which wire;
// what follows is the body.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ensure.hpp"
#include "base/random.hpp"
#include "base/take.hpp"
#include "devqueue/service.hpp"

namespace {

using namespace moretta;
using namespace moretta::devqueue;

constexpr std::size_t requests_max = 8;  // of one input, with empty lines between
constexpr std::size_t reply_bytes_max = 1U << 22;

HttpRequest request_of(std::string_view text) {
  const std::string_view line = take_until(text, '\n');
  HttpRequest request;
  request.method = "POST";
  request.path = "/";
  request.body = text;
  if (line.starts_with("json ")) {
    request.headers = {{"content-type", "application/x-amz-json-1.0"},
                       {"x-amz-target", "AmazonSQS." + std::string(line.substr(5))}};
  } else if (line.starts_with("query")) {
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  } else {
    request.method = line.starts_with("get") ? "GET" : "POST";
    request.path = "/" + std::string(line);
    request.query = text;
  }
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  SeededRandom random(1);
  Service service({.base_url = "http://127.0.0.1:1", .rest = Seconds{0}, .keys = {}, .faults = {}},
                  random);
  WallTime now{Seconds{1'700'000'000}};
  for (std::size_t i = 0; i < requests_max && !input.empty(); ++i) {
    const std::size_t end = std::min(input.find("\n\n"), input.size());
    const auto reply = service.handle(request_of(input.substr(0, end)), i, now);
    ENSURE(!reply || (reply->status >= 200 && reply->status < 600));
    ENSURE(!reply || reply->body.size() <= reply_bytes_max);
    input.remove_prefix(std::min(end + 2, input.size()));
    now += Seconds{1};
  }
  now += Seconds{30};  // no request waits longer
  for (const auto& [ticket, reply] : service.due(now)) {
    ENSURE(ticket < requests_max && reply.body.size() <= reply_bytes_max);
  }
  ENSURE(service.due(now).empty());
  ENSURE(!service.stats().empty());
  return 0;
}
