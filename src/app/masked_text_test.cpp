#include "app/masked_text.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

mask::Policy kept() {
  return {.method = mask::Method::keep};
}

Value text_value(std::string_view text) {
  Value value;
  value.kind = Value::Kind::text;
  value.text = text;
  return value;
}

TEST(MaskedText, shows_of_what_the_sender_wrote_its_kind_and_length) {
  for (const Origin origin : {Origin::body, Origin::group_id, Origin::attribute}) {
    EXPECT_EQ(masked_text(text_value("J\u00fcrg"), {.origin = origin}, kept()),
              "text of 4 characters");
  }
}

TEST(MaskedText, shows_what_the_queue_says) {
  for (const Origin origin : {Origin::message_id, Origin::receive_count, Origin::sent_at}) {
    EXPECT_EQ(masked_text(text_value("5f"), {.origin = origin}, kept()), "5f");
  }
}

TEST(MaskedText, shows_tokens_and_null) {
  EXPECT_EQ(masked_text(text_value("h1:ab"), {}, {.method = mask::Method::hmac_sha256}), "h1:ab");
  EXPECT_EQ(masked_text(Value{}, {}, kept()), "NULL");
}

}  // namespace
}  // namespace moretta::app
