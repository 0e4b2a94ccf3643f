#include "core/demand.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace moretta {

Demand::Demand(Limits limits) : limits_(limits) {
  ENSURE(limits.requests_max >= 1);
}

Ask Demand::next() const {
  return {.requests = requests_, .wait = requests_ == 1 ? limits_.idle_wait : Seconds{0}};
}

void Demand::learn(std::size_t received) {
  const bool full = received >= static_cast<std::size_t>(requests_) * receive_messages_max;
  requests_ = full ? std::min(requests_ * 2, limits_.requests_max) : 1;
}

}  // namespace moretta
