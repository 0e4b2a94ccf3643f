#include "core/lane_pool.hpp"

#include <mutex>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

// One queue and one table for several lanes, each call under one lock.
class Shared final : public Source, public Sink {
 public:
  Shared(LaneWorld& world, std::mutex& mutex) : world_(world), mutex_(mutex) {}

  std::vector<Message> receive(const Ask& ask) override {
    const std::lock_guard lock(mutex_);
    return world_.queue.receive(static_cast<std::size_t>(ask.requests) * receive_messages_max);
  }
  std::size_t settle(std::span<const Message> messages,
                     std::span<const Outcome> outcomes) override {
    const std::lock_guard lock(mutex_);
    return world_.source.settle(messages, outcomes);
  }
  std::size_t hold(std::span<const Message>, Seconds) override { return 0; }
  Seconds lease() override { return Seconds{30}; }
  Depth depth() override {
    const std::lock_guard lock(mutex_);
    return world_.queue.depth();
  }
  void open() override {}
  Fates write(const Writes& writes) override {
    const std::lock_guard lock(mutex_);
    return world_.sink.write(writes);
  }

 private:
  LaneWorld& world_;
  std::mutex& mutex_;
};

// What each lane has to itself.
struct LaneOwn {
  LaneOwn(LaneWorld& world, std::mutex& mutex)
      : shared(world, mutex),
        transform({.mapping = {{.name = "user_id", .pointer = "/user_id"}},
                   .policies = {{.method = mask::Method::keep}},
                   .key = &world.key,
                   .config_fingerprint = "test"},
                  random) {}

  Shared shared;
  SeededRandom random{7};
  Transform transform;
  Tally tally;
};

class LanePoolTest : public testing::Test {
 protected:
  void start(int count, Until until) {
    for (int i = 0; i < count; ++i) {
      owns.push_back(std::make_unique<LaneOwn>(world, mutex));
      LaneOwn& own = *owns.back();
      lanes.push_back(std::make_unique<Lane>(i,
                                             Lane::Own{.source = own.shared,
                                                       .sink = own.shared,
                                                       .transform = own.transform,
                                                       .random = own.random,
                                                       .tally = own.tally},
                                             world.shared(), LaneSettings{.until = until}));
    }
  }

  LaneWorld world;
  std::mutex mutex;
  std::vector<std::unique_ptr<LaneOwn>> owns;
  std::vector<std::unique_ptr<Lane>> lanes;
};

TEST_F(LanePoolTest, lanes_share_a_queue_and_store_everything_once) {
  for (int i = 0; i < 2'000; ++i) {
    world.queue.send(good_body());
  }
  start(4, Until::empty);

  LanePool::run(lanes, {});

  EXPECT_EQ(world.table.rows.size(), 2'000U);
  Totals totals;
  for (const auto& own : owns) {
    totals += own->tally.totals();
  }
  EXPECT_EQ(totals.stored, 2'000);
  EXPECT_EQ(totals.in_flight(), 0);
}

TEST_F(LanePoolTest, one_lane_that_is_refused_stops_the_others_and_is_heard) {
  world.queue.send(good_body());
  world.sink.before_write = [] {
    throw Refused("no such table", "create it");
  };
  start(3, Until::stopped);

  EXPECT_THROW(LanePool::run(lanes, {}), Refused);
}

TEST_F(LanePoolTest, stops_when_told_to) {
  start(2, Until::stopped);
  std::stop_source stop;
  stop.request_stop();

  LanePool::run(lanes, stop.get_token());

  EXPECT_EQ(world.table.rows.size(), 0U);
}

}  // namespace
}  // namespace moretta
