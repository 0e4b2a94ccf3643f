#include "app/key_share.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace moretta::app {

namespace {

SecretBytes secret_of(std::string_view text) {
  return SecretBytes(text);
}

// Without the line's end, as places are read.
SecretBytes line(const SecretBytes& share) {
  return SecretBytes(share.view().substr(0, share.size() - 1));
}

std::string fault_of(const SecretBytes& one, const SecretBytes& other) {
  const auto joined = join_shares(one, other);
  return joined ? "" : joined.error();
}

}  // namespace

TEST(KeyShare, gives_the_secret_back_from_both_in_either_order) {
  SystemRandom random;
  for (const std::string& text : {std::string("x"), std::string(64, 'k'), std::string(9000, '{')}) {
    const Shares shares = make_shares(secret_of(text), random);

    EXPECT_EQ(join_shares(line(shares.one), line(shares.other)).value().view(), text);
    EXPECT_EQ(join_shares(line(shares.other), line(shares.one)).value().view(), text);
    EXPECT_LE(shares.one.size(), share_chars(text.size()));
  }
}

// random 0x00.. makes one share nothing but zeros and the other check and secret: what is written
// here was made in Python, from hashlib and base64.
TEST(KeyShare, is_made_as_described) {
  class Zeros final : public Random {
   public:
    void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0}); }
  } zeros;

  const Shares shares = make_shares(secret_of("secret"), zeros);

  EXPECT_EQ(shares.one.view(), "moretta-share:00000000:AAAAAAAAAAAAAAAAAAA\n");
  EXPECT_EQ(shares.other.view(), "moretta-share:00000000:K7gNU3sdo-NzZWNyZXQ\n");
}

TEST(KeyShare, one_share_does_not_hold_the_secret) {
  SystemRandom random;
  const Shares shares = make_shares(secret_of("secret"), random);
  const Shares again = make_shares(secret_of("secret"), random);

  EXPECT_NE(shares.one.view(), again.one.view());
  EXPECT_NE(shares.other.view(), again.other.view());
  EXPECT_NE(fault_of(line(shares.one), line(shares.one)), "");
}

TEST(KeyShare, refuses_what_does_not_belong_together) {
  SystemRandom random;
  const Shares shares = make_shares(secret_of("secret"), random);
  const Shares others = make_shares(secret_of("secret"), random);
  std::string changed(line(shares.other).view());
  changed.back() = changed.back() == 'A' ? 'E' : 'A';

  EXPECT_NE(fault_of(line(shares.one), line(others.other)).find("different pairs"),
            std::string::npos);
  EXPECT_NE(fault_of(line(shares.one), secret_of(changed)), "");
  EXPECT_NE(fault_of(secret_of("hello"), line(shares.one)).find("first place"), std::string::npos);
  EXPECT_NE(fault_of(line(shares.one), secret_of("moretta-share:00000000:AAAA")).find("second"),
            std::string::npos);
}

}  // namespace moretta::app
