#include "aws/identity/key_document.hpp"

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

TEST(Expiration, is_read_in_every_form_that_aws_and_its_agents_write) {
  const struct {
    const char* text;
    std::int64_t seconds;
  } cases[] = {
      {"2026-01-02T03:04:05Z", 1'767'323'045},      {"2026-01-02T03:04:05.678Z", 1'767'323'045},
      {"2026-01-02T03:04:05+00:00", 1'767'323'045}, {"2026-01-02T04:04:05+01:00", 1'767'323'045},
      {"2026-01-01T22:34:05-0430", 1'767'323'045},  {"2026-01-02 03:04:05Z", 1'767'323'045},
  };
  for (const auto& [text, seconds] : cases) {
    const auto time = parse_expiration(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->time_since_epoch(), Seconds{seconds}) << text;
  }
}

TEST(Expiration, is_nothing_else) {
  for (const char* text : {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
                           "2026-02-30T03:04:05Z", "2026-01-02T25:04:05Z", "1767323045",
                           "2026-01-02T03:04:05+1", "2026-01-02T03:04:05Zjunk"}) {
    EXPECT_FALSE(parse_expiration(text)) << text;
  }
}

TEST(KeyDocument, has_the_token_under_the_name_of_its_giver) {
  const char* body =
      R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","SessionToken":"u","Version":1})";

  EXPECT_EQ(read_key_document(body, TokenName::token).value().keys.session_token.view(), "t");
  EXPECT_EQ(read_key_document(body, TokenName::session_token).value().keys.session_token.view(),
            "u");
  EXPECT_EQ(read_key_document(body, TokenName::token).value().version, 1);
  EXPECT_FALSE(read_key_document(body, TokenName::token).value().keys.expires_at);
}

TEST(KeyDocument, says_what_is_wrong_without_the_secret) {
  const struct {
    std::string body;
    const char* error;
  } cases[] = {
      {"", "the answer is not a JSON object"},
      {"<html>hush</html>", "the answer is not a JSON object"},
      {"[1]", "the answer is not a JSON object"},
      {R"({"SecretAccessKey":"hush"})", "the answer has no AccessKeyId"},
      {R"({"AccessKeyId":"A","Token":"hush"})", "the answer has no SecretAccessKey"},
      {R"({"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"soon"})",
       "the Expiration of the answer is not a time like 2026-01-31T23:59:59Z"},
      {std::string(key_document_bytes_max + 1, ' '), "the answer is not a JSON object"},
  };
  for (const auto& [body, error] : cases) {
    const auto document = read_key_document(body, TokenName::token);
    ASSERT_FALSE(document.ok()) << body;
    EXPECT_EQ(document.error(), error);
  }
}

}  // namespace
}  // namespace moretta::aws
