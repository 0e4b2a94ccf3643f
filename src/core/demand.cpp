#include "core/demand.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace moretta {

Demand::Demand(Limits limits) : limits_(limits) {
  ENSURE(limits.requests_max >= 1);
}

Ask Demand::next() const {
  return {.requests = requests_, .wait = is_more_waiting_ ? Seconds{0} : limits_.idle_wait};
}

void Demand::learn(std::size_t received, std::size_t bytes) {
  const auto asked = static_cast<std::size_t>(requests_);
  is_more_waiting_ = received >= asked * receive_messages_max;
  request_bytes_ = std::max({bytes / asked, request_bytes_ / 2, std::size_t{1}});
  const std::size_t affordable = std::max(limits_.bytes_max / request_bytes_, std::size_t{1});
  const auto wanted = static_cast<std::size_t>(std::min(requests_ * 2, limits_.requests_max));
  requests_ = is_more_waiting_ ? static_cast<int>(std::min(wanted, affordable)) : 1;
}

}  // namespace moretta
