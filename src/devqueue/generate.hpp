#pragma once

// Realistic login events from a seed, for demo and load: the same seed gives the same bodies.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace moretta::devqueue {

struct LoginShares {
  double duplicate = 0;  // bodies that repeat an earlier one, as a producer's resend does
  double malformed = 0;  // bodies that no row can be made of
};

class LoginGenerator {
 public:
  LoginGenerator(std::uint64_t seed, LoginShares shares) : random_(seed), shares_(shares) {}

  // About 164 bytes: {"user_id": …, "app_version": …, "device_type": …, "ip": …, "locale": …,
  // "device_id": …}. A locale may be null.
  std::string next();

  std::vector<std::string> take(std::size_t count);

 private:
  std::string well_formed();
  std::string malformed();
  std::uint64_t below(std::uint64_t limit) { return random_.next() % limit; }

  SeededRandom random_;
  LoginShares shares_;
  std::deque<std::string> recent_;  // what a resend repeats
};

}  // namespace moretta::devqueue
