#include "base/byte_scan.hpp"

#include <string>

#include <gtest/gtest.h>

namespace moretta {
namespace {

auto is_bang(SixteenBytes bytes) {
  return bytes == std::uint8_t{'!'};
}

TEST(ByteScan, finds_the_first_marked_byte_at_every_place_of_every_length) {
  for (std::size_t size = 16; size <= 50; ++size) {
    EXPECT_EQ(unmarked_prefix(std::string(size, 'x'), is_bang), size);
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '!';
      text.back() = '!';
      EXPECT_EQ(unmarked_prefix(text, is_bang), at) << size;
    }
  }
}

TEST(ByteScan, does_not_look_behind_the_text) {
  const std::string_view text = "0123456789012345678901234567890!!!";

  EXPECT_EQ(unmarked_prefix(text.substr(0, 16), is_bang), 16U);
  EXPECT_EQ(unmarked_prefix(text.substr(0, 31), is_bang), 31U);
  EXPECT_EQ(unmarked_prefix(text, is_bang), 31U);
}

}  // namespace
}  // namespace moretta
