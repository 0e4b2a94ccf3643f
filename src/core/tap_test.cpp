#include "core/tap.hpp"

#include <gtest/gtest.h>

#include "core/lane_meter.hpp"
#include "core/metered.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

// A lane with a tap at both of its places.
class Tapped : public testing::Test {
 protected:
  void run_lane() {
    Lane::Shared shared = world.shared();
    shared.tap = &tap;
    Lane lane(3,
              {.source = world.source,
               .sink = sink,
               .transform = world.transform,
               .random = world.random,
               .tally = world.tally},
              shared, {.until = Until::empty});
    lane.run({});
  }

  LaneWorld world;
  int rendered = 0;
  Tap tap{{.row =
               [this](const Row& row) {
                 ++rendered;
                 return std::string(row[0].text);
               },
           .reject =
               [this](const Reject& reject) {
                 ++rendered;
                 return std::string(reason_code(reject.reason));
               }},
          world.clock};
  LaneMeter meter;
  MeteredSink sink{world.sink, meter, world.clock, {.tap = &tap, .lane = 3}};
};

TEST_F(Tapped, takes_nothing_while_nobody_looks) {
  world.queue.send(good_body("a"));
  world.queue.send("not json");

  run_lane();

  EXPECT_EQ(rendered, 0);
  EXPECT_FALSE(tap.is_open());
}

TEST_F(Tapped, shows_rows_and_rejects_once_somebody_has_looked) {
  EXPECT_TRUE(tap.look(0).empty());
  world.queue.send(good_body("a"));
  world.queue.send("not json");

  run_lane();
  const std::vector<TapItem> seen = tap.look(0);

  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].text, "a");
  EXPECT_EQ(seen[0].kind, TapItem::Kind::stored);
  EXPECT_EQ(seen[0].lane, 3);
  EXPECT_EQ(seen[1].text, "invalid_json");
  EXPECT_EQ(seen[1].kind, TapItem::Kind::reject);
  EXPECT_TRUE(tap.look(seen[1].number).empty()) << "each is given once";
}

TEST_F(Tapped, closes_when_nobody_has_looked_for_a_while) {
  static_cast<void>(tap.look(0));
  world.clock.advance(Millis(Tap::open_for) + Millis{1});
  world.queue.send(good_body("a"));

  run_lane();

  EXPECT_EQ(rendered, 0);
  EXPECT_FALSE(tap.is_open());
}

TEST_F(Tapped, takes_few_of_a_turn_and_keeps_to_its_rate) {
  static_cast<void>(tap.look(0));
  for (int i = 0; i < 100; ++i) {
    world.queue.send(good_body("u" + std::to_string(i)));
  }

  run_lane();
  const std::size_t rows = tap.look(0).size();
  world.clock.advance(Millis{1000});
  rendered = 0;
  for (int i = 0; i < 1000; ++i) {
    tap.reject(0, {.reason = Reason::invalid_json});
  }

  EXPECT_GE(rows, 5U);
  EXPECT_LT(rows, 60U);
  EXPECT_EQ(rendered, Tap::second_max);
}

}  // namespace
}  // namespace moretta
