#pragma once

// How long to wait before the next try: full jitter, so that many workers do not come back at once
// (AWS Architecture Blog, "Exponential Backoff And Jitter").

#include "base/clock.hpp"
#include "base/random.hpp"

namespace moretta {

struct BackoffPolicy {
  Millis base{50};
  Millis cap{20'000};
};

class Backoff {
 public:
  Backoff(BackoffPolicy policy, Random& random) : policy_(policy), random_(random) {}

  // Uniform in [0, min(cap, base * 2^attempt)], attempt counting from 0; then one attempt more.
  Millis next();
  void reset() { attempt_ = 0; }
  [[nodiscard]] int attempt() const { return attempt_; }

 private:
  BackoffPolicy policy_;
  Random& random_;
  int attempt_ = 0;
};

}  // namespace moretta
