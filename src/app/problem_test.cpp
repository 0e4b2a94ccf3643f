#include "app/problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(Problems, are_listed_in_the_order_of_the_file) {
  Problems problems("f.yaml");
  problems.add({.line = 9, .column = 1}, "third");
  problems.add({.line = 2, .column = 5}, "second");
  problems.add({}, "first");

  EXPECT_THAT(problems.lines(),
              testing::ElementsAre("f.yaml: first", "f.yaml:2:5: second", "f.yaml:9:1: third"));
}

TEST(Suggestion, names_the_nearest_word_if_one_is_near) {
  const std::vector<std::string_view> words = {"required", "nullable", "from"};

  EXPECT_EQ(suggestion("requird", words), "; did you mean `required`?");
  EXPECT_EQ(suggestion("form", words), "; did you mean `from`?");
  EXPECT_EQ(suggestion("form", {}), "");
  EXPECT_EQ(suggestion("fron", words), "; did you mean `from`?");
  EXPECT_EQ(suggestion("colour", words), "");
  EXPECT_EQ(suggestion(std::string(1000, 'x'), words), "");
}

}  // namespace
}  // namespace moretta::app
