#include "aws/service_call.hpp"

#include <gtest/gtest.h>

#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

constexpr const char* denied = R"({"__type":"AccessDeniedException","Message":"hush"})";

class OneRenewal final : public CredentialsSource {
 public:
  Credentials current() override { return keys(); }
  Credentials renewed(const Credentials& /*refused*/) override {
    id = next;
    return keys();
  }
  [[nodiscard]] Credentials keys() const {
    return {.access_key_id = id,
            .secret_access_key = SecretBytes(std::string_view("s")),
            .session_token = {},
            .expires_at = std::nullopt};
  }
  std::string id = "OLD";
  std::string next = "NEW";
};

class ServiceCallTest : public IdentityTest {
 protected:
  Result<std::string, SqsError> ask() {
    return call_service({.http = http, .clock = clock, .random = random}, call, &keys);
  }

  ServiceCall call{
      .service = "kms",
      .action = "kms:Decrypt",
      .endpoint = {.url = "https://kms.eu-west-1.amazonaws.com/", .region = "eu-west-1"},
      .headers = {{"X-Amz-Target", "TrentService.Decrypt"}},
      .body = "{}"};
  OneRenewal keys;
};

TEST_F(ServiceCallTest, is_signed_for_its_service) {
  http.will_answer({answer(200, "done")});

  EXPECT_EQ(ask().value(), "done");
  EXPECT_NE(header(http.asked[0], "Authorization").find("/eu-west-1/kms/aws4_request"),
            std::string::npos);
}

TEST_F(ServiceCallTest, is_tried_three_times_when_that_may_help) {
  http.will_answer({lost_connection(), answer(500, R"({"__type":"KMSInternalException"})"),
                    answer(200, "done")});
  EXPECT_EQ(ask().value(), "done");

  http.will_answer({answer(400, R"({"__type":"ThrottlingException"})"),
                    answer(400, R"({"__type":"DependencyTimeoutException"})"),
                    answer(500, R"({"__type":"KeyUnavailableException"})")});
  EXPECT_EQ(ask().error().code, "KeyUnavailableException");
  EXPECT_TRUE(http.is_through());
}

TEST_F(ServiceCallTest, is_tried_once_when_it_is_refused) {
  http.will_answer({answer(400, denied)});

  const auto body = ask();

  ASSERT_FALSE(body.ok());
  const std::string said =
      thrown([&] { throw_service_error("decrypt the key", call, body.error(), "hint"); });
  EXPECT_EQ(said,
            "refused: cannot decrypt the key: AccessDeniedException, HTTP 400 | allow kms:Decrypt "
            "to these AWS credentials");
}

TEST_F(ServiceCallTest, gets_other_keys_once_when_its_own_have_expired) {
  const char* expired = R"({"__type":"ExpiredTokenException"})";
  http.will_answer({answer(400, expired), answer(200, "done")});
  EXPECT_EQ(ask().value(), "done");
  EXPECT_NE(header(http.asked[1], "Authorization").find("Credential=NEW/"), std::string::npos);

  keys.next = "NEW";  // there are no others
  http.will_answer({answer(400, expired)});
  EXPECT_EQ(ask().error().kind, ErrorClass::expired_credentials);
}

TEST_F(ServiceCallTest, takes_the_servers_time_when_the_clock_is_wrong) {
  http.will_answer({answer(403, R"({"__type":"InvalidSignatureException"})",
                           "Date: Tue, 14 Nov 2023 23:13:20 GMT\r\n"),
                    answer(200, "done")});

  EXPECT_EQ(ask().value(), "done");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Date"), "20231114T221320Z");
  EXPECT_EQ(header(http.asked[1], "X-Amz-Date"), "20231114T231320Z");
}

}  // namespace
}  // namespace moretta::aws
