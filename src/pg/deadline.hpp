#pragma once

// Until when there is time to wait for the server.

#include <chrono>

#include "base/clock.hpp"

namespace moretta::pg {

class Deadline {
 public:
  // Nothing that we wait for may last longer anyway.
  static constexpr Millis left_max{std::chrono::hours{1}};

  // `clock` outlives it. Never, until set.
  explicit Deadline(const Clock& clock) : clock_(clock) {}

  void set(SteadyTime at) { at_ = at; }

  // Rounded up; zero once it is over.
  [[nodiscard]] Millis left() const {
    const SteadyTime now = clock_.steady();
    if (at_ <= now) {
      return Millis{0};
    }
    return at_ - now >= left_max ? left_max : std::chrono::ceil<Millis>(at_ - now);
  }

 private:
  const Clock& clock_;
  SteadyTime at_ = SteadyTime::max();
};

}  // namespace moretta::pg
