#include "aws/identity/sts_keys.hpp"

#include "aws/identity/static_keys.hpp"
#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

const Endpoint sts{.url = "https://sts.eu-west-1.amazonaws.com/", .region = "eu-west-1"};
constexpr const char* arn = "arn:aws:iam::123456789012:role/worker";

class Sts : public IdentityTest {
 protected:
  AssumedRole assumed(RoleRequest role = {.role_arn = arn, .session_name = "me"}) {
    const Variables variables{{"AWS_ACCESS_KEY_ID", "SOURCE"}, {"AWS_SECRET_ACCESS_KEY", "source"}};
    return {world(), sts, std::move(role),
            std::make_unique<EnvironmentKeys>(environment(variables))};
  }

  WebIdentity web(const std::string& path) {
    return {world(), sts, {.role_arn = arn, .session_name = "me"}, path};
  }

  static HttpResponse error(int status, const std::string& code) {
    return answer(status, "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
                              "</Code><Message>hush</Message></Error></ErrorResponse>");
  }
};

TEST_F(Sts, assumes_a_role_with_a_signed_request) {
  http.will_answer({answer(200, sts_answer("ASIA"))});
  AssumedRole role = assumed({.role_arn = arn,
                              .session_name = "me@here",
                              .external_id = "a b&c",
                              .duration = Seconds{900}});

  const Credentials keys = role.fetch();

  EXPECT_EQ(keys.access_key_id, "ASIA");
  EXPECT_EQ(keys.secret_access_key.view(), "the-secret");
  EXPECT_EQ(keys.session_token.view(), "the-token");
  EXPECT_TRUE(keys.expires_at);
  EXPECT_EQ(http.asked[0].url, sts.url);
  EXPECT_EQ(http.asked[0].body,
            "Action=AssumeRole&Version=2011-06-15"
            "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker"
            "&RoleSessionName=me%40here&ExternalId=a%20b%26c&DurationSeconds=900");
  EXPECT_NE(header(http.asked[0], "Authorization")
                .find("Credential=SOURCE/20231114/eu-west-1/sts/aws4_request"),
            std::string::npos);
}

TEST_F(Sts, names_its_session_if_nobody_does) {
  http.will_answer({answer(200, sts_answer("ASIA"))});

  assumed({.role_arn = arn, .session_name = ""}).fetch();

  EXPECT_NE(http.asked[0].body.find("RoleSessionName=moretta-"), std::string::npos);
}

TEST_F(Sts, sends_a_web_identity_unsigned_with_the_token_that_stands_in_the_file_now) {
  const std::string path = write("token", "jwt.one\n");
  WebIdentity identity = web(path);
  http.will_answer({answer(200, sts_answer("A", "AssumeRoleWithWebIdentity")),
                    answer(200, sts_answer("B", "AssumeRoleWithWebIdentity"))});

  EXPECT_EQ(identity.fetch().access_key_id, "A");
  write("token", "jwt.two");
  EXPECT_EQ(identity.fetch().access_key_id, "B");

  EXPECT_EQ(header(http.asked[0], "Authorization"), "");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Security-Token"), "");
  EXPECT_TRUE(http.asked[0].body.ends_with("&WebIdentityToken=jwt.one"));
  EXPECT_TRUE(http.asked[1].body.ends_with("&WebIdentityToken=jwt.two"));
}

TEST_F(Sts, tells_what_passes_from_what_somebody_must_mend) {
  const std::string path = write("token", "jwt");
  const struct {
    int status;
    const char* code;
    int answers;  // how often it is asked
    const char* kind;
  } cases[] = {
      {400, "IDPCommunicationError", 3, "unavailable: "},
      {503, "ServiceUnavailable", 3, "unavailable: "},
      {400, "Throttling", 3, "unavailable: "},
      {400, "ExpiredTokenException", 1, "unavailable: "},
      {403, "AccessDenied", 1, "refused: "},
      {400, "InvalidIdentityToken", 1, "refused: "},
      {403, "IDPRejectedClaim", 1, "refused: "},
      {403, "RegionDisabledException", 1, "refused: "},
  };
  for (const auto& [status, code, answers, kind] : cases) {
    http.asked.clear();
    for (int i = 0; i < answers; ++i) {
      http.will_answer({error(status, code)});
    }
    const std::string said = thrown([&] { web(path).fetch(); });
    EXPECT_TRUE(said.starts_with(kind)) << code << said;
    EXPECT_EQ(said.find("hush"), std::string::npos) << said;
    EXPECT_EQ(said.find("jwt"), std::string::npos) << said;
    EXPECT_TRUE(http.is_through()) << code;
  }
}

TEST_F(Sts, says_where_to_mend_a_role_that_does_not_let_us_in) {
  const std::string path = write("token", "jwt");
  const std::pair<const char*, const char*> cases[] = {
      {"AccessDenied", "allow sts:AssumeRoleWithWebIdentity in the role's trust policy"},
      {"IDPRejectedClaim", "issuer, audience and subject"},
      {"InvalidIdentityToken", "issuer, audience and subject"},
      {"RegionDisabledException", "activate STS in that region"},
  };
  for (const auto& [code, hint] : cases) {
    http.will_answer({error(403, code)});
    const std::string said = thrown([&] { web(path).fetch(); });
    EXPECT_NE(said.find(hint), std::string::npos) << said;
  }
}

TEST_F(Sts, takes_no_answer_that_lacks_a_part) {
  std::string body = sts_answer("A");
  body.replace(body.find("<SessionToken>"), 14, "<Session-Token>");

  http.will_answer({answer(200, body)});
  EXPECT_NE(thrown([&] { assumed().fetch(); }).find("cannot be read"), std::string::npos);
  http.will_answer({answer(200, "not xml")});
  EXPECT_NE(thrown([&] { assumed().fetch(); }).find("cannot be read"), std::string::npos);
}

TEST_F(Sts, refuses_a_token_file_that_is_missing_empty_or_too_large) {
  EXPECT_NE(thrown([&] { web("/no/such/file").fetch(); }).find("cannot read"), std::string::npos);
  EXPECT_NE(thrown([&] { web(write("a", "\n")).fetch(); }).find("it is empty"), std::string::npos);
  EXPECT_NE(thrown([&] { web(write("b", std::string(20'001, 'x'))).fetch(); }).find("larger"),
            std::string::npos);
}

TEST_F(Sts, refuses_roles_that_are_none) {
  const RoleRequest cases[] = {
      {.role_arn = "worker", .session_name = ""},
      {.role_arn = "arn:aws:iam::1:role/a&b", .session_name = ""},
      {.role_arn = arn, .session_name = "x"},
      {.role_arn = arn, .session_name = "a b"},
      {.role_arn = arn, .session_name = "", .external_id = std::string(1225, 'x')},
      {.role_arn = arn, .session_name = "", .duration = Seconds{899}},
      {.role_arn = arn, .session_name = "", .duration = Seconds{43'201}},
  };
  for (const RoleRequest& role : cases) {
    EXPECT_THROW(checked(role), Refused) << role.role_arn << role.session_name;
  }
}

}  // namespace
}  // namespace moretta::aws
