// Quarantine and vault: what the sink keeps beside the rows.

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::Each;
using testing::ElementsAre;

Writes one_record(int n) {
  Writes writes;
  writes.quarantine.push_back(World::record(n));
  return writes;
}

TEST(Quarantine, keeps_every_field_of_a_record) {
  World world;

  world.sink()->write(one_record(1));

  EXPECT_EQ(
      world.ask_one("SET timezone = 'UTC'; SELECT message_id, reason, column_name, pointer, "
                    "sqlstate, body_bytes, receive_count, sent_at, received_at, "
                    "config_fingerprint, encode(sealed_body, 'hex'), quarantined_at IS NOT NULL "
                    "FROM moretta_quarantine"),
      "message-1|missing_key|n|/a~1b/n|NULL|1048576|3|2023-11-15 12:00:00.001+00|2023-11-15 "
      "12:01:00+00|f00d|504d533100ff01|t");
  EXPECT_EQ(
      world.ask_one("SELECT q.ledger_key = l.key FROM moretta_quarantine q, moretta_ledger l"),
      "t");
}

TEST(Quarantine, knows_a_bad_message_that_comes_again) {
  for (const bool maybe_seen : {false, true}) {
    World world;
    const auto sink = world.sink();
    sink->write(one_record(1));

    Writes again = world.writes({2, 3});
    again.quarantine.push_back(World::record(1));
    again.quarantine.push_back(World::record(4));
    again.quarantine.push_back(World::record(4));
    again.maybe_seen = maybe_seen;
    const Fates fates = sink->write(again);

    EXPECT_THAT(fates.rows, Each(Fate::stored));
    EXPECT_THAT(fates.quarantine, ElementsAre(Fate::duplicate, Fate::stored, Fate::duplicate));
    EXPECT_EQ(world.ask_one("SELECT count(*) FROM moretta_quarantine"), "2");
    EXPECT_EQ(world.keys(), "4");
  }
}

TEST(Quarantine, is_kept_although_every_row_of_the_turn_is_refused) {
  World world;
  world.refuse_bad_numbers();
  Writes writes = world.writes({1, 2}, {1, 2});
  writes.quarantine.push_back(World::record(3));

  const Fates fates = world.sink()->write(writes);

  EXPECT_THAT(fates.rows, Each(Fate::refused));
  EXPECT_THAT(fates.quarantine, ElementsAre(Fate::stored));
}

TEST(Quarantine, works_without_a_ledger) {
  World world;
  pg::SinkOptions options = world.options();
  options.ledger = pg::Ledger::off;
  pg::PgSink sink(std::move(options), world.clock, world.log);

  sink.write(one_record(1));
  sink.write(one_record(1));

  EXPECT_EQ(world.ask_one("SELECT count(*) FROM moretta_quarantine"), "1");
}

// One text column, masked one-way with its original kept in the vault.
class VaultWorld : public World {
 public:
  VaultWorld() : World({column("t", ColumnType::text)}) {}

  Writes texts(const std::vector<std::pair<int, std::string>>& messages) {
    Writes writes;
    for (const auto& [n, chars] : messages) {
      writes.rows.push_back({.key = key_of(n), .row = maker_.row({text(chars)})});
    }
    return writes;
  }
  [[nodiscard]] std::string vaulted() const { return ask_one("SELECT count(*) FROM pii_vault"); }

 private:
  static mask::Policy recoverable() {
    mask::Policy policy;
    policy.method = mask::Method::hmac_sha256;
    policy.domain = "ip";
    policy.recover = mask::Recover::aes_256_cbc;
    return policy;
  }
  static mask::MasterKey key() {
    SecretBytes bytes(mask::master_key_bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes.bytes()[i] = static_cast<std::byte>(i);
    }
    return {.id = 1, .bytes = std::move(bytes)};
  }

  mask::MasterKey key_ = key();
  RowMaker maker_{rows.mapping(), {recoverable()}, key_};
};

TEST(Vault, holds_each_original_once) {
  VaultWorld world;
  const auto sink = world.sink();

  sink->write(world.texts({{1, "b"}, {2, "a"}, {3, "b"}}));
  sink->write(world.texts({{4, "a"}, {5, "c"}}));
  Writes seen = world.texts({{6, "c"}, {7, "d"}, {8, "d"}});
  seen.maybe_seen = true;
  sink->write(seen);

  EXPECT_EQ(world.vaulted(), "4");
  EXPECT_EQ(world.stored(), "8");
  EXPECT_EQ(world.ask_one("SELECT count(*) FROM logins JOIN pii_vault ON token = t WHERE domain = "
                          "'ip' AND key_id = 1 AND sealed LIKE 'c1:%'"),
            "8");
}

TEST(Vault, does_not_bring_back_what_was_erased_when_a_message_comes_again) {
  for (const bool maybe_seen : {false, true}) {
    VaultWorld world;
    const auto sink = world.sink();
    sink->write(world.texts({{1, "erased"}}));
    world.ask("DELETE FROM pii_vault");

    Writes again = world.texts({{1, "erased"}, {2, "other"}});
    again.maybe_seen = maybe_seen;
    sink->write(again);

    EXPECT_EQ(world.vaulted(), "1");
  }
}

TEST(Vault, is_spared_what_a_connection_put_there_within_the_minute) {
  VaultWorld world;
  const auto sink = world.sink();
  sink->write(world.texts({{1, "again"}}));
  world.ask("DELETE FROM pii_vault");

  sink->write(world.texts({{2, "again"}}));
  EXPECT_EQ(world.vaulted(), "0");  // erased for a minute at least

  world.clock.advance(pg::VaultMemory::age_max);
  sink->write(world.texts({{3, "again"}}));
  EXPECT_EQ(world.vaulted(), "1");

  world.ask("DELETE FROM pii_vault");
  world.sink()->write(world.texts({{4, "again"}}));
  EXPECT_EQ(world.vaulted(), "1");  // another connection knows nothing of it
}

TEST(Vault, is_shared_by_writers_without_deadlock) {
  VaultWorld world;
  std::vector<Writes> left;
  std::vector<Writes> right;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<int, std::string>> messages;
    for (int i = 0; i < 50; ++i) {
      messages.emplace_back(1000 * round + i, "value " + std::to_string(50 * round + i));
    }
    left.push_back(world.texts(messages));
    for (auto& [n, chars] : messages) {
      n = 1000 * round + 999 - n % 1000;
    }
    right.push_back(world.texts(messages));
    right.back().maybe_seen = round % 2 == 0;
  }
  const auto work = [&world](const std::vector<Writes>& turns) {
    const auto sink = world.sink();
    for (const Writes& turn : turns) {
      EXPECT_THAT(sink->write(turn).rows, Each(Fate::stored));
    }
  };

  std::thread other([&] { work(right); });
  work(left);
  other.join();

  EXPECT_EQ(world.vaulted(), "1000");
  EXPECT_EQ(world.stored(), "2000");
}

}  // namespace
}  // namespace moretta::test
