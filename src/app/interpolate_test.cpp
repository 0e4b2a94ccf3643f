#include "app/interpolate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::app {
namespace {

std::optional<std::string> lookup(std::string_view name) {
  if (name == "HOST") {
    return "db.example";
  }
  if (name == "EMPTY") {
    return "";
  }
  return std::nullopt;
}

TEST(Interpolate, replaces_references_as_sh_does) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"${HOST}", "db.example"},
      {"a-${HOST}-${HOST}-z", "a-db.example-db.example-z"},
      {"${EMPTY}", ""},
      {"${EMPTY:-local}", "local"},
      {"${UNSET:-local}", "local"},
      {"${UNSET:-}", ""},
      {"${HOST:-local}", "db.example"},
      {"$sent_at", "$sent_at"},
      {"costs 5$", "costs 5$"},
      {"$${HOST}", "${HOST}"},
  };

  for (const auto& [raw, want] : cases) {
    const Interpolated got = interpolate(raw, lookup);

    EXPECT_TRUE(got.ok()) << raw;
    EXPECT_EQ(got.text, want) << raw;
  }
}

TEST(Interpolate, names_every_variable_that_is_not_set) {
  const Interpolated got = interpolate("${ONE}/${HOST}/${TWO}", lookup);

  EXPECT_THAT(got.unset, testing::ElementsAre("ONE", "TWO"));
}

TEST(Interpolate, does_not_guess_at_malformed_references) {
  for (const std::string_view raw : {"${", "${HOST", "${}", "${1X}", "${A B}", "${:-x}"}) {
    EXPECT_EQ(interpolate(raw, lookup).malformed.size(), 1U) << raw;
  }
}

TEST(Interpolate, does_not_expand_what_a_variable_holds) {
  const Environment nested = [](std::string_view) {
    return "${HOST}";
  };

  EXPECT_EQ(interpolate("${X}", nested).text, "${HOST}");
}

}  // namespace
}  // namespace moretta::app
