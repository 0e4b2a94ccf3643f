// What operators ask of the quarantine and the ledger, by a real server.

#include "pg/quarantine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/ledger_lookup.hpp"
#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

QuarantineRecord record(int n, Reason reason, std::string column) {
  QuarantineRecord made = World::record(n);
  made.reject = {.reason = reason, .column = std::move(column), .pointer = {}, .sqlstate = {}};
  return made;
}

// Five records: two missing keys a, one missing key b, two that are no JSON.
class QuarantineTest : public testing::Test {
 protected:
  void SetUp() override {
    Writes writes;
    writes.quarantine = {record(1, Reason::missing_key, "a"), record(2, Reason::missing_key, "a"),
                         record(3, Reason::missing_key, "b"), record(4, Reason::invalid_json, ""),
                         record(5, Reason::invalid_json, "")};
    world_.sink()->write(writes);
    world_.ask(
        "UPDATE moretta_quarantine SET quarantined_at = '2026-01-01T00:00:00Z' WHERE message_id IN "
        "('message-1', 'message-4')");
  }

  World world_;
  pg::Connection connection_ = world_.connect();
  pg::Quarantine quarantine_{connection_, world_.tables.quarantine};
};

TEST_F(QuarantineTest, finds_by_reason_column_and_message) {
  EXPECT_THAT(quarantine_.find({}, 10), SizeIs(5));
  EXPECT_THAT(quarantine_.find({}, 2), SizeIs(2));
  EXPECT_THAT(quarantine_.find({.reason = "missing_key"}, 10), SizeIs(3));
  EXPECT_THAT(quarantine_.find({.reason = "missing_key", .column = "b"}, 10),
              ElementsAre(Field(&pg::QuarantineEntry::message_id, "message-3")));
  EXPECT_THAT(quarantine_.find({.message_id = "message-5"}, 10),
              ElementsAre(Field(&pg::QuarantineEntry::reason, "invalid_json")));
  EXPECT_THAT(quarantine_.find({.reason = "' OR true --"}, 10), IsEmpty());
}

TEST_F(QuarantineTest, finds_by_time_from_and_not_until) {
  using std::chrono::sys_days;
  using std::chrono::year;
  const WallTime day = sys_days(year(2026) / 1 / 1);

  EXPECT_THAT(quarantine_.find({.from = day, .before = day + Millis{1}}, 10), SizeIs(2));
  EXPECT_THAT(quarantine_.find({.before = day}, 10), IsEmpty());
  EXPECT_THAT(quarantine_.find({.from = day + Seconds{1}}, 10), SizeIs(3));
}

TEST_F(QuarantineTest, tells_all_that_is_known_but_the_body) {
  const auto entries = quarantine_.find({.message_id = "message-1"}, 10);

  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].quarantined_at, "2026-01-01T00:00:00Z");
  EXPECT_EQ(entries[0].sent_at, "2023-11-15T12:00:00Z");
  EXPECT_EQ(entries[0].body_bytes, 1'048'576);
  EXPECT_EQ(entries[0].receive_count, 3);
  EXPECT_EQ(entries[0].config_fingerprint, "f00d");
}

TEST_F(QuarantineTest, counts_by_reason) {
  EXPECT_THAT(quarantine_.count({}), ElementsAre(Pair("missing_key", 3), Pair("invalid_json", 2)));
  EXPECT_THAT(quarantine_.count({.column = "b"}), ElementsAre(Pair("missing_key", 1)));
}

TEST_F(QuarantineTest, purges_what_is_meant_and_keeps_the_ledger) {
  const std::string keys = world_.keys();

  EXPECT_EQ(quarantine_.purge({.reason = "missing_key"}), 3);

  EXPECT_THAT(quarantine_.count({}), ElementsAre(Pair("invalid_json", 2)));
  EXPECT_EQ(world_.keys(), keys);
  EXPECT_EQ(quarantine_.purge({.reason = "missing_key"}), 0);
}

TEST(LedgerLookup, finds_a_message_by_its_id_alone) {
  World world;
  Message message;
  message.id = "01f3b2b0-6f0c-4a0e-9c5b-0f9a4f6c2f11";
  message.sent_at = noon();
  Writes writes = world.writes({1});
  writes.rows[0].key = ledger_key(message);
  world.sink()->write(writes);
  pg::Connection connection = world.connect();
  const pg::TableName& ledger = world.tables.ledger;

  const auto found = pg::find_in_ledger(connection, ledger, message.id, {});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].sent_at, noon());
  EXPECT_TRUE(found[0].key.ends_with("4a0e-9c5b-0f9a4f6c2f11") ||
              found[0].key.ends_with("0f9a4f6c2f11"));
  EXPECT_THAT(pg::find_in_ledger(connection, ledger, message.id,
                                 {.from = noon(), .before = noon() + Millis{1}}),
              SizeIs(1));
  EXPECT_THAT(pg::find_in_ledger(connection, ledger, message.id, {.before = noon()}), IsEmpty());
  EXPECT_THAT(pg::find_in_ledger(connection, ledger, message.id, {.from = noon() + Millis{1}}),
              IsEmpty());
  EXPECT_THAT(pg::find_in_ledger(connection, ledger, "another", {}), IsEmpty());
}

}  // namespace
}  // namespace moretta::test
