#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/masker.hpp"
#include "mask/test_keys.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

namespace {

Mapping one_column() {
  Column column;
  column.name = "c";
  column.pointer = "/c";
  column.type = ColumnType::text;
  return {column};
}

Event event_of(std::string_view text) {
  Event event;
  event.reset(1);
  event.set_text(0, text);
  return event;
}

// Keys 2 and 3 are those of October and November 2026; the tokens were made in Python, from hmac,
// hashlib and cryptography's AESSIV.
class EpochMasker : public testing::Test {
 protected:
  static constexpr WallTime october{Millis{1'793'491'199'999}};  // its last millisecond
  static constexpr WallTime november{october + Millis(1)};

  static Keyset keys() {
    std::vector<KeyEntry> entries;
    entries.push_back(entry_of(strong_key(1, 1), KeyState::primary));
    entries.push_back(entry_of(
        key_from_hex(2, "4a402b32b91dfbd90454cc06b7c00b6f240c6d8e392a55d22bf34cef24c29e67")));
    entries.push_back(entry_of(
        key_from_hex(3, "9e1f4d7c02b85a63d1907ecb46f23588ac71e09d5b34f8127a6dc3e0195b8f42")));
    entries[1].period = parse_period("2026-10");
    entries[2].period = parse_period("2026-11");
    return Keyset::make(std::move(entries)).value();
  }

  static std::string token(Masker& masker, WallTime sent_at) {
    const auto row = masker.mask(event_of("199.172.111.135"), sent_at);
    return row ? std::string(row.value()[0].text) : std::string(reason_code(row.error().reason));
  }
};

}  // namespace

TEST_F(EpochMasker, makes_each_months_tokens_under_its_own_key) {
  const Keyset keyset = keys();
  const Policy hmac = {.method = Method::hmac_sha256, .domain = "ip", .epoch = Epoch::month};
  const Policy siv = {.method = Method::aes_siv, .domain = "ip", .epoch = Epoch::month};
  Masker hashes(one_column(), {hmac}, &keyset.primary(), nullptr, nullptr, &keyset);
  Masker ciphers(one_column(), {siv}, &keyset.primary(), nullptr, nullptr, &keyset);

  for (int again = 0; again < 2; ++again) {  // a late message turns back, and the next forth again
    EXPECT_EQ(token(hashes, october),
              "h2:a64a4579b8d4d20e74c32e9dbf25a11fd1ae4a2a64f9e79a2380f3e41fa3c27e");
    EXPECT_EQ(token(hashes, november),
              "h3:4c84bebc1a5e031fad5e264817f4946d2c83bb8c38b160e4c09ce6e3d013a9a8");
    EXPECT_EQ(token(ciphers, october),
              "s2:HPIEhOkE13z8isGlyE7AGFIP1ahfj9mjR2zfbj4yPBhitbZ_33Av5XmSg_kyjZ-P");
    EXPECT_EQ(token(ciphers, november),
              "s3:UtEcvHyexsKXXwgFUQrQ6p6l8xzqCVnjhCv6h3kyushZ4ccYpm7p_KMm26j4vl50");
  }
}

TEST_F(EpochMasker, rejects_what_is_of_a_month_without_a_key_but_for_null) {
  Keyset keyset = keys();
  ASSERT_TRUE(keyset.destroy(2));
  const Policy hmac = {.method = Method::hmac_sha256, .domain = "ip", .epoch = Epoch::month};
  Masker masker(one_column(), {hmac}, &keyset.primary(), nullptr, nullptr, &keyset);
  Event null;
  null.reset(1);

  EXPECT_EQ(token(masker, november).substr(0, 3), "h3:");
  EXPECT_EQ(token(masker, october), "no_epoch_key");
  EXPECT_EQ(token(masker, november + std::chrono::days(30)), "no_epoch_key");
  EXPECT_TRUE(masker.mask(null, october));
  EXPECT_EQ(token(masker, november).substr(0, 3), "h3:");
}

TEST_F(EpochMasker, keeps_originals_under_the_key_of_their_month) {
  const Keyset keyset = keys();
  SeededRandom random(1);
  for (const Recover recover : {Recover::seal, Recover::aes_siv}) {
    const Policy vaulted = {
        .method = Method::tokenize, .domain = "ip", .recover = recover, .epoch = Epoch::month};
    Masker masker(one_column(), {vaulted}, &keyset.primary(), &random, nullptr, &keyset);

    const auto row = masker.mask(event_of("199.172.111.135"), november);

    ASSERT_TRUE(row.ok());
    const VaultEntry& entry = row.value().vault().front();
    EXPECT_EQ(entry.key_id, 3);
    EXPECT_EQ(entry.token.substr(0, 3), "t3:");
    const auto clear = Unmasker(*keyset.find(3)).open_vault(entry.sealed, "ip", entry.token);
    ASSERT_TRUE(clear.ok());
    EXPECT_EQ(clear.value().view(), "199.172.111.135");
    EXPECT_FALSE(Unmasker(keyset.primary()).open_vault(entry.sealed, "ip", entry.token));
  }
}

TEST_F(EpochMasker, keeps_the_months_of_several_events_apart) {
  const Keyset keyset = keys();
  const Policy siv = {.method = Method::aes_siv, .domain = "ip", .epoch = Epoch::month};
  Masker masker(one_column(), {siv}, &keyset.primary(), nullptr, nullptr, &keyset);
  const std::vector<WallTime> sent_at = {november, october, november, WallTime{}, october};
  std::vector<Event> events;
  for (std::size_t i = 0; i < sent_at.size(); ++i) {
    events.push_back(event_of("199.172.111.135"));
  }
  std::vector<Result<Row, Reject>> rows;

  masker.mask(events, sent_at, rows);

  ASSERT_EQ(rows.size(), sent_at.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string got = rows[i] ? std::string(rows[i].value()[0].text)
                                    : std::string(reason_code(rows[i].error().reason));
    EXPECT_EQ(got, token(masker, sent_at[i])) << i;
  }
  EXPECT_FALSE(rows[3]);  // nobody has a key of 1970
}

}  // namespace moretta::mask
