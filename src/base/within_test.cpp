#include "base/within.hpp"

#include <latch>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

namespace moretta {
namespace {

constexpr Millis long_enough{60'000};

TEST(Within, gives_what_the_call_gives) {
  const auto got = within(long_enough, [] { return std::make_unique<int>(7); });

  ASSERT_TRUE(got);
  EXPECT_EQ(**got, 7);
}

TEST(Within, leaves_a_call_that_takes_too_long_to_itself) {
  const auto gate = std::make_unique<std::latch>(1);
  const auto done = std::make_unique<std::latch>(1);
  struct Tells {
    std::latch* done;
    explicit Tells(std::latch* latch) : done(latch) {}
    Tells(Tells&& other) noexcept : done(std::exchange(other.done, nullptr)) {}
    Tells(const Tells&) = delete;
    Tells& operator=(const Tells&) = delete;
    Tells& operator=(Tells&&) = delete;
    ~Tells() {
      if (done != nullptr) {
        done->count_down();
      }
    }
  };

  const auto got = within(Millis{1}, [&gate, &done] {
    gate->wait();
    return Tells(done.get());
  });

  EXPECT_FALSE(got);
  gate->count_down();
  done->wait();  // what it gave is gone, too
}

TEST(Within, lets_the_caller_end_the_wait) {
  const auto gate = std::make_unique<std::latch>(1);
  const auto over = std::make_unique<std::latch>(1);
  const auto call = [&gate, &over] {
    gate->wait();
    over->count_down();
    return 0;
  };

  EXPECT_THROW(within(long_enough, call, [] { throw std::runtime_error("stop"); }),
               std::runtime_error);

  gate->count_down();
  over->wait();
}

}  // namespace
}  // namespace moretta
