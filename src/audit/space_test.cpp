#include "audit/space.hpp"

#include <set>

#include <gtest/gtest.h>

namespace moretta::audit {
namespace {

std::string text_at(const Space& space, std::uint64_t prefix, std::size_t suffix) {
  SpaceText text;
  const std::size_t chars = space.write_prefix(prefix, text);
  return std::string(text.data(), chars) + space.suffixes()[suffix];
}

TEST(Space, of_addresses_holds_every_dotted_quad) {
  const Space space = Space::parse("ipv4").value();

  EXPECT_EQ(space.size(), std::uint64_t{1} << 32U);
  EXPECT_EQ(text_at(space, 0, 0), "0.0.0.0");
  EXPECT_EQ(text_at(space, (199U << 16U) + (172U << 8U) + 111U, 135), "199.172.111.135");
  EXPECT_EQ(text_at(space, space.prefixes() - 1, 255), "255.255.255.255");
}

TEST(Space, of_a_pattern_holds_each_of_its_texts_once) {
  for (const char* pattern : {"dd-dd", "d", "+49d-dx", "x.d.d.d.d"}) {
    const Space space = Space::parse(pattern).value();
    std::set<std::string> texts;
    for (std::uint64_t prefix = 0; prefix < space.prefixes(); ++prefix) {
      for (std::size_t suffix = 0; suffix < space.suffixes().size(); ++suffix) {
        texts.insert(text_at(space, prefix, suffix));
      }
    }

    EXPECT_EQ(texts.size(), space.size()) << pattern;
    for (const std::string& text : texts) {
      ASSERT_EQ(text.size(), std::string_view(pattern).size());
      for (std::size_t i = 0; i < text.size(); ++i) {
        EXPECT_TRUE(pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i]);
      }
    }
  }
}

TEST(Space, of_device_ids_has_a_billion_texts) {
  const Space space = Space::parse("ddd-dd-dddd").value();

  EXPECT_EQ(space.size(), 1'000'000'000U);
  EXPECT_EQ(text_at(space, 593'475, 928), "593-47-5928");
}

TEST(Space, refuses_what_is_no_pattern_or_never_ends) {
  for (const char* name : {"", "abc", "ipv6", "ddddddddddddd"}) {
    EXPECT_FALSE(Space::parse(name)) << name;
  }
  EXPECT_FALSE(Space::parse(std::string(space_text_chars_max, 'x') + "d"));
}

}  // namespace
}  // namespace moretta::audit
