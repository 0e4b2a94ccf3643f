#include "audit/profile.hpp"

#include <array>

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::audit {
namespace {

TEST(ColumnProfile, counts_tokens_by_method_and_key) {
  const std::string tag(64, 'a');
  ColumnProfile profile;
  for (const std::string& value :
       {"h1:" + tag, "h2:" + tag, "h2:" + tag, std::string("10.0.0.1")}) {
    profile.add(value);
  }
  profile.add(std::nullopt);

  EXPECT_EQ(profile.rows(), 5);
  EXPECT_EQ(profile.nulls(), 1);
  EXPECT_EQ(profile.tokens(), (std::map<std::pair<Shape, int>, std::int64_t>{
                                  {{Shape::hmac, 1}, 1}, {{Shape::hmac, 2}, 2}}));
  EXPECT_EQ(profile.count(Shape::ipv4), 1);
  EXPECT_EQ(profile.figures().distinct, 3);
}

TEST(ColumnProfile, keeps_each_digest_once_and_a_bounded_number) {
  ColumnProfile profile;
  const std::string digest = hex(md5("something"));
  profile.add(digest);
  profile.add(digest);
  ColumnProfile large;
  for (int i = 0; i < 12'000; ++i) {
    large.add(hex(md5(std::to_string(i))));
  }

  EXPECT_EQ(profile.sample(DigestKind::md5).digests,
            std::vector<DigestWords>{digest_words_of(DigestKind::md5, digest).value()});
  EXPECT_TRUE(profile.sample(DigestKind::sha256).digests.empty());
  EXPECT_EQ(large.sample(DigestKind::md5).digests.size(), sample_digests_max);
}

TEST(ColumnProfile, bounds_the_key_ids_of_a_hostile_column) {
  ColumnProfile profile;
  for (int id = 1; id <= 5'000; ++id) {
    profile.add("h" + std::to_string(id) + ":" + std::string(64, 'a'));
  }

  EXPECT_LE(profile.tokens().size(), 1024U);
  EXPECT_EQ(profile.count(Shape::hmac), 5'000);
}

TEST(GroupProfile, tells_groups_apart_by_every_column_and_by_null) {
  GroupProfile profile;
  const auto add = [&](Cell a, Cell b) {
    const std::array<Cell, 2> cells = {a, b};
    profile.add(cells);
  };
  add("x", "y");
  add("x", "y");
  add("y", "x");
  add("x", std::nullopt);
  add(std::nullopt, "x");
  add("xy", "");

  const ClassFigures figures = profile.figures();

  EXPECT_EQ(figures.distinct, 5);
  EXPECT_EQ(figures.unique, 4);
  EXPECT_EQ(figures.smallest, 1);
}

}  // namespace
}  // namespace moretta::audit
