#include "mask/normalize.hpp"

#include <string>

#include <gtest/gtest.h>

namespace moretta::mask {

namespace {

std::string normalized(Normalize how, std::string_view value) {
  Normalizer normalizer(how);
  const auto normal = normalizer.apply(value);
  return normal ? std::string(*normal) : "rejected";
}

}  // namespace

TEST(Normalizer, gives_one_spelling) {
  const struct {
    Normalize how;
    std::string value;
    std::string want;
  } cases[] = {
      {Normalize::none, " A b ", " A b "},
      {Normalize::none, "", ""},
      {Normalize::ip, "2001:DB8:0::1", "2001:db8::1"},
      {Normalize::ip, "::ffff:199.172.111.135", "199.172.111.135"},
      {Normalize::ip, "199.172.111.135", "199.172.111.135"},
      {Normalize::ip, "", ""},
      {Normalize::ip, "unknown", "rejected"},
      {Normalize::ip, " 199.172.111.135", "rejected"},
      {Normalize::trim, " \t\r\n\v\f A b \n", "A b"},
      {Normalize::trim, " \n ", ""},
      {Normalize::trim, "\xc2\xa0x", "\xc2\xa0x"},  // only ASCII blanks
      {Normalize::lower, "Ada@Example.ORG", "ada@example.org"},
      {Normalize::lower, "\xc3\x84\x5a", "\xc3\x84z"},  // only ASCII letters
      {Normalize::lower, "[@`{", "[@`{"},
  };

  for (const auto& [how, value, want] : cases) {
    EXPECT_EQ(normalized(how, value), want) << value;
  }
}

TEST(Normalizer, leaves_nothing_behind_once_told_to_forget) {
  Normalizer normalizer(Normalize::lower);
  const std::string_view lower = normalizer.apply("SECRET").value();
  ASSERT_EQ(lower, "secret");

  normalizer.forget();

  EXPECT_EQ(lower, std::string(6, '\0'));
}

}  // namespace moretta::mask
