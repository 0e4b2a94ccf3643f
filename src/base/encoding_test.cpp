#include "base/encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace moretta {

TEST(Encoding, gives_the_published_texts) {  // RFC 4648 section 10
  const struct {
    std::string clear;
    std::string hex;
    std::string base64;
    std::string base64url;
  } cases[] = {
      {"", "", "", ""},
      {"f", "66", "Zg==", "Zg"},
      {"fo", "666f", "Zm8=", "Zm8"},
      {"foo", "666f6f", "Zm9v", "Zm9v"},
      {"foob", "666f6f62", "Zm9vYg==", "Zm9vYg"},
      {"fooba", "666f6f6261", "Zm9vYmE=", "Zm9vYmE"},
      {"foobar", "666f6f626172", "Zm9vYmFy", "Zm9vYmFy"},
      {"\xfb\xff\xbe", "fbffbe", "+/++", "-_--"},
  };

  for (const auto& [clear, in_hex, in_base64, in_base64url] : cases) {
    EXPECT_EQ(hex(bytes_of(clear)), in_hex);
    EXPECT_EQ(base64(bytes_of(clear)), in_base64);
    EXPECT_EQ(base64url(bytes_of(clear)), in_base64url);
    EXPECT_EQ(from_hex(in_hex), clear);
    EXPECT_EQ(from_base64(in_base64), clear);
    EXPECT_EQ(from_base64url(in_base64url), clear);
  }
}

TEST(Encoding, appends_behind_what_is_there) {
  std::string out = "s1:";

  append_base64url(bytes_of("fo"), out);
  append_hex(bytes_of("\x01"), out);

  EXPECT_EQ(out, "s1:Zm801");
}

TEST(Encoding, survives_the_round_trip_with_every_byte_and_length) {
  std::string clear;
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(from_hex(hex(bytes_of(clear))), clear);
    EXPECT_EQ(from_base64(base64(bytes_of(clear))), clear);
    EXPECT_EQ(from_base64url(base64url(bytes_of(clear))), clear);
    clear.push_back(static_cast<char>(byte));
  }
}

TEST(Encoding, refuses_what_it_would_not_write) {
  for (const std::string_view text : {"6", "6g", " 66", "66 ", "0x66"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "=Zg=", "Z===", "====", "Zh==", "Zm9=",
                                      "Zm9v\n", "-_--", "Zg==Zg=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
  for (const std::string_view text : {"Z", "Zg==", "Zh", "Zm9", "Zm 8", "+/++", "Zm9vY"}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

}  // namespace moretta
