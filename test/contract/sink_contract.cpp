#include "contract/sink_contract.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "core/transform.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

// Makes writes from bodies, as a turn does.
class Maker {
 public:
  void row(int number, std::string_view user = "user", std::uint32_t group = 0) {
    const Message message = message_of(number, good_body(user));
    auto made = world_.transform.row_of(message);
    ASSERT_TRUE(made.ok());
    writes.rows.push_back(
        {.key = ledger_key(message), .row = std::move(made).value(), .group = group});
  }
  void record(int number) {
    const Message message = message_of(number, "not json");
    writes.quarantine.push_back(
        world_.transform.record_of(message, {.reason = Reason::invalid_json}));
  }

  Writes writes;

 private:
  static Message message_of(int number, std::string body) {
    Message message;
    message.id = fmt::format("00000000-0000-4000-8000-{:012x}", number);
    message.sent_at = WallTime{Millis{1'700'000'000'000 + number}};
    message.body = std::move(body);
    return message;
  }

  LaneWorld world_;
};

TEST_P(SinkContract, stores_every_row_once) {
  const auto world = GetParam().make();
  Maker maker;
  for (int i = 0; i < 250; ++i) {
    maker.row(i);
  }

  const Fates fates = world->sink().write(maker.writes);

  EXPECT_EQ(fates.rows, std::vector(250, Fate::stored));
  EXPECT_EQ(world->rows(), 250U);
}

TEST_P(SinkContract, knows_a_row_again) {
  const auto world = GetParam().make();
  Maker maker;
  maker.row(1);
  maker.row(2);
  world->sink().write(maker.writes);

  for (const bool maybe_seen : {false, true}) {
    maker.writes.maybe_seen = maybe_seen;
    EXPECT_EQ(world->sink().write(maker.writes).rows, std::vector(2, Fate::duplicate));
    EXPECT_EQ(world->another_sink().write(maker.writes).rows, std::vector(2, Fate::duplicate));
  }
  EXPECT_EQ(world->rows(), 2U);
}

TEST_P(SinkContract, stores_what_is_new_beside_what_is_known) {
  const auto world = GetParam().make();
  Maker first;
  first.row(2);
  world->sink().write(first.writes);
  Maker second;
  second.row(1);
  second.row(2);
  second.row(3);

  const Fates fates = world->another_sink().write(second.writes);

  EXPECT_EQ(fates.rows, (std::vector{Fate::stored, Fate::duplicate, Fate::stored}));
  EXPECT_EQ(world->rows(), 3U);
}

TEST_P(SinkContract, takes_the_first_of_two_with_one_key_in_one_write) {
  const auto world = GetParam().make();
  Maker maker;
  maker.row(1);
  maker.row(2);
  maker.row(1);

  const Fates fates = world->sink().write(maker.writes);

  EXPECT_EQ(fates.rows, (std::vector{Fate::stored, Fate::stored, Fate::duplicate}));
  EXPECT_EQ(world->rows(), 2U);
}

TEST_P(SinkContract, isolates_the_rows_that_the_table_refuses) {
  const auto world = GetParam().make();
  Maker maker;
  std::vector<Fate> expected;
  for (int i = 0; i < 100; ++i) {
    const bool bad = i == 0 || i == 41 || i == 42 || i == 99;
    maker.row(i, bad ? "refused" : "user");
    expected.push_back(bad ? Fate::refused : Fate::stored);
  }

  const Fates fates = world->sink().write(maker.writes);

  EXPECT_EQ(fates.rows, expected);
  EXPECT_EQ(world->rows(), 96U);
  ASSERT_EQ(fates.refusals.size(), 4U);
  EXPECT_EQ(fates.refusals[1].row, 41U);
  EXPECT_EQ(fates.refusals[1].sqlstate, "23514");
}

