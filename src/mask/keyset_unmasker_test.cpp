#include "mask/keyset_unmasker.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "mask/seal.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

Keyset rotated() {
  Keyset keyset(strong_key(1, 1));
  EXPECT_TRUE(keyset.add(entry_of(strong_key(2, 2))).ok());
  EXPECT_TRUE(keyset.promote(2).ok());
  return keyset;
}

std::string sealed_under(int id) {
  SeededRandom random(1);
  Sealer sealer(strong_key(id, static_cast<std::uint64_t>(id)), "test", random);
  return sealer.seal("clear", "source");
}

}  // namespace

TEST(KeysetUnmasker, opens_what_each_readable_key_sealed) {
  const Keyset keyset = rotated();
  KeysetUnmasker unmasker(keyset);

  for (const int id : {1, 2, 1}) {
    const auto clear = unmasker.open(sealed_under(id), "test", "source");
    ASSERT_TRUE(clear.ok()) << id;
    EXPECT_EQ(clear.value().view(), "clear");
  }
}

TEST(KeysetUnmasker, opens_nothing_of_a_key_that_is_not_read_any_more) {
  Keyset keyset = rotated();
  ASSERT_TRUE(keyset.disable(1).ok());
  KeysetUnmasker unmasker(keyset);

  EXPECT_FALSE(unmasker.open(sealed_under(1), "test", "source").ok());
  EXPECT_TRUE(unmasker.open(sealed_under(2), "test", "source").ok());
}

TEST(KeysetUnmasker, gives_the_one_error_for_what_is_no_token_or_seal) {
  const Keyset keyset = rotated();
  KeysetUnmasker unmasker(keyset);

  for (const std::string_view text : {"", "s1:", "s9:AAAA", "PMS1", "PMS1\x01\x01 short of it"}) {
    EXPECT_FALSE(unmasker.unmask(text, "ip").ok()) << text;
    EXPECT_FALSE(unmasker.open(text, "test", "source").ok()) << text;
  }
}

}  // namespace moretta::mask
