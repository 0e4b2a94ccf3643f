#include "app/text_table.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(TextTable, aligns_columns_under_their_heading) {
  EXPECT_EQ(text_table({{"name", "n"}, {"a", "1"}, {"longer", "22"}}, 1, 20),
            " name    n\n"
            " ──────  ──\n"
            " a       1\n"
            " longer  22\n");
}

TEST(TextTable, shortens_long_cells_in_the_middle) {
  EXPECT_EQ(text_table({{"token"}, {"0123456789abcdef"}}, 0, 9),
            "token\n"
            "─────────\n"
            "01234…def\n");
}

TEST(TextTable, counts_characters_not_bytes) {
  EXPECT_EQ(text_table({{"é", "x"}, {"ab", "y"}}, 0, 9), "é   x\n──  ─\nab  y\n");
}

}  // namespace
}  // namespace moretta::app
