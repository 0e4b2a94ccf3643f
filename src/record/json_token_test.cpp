#include "record/json_token.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace moretta {
namespace {

std::optional<std::string> unescaped(std::string_view raw) {
  std::string out(raw.size(), '\0');
  const std::optional<std::size_t> size = unescape_json(raw, out);
  return size ? std::optional(out.substr(0, *size)) : std::nullopt;
}

}  // namespace

TEST(JsonNumber, follows_the_grammar_of_rfc_8259) {
  for (const char* text : {"0", "-0", "1", "10", "-12", "0.5", "1.25", "1e5", "1E5", "1e+5", "1e-5",
                           "0e0", "-0.0e-0", "123456789012345678901234567890"}) {
    EXPECT_TRUE(is_json_number(text)) << text;
  }
  for (const char* text : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e5", "0x1", "1 ",
                           " 1", "1,5", "NaN", "Infinity", "--1", "1e5.5", "1_000"}) {
    EXPECT_FALSE(is_json_number(text)) << text;
  }
}

TEST(JsonNumber, fits_a_double_unless_it_would_be_infinite) {
  EXPECT_TRUE(fits_double("1.7976931348623157e308"));
  EXPECT_TRUE(fits_double("1e-400"));
  EXPECT_TRUE(fits_double(std::string(308, '9')));
  EXPECT_TRUE(fits_double("0." + std::string(1000, '1')));
  EXPECT_TRUE(fits_double("0e999999999"));
  EXPECT_FALSE(fits_double("1.7976931348623159e308"));
  EXPECT_FALSE(fits_double("-1e309"));
  EXPECT_FALSE(fits_double(std::string(310, '9')));
  EXPECT_FALSE(fits_double("1e99999999999999999999"));
}

TEST(JsonNumber, becomes_the_nearest_double) {
  EXPECT_EQ(to_double("0.1"), 0.1);
  EXPECT_EQ(to_double("-2.5e3"), -2500.0);
  EXPECT_EQ(to_double("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(to_double("5e-324"), std::nextafter(0.0, 1.0));
  EXPECT_EQ(to_double("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(to_double("-0")));
}

TEST(JsonString, resolves_every_escape) {
  const std::vector<std::pair<std::string_view, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {R"(\"\\\/)", "\"\\/"},
      {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
      {R"(\u0041\u00e9\u20AC)", "A\xc3\xa9\xe2\x82\xac"},
      {R"(\ud83d\ude00)", "\xf0\x9f\x98\x80"},
      {R"(\uDBFF\uDFFF)", "\xf4\x8f\xbf\xbf"},
      {R"(a\u0000b)", std::string("a\0b", 3)},
      {R"(\uffff)", "\xef\xbf\xbf"},
      {R"(\\u0041)", "\\u0041"},
  };

  for (const auto& [raw, want] : cases) {
    EXPECT_EQ(unescaped(raw), want) << raw;
  }
}

TEST(JsonString, refuses_unknown_escapes_and_half_surrogate_pairs) {
  for (const char* raw : {R"(\)", R"(\x)", R"(\')", R"(\u)", R"(\u123)", R"(\u12g4)", R"(\u-123)",
                          R"(\u 123)", R"(\U0041)", R"(\ud800)", R"(\ud800x)", R"(\ud800\n)",
                          R"(\ud800\ud800)", R"(\ud800\u0041)", R"(\udc00)", R"(\udc00\ud800)"}) {
    EXPECT_EQ(unescaped(raw), std::nullopt) << raw;
  }
}

}  // namespace moretta
