#include "base/backoff.hpp"

#include <algorithm>

namespace moretta {

namespace {
constexpr int doublings_max =
    30;  // past this the cap has long been reached; keeps the shift defined
}

Millis Backoff::next() {
  const int doublings = std::min(attempt_, doublings_max);
  const Millis ceiling = std::min(policy_.cap, policy_.base * (std::int64_t{1} << doublings));
  ++attempt_;
  return Millis{
      static_cast<std::int64_t>(random_.unit() * static_cast<double>(ceiling.count() + 1))};
}

}  // namespace moretta
