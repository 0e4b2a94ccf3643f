#include "aws/secret_stores.hpp"

#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

const Endpoint endpoint{.url = "https://service.eu-west-1.amazonaws.com/", .region = "eu-west-1"};

class Stores : public IdentityTest {
 protected:
  FixedCredentials keys{{.access_key_id = "AKID",
                         .secret_access_key = SecretBytes(std::string_view("s")),
                         .session_token = {},
                         .expires_at = std::nullopt}};
  SecretStores stores{{.http = http, .clock = clock, .random = random}, keys};
};

TEST_F(Stores, read_the_text_or_the_bytes_of_a_secret) {
  http.will_answer({answer(200, R"({"Name":"db","SecretString":"{\"password\":\"p\"}"})"),
                    answer(200, R"({"Name":"db","SecretBinary":"AAH/"})")});

  EXPECT_EQ(stores.secret(endpoint, "prod/db").view(), R"({"password":"p"})");
  EXPECT_EQ(stores.secret(endpoint, "a\"b").view(), std::string_view("\0\1\xff", 3));

  EXPECT_EQ(http.asked[0].body, R"({"SecretId":"prod/db"})");
  EXPECT_EQ(http.asked[1].body, R"({"SecretId":"a\"b"})");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Target"), "secretsmanager.GetSecretValue");
  EXPECT_EQ(header(http.asked[0], "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_NE(header(http.asked[0], "Authorization").find("/eu-west-1/secretsmanager/"),
            std::string::npos);
}

TEST_F(Stores, read_the_version_of_a_secret_that_has_a_label) {
  http.will_answer({answer(200, R"({"SecretString":"old"})")});

  EXPECT_EQ(stores.secret(endpoint, "prod/db", "AWSPREVIOUS").view(), "old");

  EXPECT_EQ(http.asked[0].body, R"({"SecretId":"prod/db","VersionStage":"AWSPREVIOUS"})");
}

TEST_F(Stores, read_a_parameter_decrypted) {
  http.will_answer({answer(200, R"({"Parameter":{"Name":"/p","Value":"v"}})")});

  EXPECT_EQ(stores.parameter(endpoint, "/p").view(), "v");
  EXPECT_EQ(http.asked[0].body, R"({"Name":"/p","WithDecryption":true})");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Target"), "AmazonSSM.GetParameter");
  EXPECT_NE(header(http.asked[0], "Authorization").find("/eu-west-1/ssm/"), std::string::npos);
}

TEST_F(Stores, decrypt_with_kms) {
  http.will_answer({answer(200, R"({"KeyId":"k","Plaintext":"aGVsbG8="})")});

  EXPECT_EQ(stores.decrypted(endpoint, "QUJD").view(), "hello");
  EXPECT_EQ(http.asked[0].body, R"({"CiphertextBlob":"QUJD"})");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Target"), "TrentService.Decrypt");
}

TEST_F(Stores, say_which_secret_and_why_and_what_to_do_but_never_what_the_server_said) {
  const struct {
    int status;
    const char* code;
    const char* said;
  } cases[] = {
      {400, "ResourceNotFoundException",
       "refused: cannot read secret s of Secrets Manager: ResourceNotFoundException, HTTP 400 | "
       "check the secret's name and region"},
      {400, "AccessDeniedException", "allow secretsmanager:GetSecretValue"},
      {400, "DecryptionFailure", "refused: "},
      {400, "InvalidRequestException", "scheduled for deletion"},
      {400, "UnrecognizedClientException", "the server does not know the key"},
  };
  for (const auto& [status, code, said] : cases) {
    http.will_answer(
        {answer(status, std::string(R"({"__type":")") + code + R"(","Message":"hush"})")});
    const std::string error = thrown([&] { stores.secret(endpoint, "s"); });
    EXPECT_NE(error.find(said), std::string::npos) << error;
    EXPECT_EQ(error.find("hush"), std::string::npos) << error;
  }
}

TEST_F(Stores, take_no_answer_without_its_value) {
  for (const char* body : {"", "[]", "{}", R"({"SecretString":7})", R"({"SecretBinary":"!"})",
                           R"({"Plaintext":"!"})", R"({"Parameter":"x"})", "<html>"}) {
    http.will_answer({answer(200, body), answer(200, body), answer(200, body)});
    EXPECT_THROW(stores.secret(endpoint, "s"), Unavailable) << body;
    EXPECT_THROW(stores.parameter(endpoint, "s"), Unavailable) << body;
    EXPECT_THROW(stores.decrypted(endpoint, "QUJD"), Unavailable) << body;
  }
}

TEST(MemberOf, is_a_text_of_the_object) {
  const SecretBytes object(std::string_view(R"({"a":"x","b/c":"y","n":5})"));

  EXPECT_EQ(member_of(object, "a", "p").view(), "x");
  EXPECT_EQ(member_of(object, "b/c", "p").view(), "y");
  EXPECT_THROW(member_of(object, "n", "p"), Refused);
  EXPECT_THROW(member_of(object, "z", "p"), Refused);
  EXPECT_THROW(member_of(SecretBytes(std::string_view("plain")), "a", "p"), Refused);
}

TEST(RegionOfArn, is_its_fourth_part) {
  EXPECT_EQ(region_of_arn("arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf"), "eu-west-1");
  EXPECT_EQ(region_of_arn("arn:aws-cn:ssm:cn-north-1:1:parameter/x"), "cn-north-1");
  EXPECT_EQ(region_of_arn("arn:aws:s3"), "");
  EXPECT_EQ(region_of_arn("prod/db"), "");
}

}  // namespace
}  // namespace moretta::aws
