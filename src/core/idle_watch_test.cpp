#include "core/idle_watch.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(IdleWatch, is_held_by_one_at_a_time) {
  IdleWatch watch;
  std::atomic<int> holding = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 200; ++round) {
          const IdleWatch::Hold hold(&watch, {});
          most = std::max(most.load(), ++holding);
          std::this_thread::yield();
          --holding;
        }
      });
    }
  }

  EXPECT_EQ(most, 1);
}

TEST(IdleWatch, is_waited_for_no_longer_than_to_the_stop) {
  IdleWatch watch;
  std::stop_source stop;
  {
    const IdleWatch::Hold held(&watch, {});
    std::jthread waiter([&] { const IdleWatch::Hold in_vain(&watch, stop.get_token()); });
    stop.request_stop();
    waiter.join();
  }

  const IdleWatch::Hold free_again(&watch, {});
}

TEST(IdleWatch, holds_nobody_up_where_there_is_none) {
  const IdleWatch::Hold one(nullptr, {});
  const IdleWatch::Hold another(nullptr, {});
}

}  // namespace
}  // namespace moretta
