#include "app/unmask/clear_output.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace moretta::app {

namespace {

std::string printed(const Original& original, Output output) {
  std::ostringstream out;
  print_original("s1:abc", original, output, out);
  return out.str();
}

Original original_of(std::string_view text) {
  return SecretBytes(text);
}

}  // namespace

TEST(ClearOutput, gives_one_line_for_each_token_whatever_the_value) {
  const struct {
    std::string_view value;
    std::string line;
  } cases[] = {{"199.172.111.135", "199.172.111.135\n"},
               {"a\nb", "a\\x0ab\n"},
               {"\x1b[2Jgone", "\\x1b[2Jgone\n"},
               {"bell\x7f", "bell\\x7f\n"},
               {"c1 \xc2\x9b here", "c1 \\x9b here\n"},
               {"Zo\xc3\xab", "Zo\xc3\xab\n"},
               {"", "\n"}};

  for (const auto& [value, line] : cases) {
    EXPECT_EQ(printed(original_of(value), Output::people), line);
  }
  EXPECT_EQ(printed(std::nullopt, Output::people), "\n");
}

TEST(ClearOutput, tells_an_empty_value_from_none_in_json) {
  EXPECT_EQ(printed(original_of(""), Output::json), R"({"token":"s1:abc","value":""})"
                                                    "\n");
  EXPECT_EQ(printed(std::nullopt, Output::json), R"({"token":"s1:abc","value":null})"
                                                 "\n");
  EXPECT_EQ(printed(original_of("a\nb"), Output::json), R"({"token":"s1:abc","value":"a\nb"})"
                                                        "\n");
}

TEST(ClearOutput, writes_a_body_exactly_unless_a_terminal_would_obey_it) {
  const SecretBytes body(std::string_view("{\"a\":\n\x1b[0m}"));
  std::ostringstream exact;
  std::ostringstream harmless;

  print_body(body, BodyForm::exact, exact);
  print_body(body, BodyForm::harmless, harmless);

  EXPECT_EQ(exact.str(), "{\"a\":\n\x1b[0m}");
  EXPECT_EQ(harmless.str(), "{\"a\":\n\\x1b[0m}\n");
}

}  // namespace moretta::app
