#include "mask/seal.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/test_keys.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view body = R"({"ip":"199.172.111.135","device_id":"593-47-5928"})";

struct Sealed {
  SeededRandom random{1};
  Sealer sealer;
  std::string bytes;

  explicit Sealed(std::string_view clear, const MasterKey& key = test_key())
      : sealer(key, quarantine_purpose, random), bytes(sealer.seal(clear, "m-1")) {}
};

bool opens(std::string_view sealed, const MasterKey& key = test_key(),
           std::string_view purpose = quarantine_purpose, std::string_view source_id = "m-1") {
  return Unmasker(key).open(sealed, purpose, source_id).ok();
}

}  // namespace

TEST(Seal, opens_to_what_was_sealed) {
  const std::string long_body(1'048'576, 'x');
  for (const std::string_view clear : {std::string_view{}, body, std::string_view(long_body)}) {
    const Sealed sealed(clear);

    const auto opened = Unmasker(test_key()).open(sealed.bytes, quarantine_purpose, "m-1");

    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened.value().view(), clear);
  }
}

TEST(Seal, begins_with_its_format_and_the_key_id) {
  const Sealed sealed(body, test_key(0x0102));

  EXPECT_EQ(sealed.bytes.size(), 18 + body.size() + 16);
  EXPECT_EQ(hex(bytes_of(sealed.bytes.substr(0, 6))), "504d53310102");
}

TEST(Seal, never_comes_out_twice_the_same) {
  Sealed sealed(body);

  EXPECT_NE(sealed.sealer.seal(body, "m-1"), sealed.bytes);
}

TEST(Seal, hides_the_text) {
  EXPECT_EQ(Sealed(body).bytes.find("199.172"), std::string::npos);
}

TEST(Seal, stays_shut_for_another_key_purpose_or_source) {
  const Sealed sealed(body);

  EXPECT_TRUE(opens(sealed.bytes));
  EXPECT_FALSE(opens(sealed.bytes, other_key()));
  EXPECT_FALSE(opens(sealed.bytes, test_key(2)));
  EXPECT_FALSE(opens(sealed.bytes, test_key(), "vault"));
  EXPECT_FALSE(opens(sealed.bytes, test_key(), quarantine_purpose, "m-2"));
  EXPECT_FALSE(opens(sealed.bytes, test_key(), quarantine_purpose, std::string(70'000, 'm')));
}

TEST(Seal, stays_shut_when_any_bit_is_flipped) {
  const Sealed sealed(body);

  for (std::size_t bit = 0; bit < 8 * sealed.bytes.size(); ++bit) {
    std::string changed = sealed.bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(opens(changed)) << "bit " << bit;
  }
}

TEST(Seal, stays_shut_when_it_is_cut_or_longer) {
  const Sealed sealed(body);

  for (std::size_t kept = 0; kept < sealed.bytes.size(); ++kept) {
    EXPECT_FALSE(opens(std::string_view(sealed.bytes).substr(0, kept))) << kept;
  }
  EXPECT_FALSE(opens(sealed.bytes + '\0'));
}

}  // namespace moretta::mask
