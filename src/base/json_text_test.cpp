#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace moretta {

TEST(JsonText, escapes_what_cannot_stand_for_itself) {
  const struct {
    std::string_view text;
    std::string_view json;
  } cases[] = {
      {"", R"("")"},
      {"plain, longer than eight", R"("plain, longer than eight")"},
      {R"({"a": "b\c"})", R"("{\"a\": \"b\\c\"}")"},
      {"\n\r\t", R"("\n\r\t")"},
      {std::string_view("\0\x01\x1f\x7f", 4), "\"\\u0000\\u0001\\u001f\x7f\""},
      {"é😀", "\"é😀\""},
  };

  for (const auto& [text, json] : cases) {
    std::string out = "before ";
    append_json_string(text, out);
    EXPECT_EQ(out, "before " + std::string(json));
  }
}

TEST(JsonText, has_room_for_texts_of_nothing_but_escapes) {
  EXPECT_EQ(json_string(std::string(100, '"')).size(), 202U);
  EXPECT_EQ(json_string(std::string(100, '\x02')).size(), 602U);
}

}  // namespace moretta
