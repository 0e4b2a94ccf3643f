#include "mask/token.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace moretta::mask {

TEST(Token, is_taken_apart) {
  const std::pair<std::string_view, TokenParts> cases[] = {
      {"s1:LdPg", {'s', 1, "LdPg"}},
      {"c65535:be1e", {'c', 65'535, "be1e"}},
      {"h12:a:b", {'h', 12, "a:b"}},
  };

  for (const auto& [text, parts] : cases) {
    EXPECT_EQ(parse_token(text), parts) << text;
  }
}

TEST(Token, has_one_spelling) {
  for (const std::string_view text :
       {"", ":", "s", "s:", "s:x", "s1", "s1:", "1:x", "s0:x", "s01:x", "s+1:x", "s-1:x", "s 1:x",
        "s1 :x", "s65536:x", "s99999999999999999999:x", "s1x:x", " s1:x"}) {
    EXPECT_EQ(parse_token(text), std::nullopt) << text;
  }
}

TEST(Token, lengths_are_those_of_the_encodings) {
  for (std::size_t bytes = 0; bytes < 100; ++bytes) {
    const std::string value(bytes, 'v');
    for (const Encoding encoding : {Encoding::hex, Encoding::base64url}) {
      std::string out;
      append_encoded(bytes_of(value), encoding, out);
      EXPECT_EQ(out.size(), encoded_chars(bytes, encoding));
    }
  }
}

TEST(Token, padding_always_adds_a_byte) {
  const struct {
    std::size_t value_bytes;
    int pad_bytes;
    std::size_t want;
  } cases[] = {{0, 32, 32}, {31, 32, 32}, {32, 32, 64}, {15, 16, 16}, {16, 16, 32}, {63, 64, 64}};

  for (const auto& [value_bytes, pad_bytes, want] : cases) {
    EXPECT_EQ(padded_bytes(value_bytes, pad_bytes), want) << value_bytes << " " << pad_bytes;
  }
}

}  // namespace moretta::mask
