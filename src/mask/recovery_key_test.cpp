#include "mask/recovery_key.hpp"

#include <gtest/gtest.h>

namespace moretta::mask {

namespace {

std::string why_not_public(std::string_view text) {
  const auto key = parse_recovery_public(text);
  return key ? "" : key.error();
}

std::string why_not_private(std::string_view text) {
  const auto key = parse_recovery_private(text);
  return key ? "" : key.error();
}

}  // namespace

TEST(RecoveryKey, is_read_back_from_its_text) {
  SeededRandom random(7);
  const RecoveryPrivate key = new_recovery_key(12, random);
  const std::string secret(shown(key).view());
  const std::string open = shown(public_half(key));

  const auto same = parse_recovery_private("  " + secret + "\n");
  const auto same_public = parse_recovery_public(open + "\r\n");

  EXPECT_TRUE(open.starts_with("recovery-public:12:"));
  EXPECT_TRUE(secret.starts_with("recovery-private:12:"));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(public_half(same.value()), public_half(key));
  ASSERT_TRUE(same_public.ok());
  EXPECT_EQ(same_public.value(), public_half(key));
}

TEST(RecoveryKey, keeps_the_halves_apart) {
  SeededRandom random(7);
  const RecoveryPrivate key = new_recovery_key(1, random);

  EXPECT_NE(why_not_public(shown(key).view()).find("it is the private half"), std::string::npos);
  EXPECT_NE(why_not_private(shown(public_half(key))).find("it is the public half"),
            std::string::npos);
}

TEST(RecoveryKey, refuses_what_is_no_key_without_quoting_it) {
  const std::string good = "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI";
  const std::string cases[] = {"",
                               "recovery-public:",
                               "recovery-public:1:",
                               "recovery-public:1:" + good + "A",
                               "recovery-public:1:" + good.substr(1),
                               "recovery-public:0:" + good,
                               "recovery-public:01:" + good,
                               "recovery-public:65536:" + good,
                               "recovery-public:x:" + good,
                               "recovery-public:" + good,
                               good};

  EXPECT_EQ(why_not_public("recovery-public:1:" + good), "");
  for (const std::string& text : cases) {
    const std::string why = why_not_public(text);
    EXPECT_NE(why, "") << text;
    EXPECT_EQ(why.find(good.substr(1)), std::string::npos) << why;
  }
}

TEST(RecoveryKey, refuses_keys_that_everybody_has) {
  // A point of order 1 and the scalar of Alice in RFC 7748 section 6.1.
  EXPECT_NE(why_not_public("recovery-public:1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
                .find("small order"),
            std::string::npos);
  EXPECT_NE(why_not_private("recovery-private:1:dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo")
                .find("RFC 7748"),
            std::string::npos);
}

}  // namespace moretta::mask
