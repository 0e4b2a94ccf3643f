#include "devqueue/message.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace moretta::devqueue {
namespace {

TEST(AttributesDigest, equals_the_values_recorded_from_aws) {
  const struct {
    MessageAttributes attributes;
    std::string want;
  } cases[] = {
      {{{"k", "String", "v"}}, "0a77b0642718c3d9dd47090567d11e0d"},
      {{{"MyAttribute", "String", "foobar"}}, "adb59cd4678ea5a855436b949cd07ab6"},
      {{{"é", "String.custom", "hé"}, {"b", "Binary", "\x01\xff"}, {"a", "Number", "42"}},
       "9cd56be95f3412a5814b046180dc1acd"},
  };

  for (const auto& [attributes, want] : cases) {
    EXPECT_EQ(hex(attributes_digest(attributes)), want);
  }
}

TEST(MessageId, is_a_random_uuid_of_version_4) {
  SeededRandom random(1);

  std::string id;
  append_id_text(new_message_id(random), id);

  ASSERT_EQ(id.size(), 36U);
  EXPECT_EQ(id[8], '-');
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos);
  EXPECT_EQ(id[23], '-');
}

}  // namespace
}  // namespace moretta::devqueue
