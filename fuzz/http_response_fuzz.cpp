// Any bytes as what an HTTP server sends: no crash, no answer beyond the limit, and the same
// verdict however the bytes are cut.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "aws/http_wire.hpp"
#include "base/ensure.hpp"

namespace {

using moretta::aws::HttpResponse;
using moretta::aws::ResponseReader;

constexpr std::size_t bytes_max = 4096;

ResponseReader::State read(std::string_view bytes, std::size_t step, HttpResponse& response) {
  ResponseReader reader;
  reader.begin(response, bytes_max);
  while (!bytes.empty()) {
    const std::size_t some = std::min(step, bytes.size());
    reader.take(bytes.substr(0, some));
    bytes.remove_prefix(some);
  }
  return reader.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpResponse whole;
  const ResponseReader::State state = read(bytes, size, whole);
  ENSURE(whole.body.size() <= bytes_max && whole.body.size() <= size);
  for (const std::size_t step : {1U, 3U}) {
    HttpResponse cut;
    ENSURE(read(bytes, step, cut) == state);
    ENSURE(state != ResponseReader::State::done ||
           (cut.body == whole.body && cut.head == whole.head && cut.status == whole.status));
  }
  ENSURE(!whole.header("date") || whole.header("date")->size() <= size);
  return 0;
}
