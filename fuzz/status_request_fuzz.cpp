// Any bytes as method, path, host and query of a request to the status server: no crash, a status
// that HTTP knows, nothing for a host that is not ours, and rows only where they may be looked at.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/status/routes.hpp"
#include "base/ensure.hpp"
#include "base/take.hpp"

namespace {

using moretta::app::StatusPages;

StatusPages pages_of(bool has_tap) {
  StatusPages pages{.metrics = [] { return std::string("metrics"); },
                    .status = [] { return std::string("status"); },
                    .history = [](moretta::WallTime) { return std::string("history"); },
                    .config = [] { return std::string("config"); },
                    .health = [] { return std::pair(true, std::string("ok")); },
                    .readiness = [] { return std::pair(false, std::string("degraded")); },
                    .tap = {},
                    .host_names = {"moretta.internal"}};
  if (has_tap) {
    pages.tap = [](std::uint64_t) {
      return std::string("what the tap took");
    };
  }
  return pages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A line each; what is missing is empty.
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    part = moretta::take_until(rest, '\n');
  }
  for (const bool has_tap : {false, true}) {
    const StatusPages pages = pages_of(has_tap);
    const moretta::app::StatusReply reply = moretta::app::answer(
        {.method = parts[0], .path = parts[1], .host = parts[2], .query = parts[3]}, pages);
    ENSURE(reply.status >= 200 && reply.status < 600);
    const bool is_own = moretta::app::is_own_host(parts[2], pages.host_names);
    ENSURE(is_own || reply.status >= 400);
    ENSURE(has_tap || reply.body.find("what the tap took") == std::string::npos);
  }
  return 0;
}
