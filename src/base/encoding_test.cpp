#include "base/encoding.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace moretta {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
  }
  return bytes;
}

// RFC 4648 section 10.
const std::vector<std::pair<std::string, std::string>> base64_vectors = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

}  // namespace

TEST(Hex, gives_the_vectors_of_rfc_4648_in_lower_case) {
  EXPECT_EQ(hex(bytes_of("")), "");
  EXPECT_EQ(hex(bytes_of("foobar")), "666f6f626172");
  EXPECT_EQ(hex(bytes_of("\xff\x0a")), "ff0a");
}

TEST(Hex, comes_back_from_either_case) {
  EXPECT_EQ(from_hex("666F6f626172"), "foobar");
  EXPECT_EQ(from_hex(hex(bytes_of(all_bytes()))), all_bytes());
}

TEST(Hex, refuses_odd_lengths_and_other_characters) {
  for (const char* text : {"f", "fff", "0g", "g0", " 0", "0x", "0-"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

TEST(Hex, is_appended) {
  std::string out = "x:";

  append_hex(bytes_of("fo"), out);

  EXPECT_EQ(out, "x:666f");
}

TEST(Hex, of_any_length_is_that_of_its_bytes) {
  const std::string text = all_bytes() + all_bytes();
  for (std::size_t bytes = 0; bytes <= 260; ++bytes) {
    const std::string_view part = std::string_view(text).substr(bytes, bytes);
    std::string one_by_one;
    for (const char byte : part) {
      one_by_one += hex(bytes_of(std::string_view(&byte, 1)));
    }

    EXPECT_EQ(hex(bytes_of(part)), one_by_one) << bytes;
  }
}

// Long texts go another way than the short groups of the vectors.
TEST(Base64, of_any_length_is_that_of_its_groups) {
  const std::string text = all_bytes() + all_bytes();
  for (std::size_t bytes = 0; bytes <= 260; ++bytes) {
    const std::string_view part = std::string_view(text).substr(bytes, bytes);
    std::string standard;
    std::string url_safe;
    for (std::size_t at = 0; at < part.size(); at += 3) {
      standard += base64(bytes_of(part.substr(at, 3)));
      url_safe += base64url(bytes_of(part.substr(at, 3)));
    }

    EXPECT_EQ(base64(bytes_of(part)), standard) << bytes;
    EXPECT_EQ(base64url(bytes_of(part)), url_safe) << bytes;
  }
}

TEST(Base64, gives_the_vectors_of_rfc_4648) {
  for (const auto& [clear, coded] : base64_vectors) {
    EXPECT_EQ(base64(bytes_of(clear)), coded);
    EXPECT_EQ(from_base64(coded), clear);
  }
  EXPECT_EQ(from_base64(base64(bytes_of(all_bytes()))), all_bytes());
}

TEST(Base64, is_strict) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v=", "Zm9vYg==Zg==",
                           "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm-_", "Z=g=", "Zm9\xc3"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(Base64Url, has_no_padding_and_its_own_two_characters) {
  for (const auto& [clear, coded] : base64_vectors) {
    const std::string unpadded = coded.substr(0, coded.find('='));
    EXPECT_EQ(base64url(bytes_of(clear)), unpadded);
    EXPECT_EQ(from_base64url(unpadded), clear);
  }
  EXPECT_EQ(base64url(bytes_of("\xfb\xff\xbf")), "-_-_");
  EXPECT_EQ(base64(bytes_of("\xfb\xff\xbf")), "+/+/");
  EXPECT_EQ(from_base64url(base64url(bytes_of(all_bytes()))), all_bytes());
}

TEST(Base64Url, is_strict) {
  for (const char* text : {"Z", "Zm9vY", "Zg==", "Zh", "Zm9", "+/+/", "Zm 9"}) {
    EXPECT_EQ(from_base64url(text).has_value(), false) << text;
  }
}

}  // namespace moretta
