#include "record/ledger_key.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta {
namespace {

Message sent(std::int64_t ms, std::string id) {
  Message message;
  message.id = std::move(id);
  message.sent_at = WallTime{Millis{ms}};
  return message;
}

}  // namespace

TEST(LedgerKey, is_six_bytes_of_time_and_the_last_ten_of_the_uuid) {
  const LedgerKey key = ledger_key(sent(0x0123'4567'89ab, "00112233-4455-6677-8899-aAbBcCdDeEfF"));

  EXPECT_EQ(hex(key.bytes), "0123456789ab66778899aabbccddeeff");
}

TEST(LedgerKey, hashes_an_id_that_is_no_uuid) {
  for (const char* id :
       {"", "any-id", "00112233-4455-6677-8899-aabbccddeefg", "00112233-4455-6677-8899-aabbccddeef",
        "001122334455-6677-8899-aabb-ccddeeff", "0011223-34455-6677-8899-aabbccddeeff",
        "00112233445566778899aabbccddeeff"}) {
    const LedgerKey key = ledger_key(sent(1, id));

    EXPECT_EQ(hex(key.bytes), "000000000001" + hex(sha256(id)).substr(0, 20)) << id;
  }
}

TEST(LedgerKey, is_the_same_at_every_redelivery) {
  Message first = sent(1'700'000'000'123, "6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a");
  Message again = first;
  again.receipt = "another";
  again.receive_count = 7;
  again.received_at = WallTime{Millis{1'700'000'999'000}};

  EXPECT_EQ(ledger_key(first), ledger_key(again));
}

TEST(LedgerKey, sorts_by_the_time_sent) {
  const LedgerKey early = ledger_key(sent(255, "ffffffff-ffff-ffff-ffff-ffffffffffff"));
  const LedgerKey late = ledger_key(sent(256, "00000000-0000-0000-0000-000000000000"));

  EXPECT_LT(early, late);
}

TEST(LedgerKey, gives_back_the_time_sent) {
  EXPECT_EQ(sent_at(ledger_key(sent(1'700'000'000'123, "x"))), WallTime{Millis{1'700'000'000'123}});
}

TEST(LedgerKey, keeps_times_that_do_not_fit_within_48_bits) {
  Message unsaid = sent(0, "x");
  unsaid.sent_at.reset();

  EXPECT_EQ(sent_at(ledger_key(unsaid)), WallTime{});
  EXPECT_EQ(sent_at(ledger_key(sent(-5, "x"))), WallTime{});
  EXPECT_EQ(sent_at(ledger_key(sent(std::int64_t{1} << 60, "x"))),
            WallTime{Millis{0xffff'ffff'ffff}});
}

}  // namespace moretta
