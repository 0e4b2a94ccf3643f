#include "record/kept_message.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

Message full_message() {
  return {.id = "m-1",
          .receipt = "r",
          .body = std::string("{\"ip\": \"\0\"}", 11),
          .group_id = "group",
          .attributes = {{"tenant", "String", "acme"}, {"empty", "String.x", ""}},
          .payload = "bucket/key"};
}

TEST(KeptMessage, gives_back_all_that_a_mapping_may_read) {
  const Message message = full_message();
  const SecretBytes text = kept_text(message, Attributes::known);

  const auto kept = read_kept(text.view());

  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->body, message.body);
  EXPECT_EQ(kept->group_id, "group");
  EXPECT_EQ(kept->payload, "bucket/key");
  EXPECT_EQ(kept->attributes, message.attributes);
  EXPECT_TRUE(kept->has_beside);
  EXPECT_TRUE(kept->has_attributes);
}

TEST(KeptMessage, says_when_nobody_asked_for_attributes) {
  const SecretBytes text = kept_text({}, Attributes::unknown);

  const auto kept = read_kept(text.view());

  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->has_beside);
  EXPECT_FALSE(kept->has_attributes);
  EXPECT_EQ(kept->body, "");
}

TEST(KeptMessage, takes_a_body_alone_as_it_was_sealed_once) {
  for (const std::string_view body : {R"({"ip": "10.0.0.1"})", "", "MQ1", "no JSON"}) {
    const auto kept = read_kept(body);

    ASSERT_TRUE(kept) << body;
    EXPECT_EQ(kept->body, body);
    EXPECT_FALSE(kept->has_beside);
    EXPECT_FALSE(kept->has_attributes);
  }
}

TEST(KeptMessage, is_none_wherever_its_fields_are_cut) {
  const Message message = full_message();
  const std::string text(kept_text(message, Attributes::known).view());

  for (std::size_t size = 4; size < text.size() - message.body.size(); ++size) {
    EXPECT_FALSE(read_kept(std::string_view(text).substr(0, size))) << size;
  }
}

TEST(KeptMessage, is_none_if_it_claims_more_attributes_than_there_can_be) {
  std::string text(kept_text({}, Attributes::known).view());
  text.replace(text.size() - 4, 4, "\xff\xff\xff\xff");

  EXPECT_FALSE(read_kept(text));
}

}  // namespace
}  // namespace moretta