TEST_P(SinkContract, withholds_what_stands_behind_a_refused_row_of_its_group) {
  const auto world = GetParam().make();
  Maker maker;
  maker.row(1, "user", 1);
  maker.row(2, "refused", 1);
  maker.row(3, "user", 2);
  maker.row(4, "user", 1);
  maker.row(5, "user", 0);
  maker.row(4, "user", 1);
  maker.row(6, "refused", 0);
  maker.row(7, "user", 0);

  const Fates fates = world->sink().write(maker.writes);

  EXPECT_EQ(fates.rows, (std::vector{Fate::stored, Fate::refused, Fate::stored, Fate::withheld,
                                     Fate::stored, Fate::withheld, Fate::refused, Fate::stored}));
  EXPECT_EQ(world->rows(), 4U);
}

TEST_P(SinkContract, leaves_no_trace_of_a_refused_row) {
  const auto world = GetParam().make();
  Maker bad;
  bad.row(1, "refused");
  world->sink().write(bad.writes);
  Maker record;
  record.record(1);

  EXPECT_EQ(world->sink().write(record.writes).quarantine, std::vector{Fate::stored});
}

TEST_P(SinkContract, settles_conflicts_by_the_first_or_the_last_row_and_counts_them) {
  for (const auto& [policy, met] : {std::pair{OnConflict::ignore, Fate::duplicate},
                                    std::pair{OnConflict::update, Fate::stored}}) {
    const auto world = GetParam().make();
    world->settle_conflicts(policy);
    Maker first;
    first.row(1, "mia");
    world->sink().write(first.writes);
    Maker maker;
    maker.row(2, "mia");
    maker.row(3, "noa");
    maker.row(4, "noa");
    maker.row(5, "refused");
    maker.row(3, "noa");

    const Fates fates = world->another_sink().write(maker.writes);
    const Fates again = world->sink().write(maker.writes);

    EXPECT_EQ(fates.rows[0], met);
    EXPECT_EQ(fates.rows[3], Fate::refused);
    EXPECT_EQ(fates.rows[4], Fate::duplicate);
    EXPECT_EQ(std::ranges::count(fates.rows, Fate::stored), met == Fate::stored ? 3 : 1);
    EXPECT_EQ(fates.conflicts, 2U);
    EXPECT_EQ(again.conflicts, 0U);
    EXPECT_EQ(again.rows, (std::vector{Fate::duplicate, Fate::duplicate, Fate::duplicate,
                                       Fate::refused, Fate::duplicate}));
    EXPECT_EQ(world->rows(), 2U);
  }
}

TEST_P(SinkContract, keeps_quarantine_records_once_beside_rows) {
  const auto world = GetParam().make();
  Maker maker;
  maker.row(1);
  maker.record(2);
  maker.record(3);

  const Fates first = world->sink().write(maker.writes);
  maker.writes.maybe_seen = true;
  const Fates second = world->another_sink().write(maker.writes);

  EXPECT_EQ(first.rows, std::vector{Fate::stored});
  EXPECT_EQ(first.quarantine, std::vector(2, Fate::stored));
  EXPECT_EQ(second.rows, std::vector{Fate::duplicate});
  EXPECT_EQ(second.quarantine, std::vector(2, Fate::duplicate));
  EXPECT_EQ(world->rows(), 1U);
  EXPECT_EQ(world->quarantined(), 2U);
}

TEST_P(SinkContract, stores_once_however_the_connection_was_lost) {
  const auto world = GetParam().make();
  Maker maker;
  for (int i = 0; i < 20; ++i) {
    maker.row(i);
  }
  world->lose_connection();

  int tries = 0;
  for (bool done = false; !done && tries < 10; ++tries) {
    try {
      world->sink().write(maker.writes);
      done = true;
    } catch (const Unavailable&) {
      continue;
    }
  }

  EXPECT_GT(tries, 1);
  EXPECT_EQ(world->rows(), 20U);
}

}  // namespace
}  // namespace moretta
