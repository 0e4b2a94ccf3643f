#include "record/pointer_tree.hpp"

#include <gtest/gtest.h>

namespace moretta {

using Tokens = std::vector<std::string>;

TEST(Pointer, is_split_as_rfc_6901_section_5_shows) {
  const std::vector<std::pair<std::string_view, Tokens>> cases = {
      {"", {}},
      {"/foo", {"foo"}},
      {"/foo/0", {"foo", "0"}},
      {"/", {""}},
      {"/a~1b", {"a/b"}},
      {"/c%d", {"c%d"}},
      {"/e^f", {"e^f"}},
      {"/g|h", {"g|h"}},
      {"/i\\j", {"i\\j"}},
      {"/k\"l", {"k\"l"}},
      {"/ ", {" "}},
      {"/m~0n", {"m~n"}},
      {"/~01", {"~1"}},
      {"//a/", {"", "a", ""}},
  };

  for (const auto& [pointer, want] : cases) {
    EXPECT_EQ(pointer_tokens(pointer), want) << pointer;
  }
}

TEST(Pointer, is_none_without_a_slash_in_front_or_with_a_loose_tilde) {
  for (const char* text : {"a", "a/b", "#/a", "/~", "/~2", "/a~/b"}) {
    EXPECT_EQ(pointer_tokens(text), std::nullopt) << text;
  }
}

TEST(Pointer, counts_array_elements_without_leading_zeros) {
  EXPECT_EQ(array_index("0"), 0U);
  EXPECT_EQ(array_index("10"), 10U);
  for (const char* token : {"", "-", "-1", "+1", "00", "01", "1a", " 1", "99999999999999999999"}) {
    EXPECT_EQ(array_index(token), std::nullopt) << token;
  }
}

TEST(PointerTree, shares_the_way_that_pointers_have_in_common) {
  Mapping mapping(4);
  mapping[0].pointer = "/a~1b/c";
  mapping[1].pointer = "/a~1b/d";
  mapping[2].pointer = "/a~1b/c";
  mapping[3].origin = Origin::sent_at;

  const PointerTree tree(mapping);

  ASSERT_EQ(tree.size(), 4U);
  EXPECT_EQ(tree.node_of(0), tree.node_of(2));
  EXPECT_EQ(tree[tree.node_of(0)].parent, tree[tree.node_of(1)].parent);
  EXPECT_EQ(tree[tree.node_of(1)].pointer, "/a~1b/d");
  EXPECT_EQ(tree[tree.node_of(1)].first_column, 1U);
  EXPECT_EQ(tree[tree[tree.node_of(1)].parent].first_column, 0U);
  EXPECT_EQ(tree[PointerTree::root].children.size(), 1U);
}

}  // namespace moretta
