#include "aws/sigv4.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

constexpr const char* key_id = "AKIDEXAMPLE";
constexpr const char* secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr WallTime time_of_vectors = std::chrono::sys_days{2026y / 1 / 2} + 3h + 4min + 5s;

Credentials keys(std::string_view token = "") {
  return {.access_key_id = key_id,
          .secret_access_key = SecretBytes(std::string_view(secret)),
          .session_token = SecretBytes(token),
          .expires_at = std::nullopt};
}

HttpRequest receive_request() {
  return {.url = "https://sqs.us-east-1.amazonaws.com/",
          .headers = {{"X-Amz-Target", "AmazonSQS.ReceiveMessage"},
                      {"Content-Type", "application/x-amz-json-1.0"}},
          .body = R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/q",)"
                  R"("MaxNumberOfMessages":10,"WaitTimeSeconds":20})"};
}

HttpRequest list_request() {
  return {.url = "http://localhost:4566/",
          .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
          .body = "Action=ListQueues&Version=2012-11-05"};
}

HttpRequest get_object_request() {
  return {.method = HttpMethod::get,
          .url = "https://b.s3.us-east-1.amazonaws.com/a%20b/c%2Bd%28e%29?versionId=v%2F1",
          .headers = {{"x-amz-content-sha256", hex(sha256(""))}},
          .body = ""};
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& candidate : request.headers) {
    if (candidate.name == name) {
      return candidate.value;
    }
  }
  return "(none)";
}

std::string signature_of(const HttpRequest& request) {
  const std::string value = header(request, "Authorization");
  return value.substr(value.rfind('=') + 1);
}

// The four were made with botocore 1.43 and checked against a verifier.
TEST(Signer, equals_the_reference_signatures) {
  const struct {
    const char* name;
    HttpRequest request;
    const char* token;
    const char* service;
    const char* canonical_digest;
    const char* signature;
  } cases[] = {
      {"JSON", receive_request(), "", "sqs",
       "94783ccb625ee3cdceb3b393fe2d69ed3a04cfbdadbf888de7751298c98dc115",
       "0e6872f8fd0d82f3aaba3a2cdabcd89274aae22aaa4ce8aa069a9eaf231b7468"},
      {"JSON with token", receive_request(), "TOK/+=", "sqs",
       "058a4cc24aef7025915a2b92e1d6b297a0cc0223fd84fa1c2dc410b4b00775ad",
       "0bab66982239cb6c111d671a6875ca5a8e3fab522e97c7fbeef2bcb54e167300"},
      {"Query with port", list_request(), "", "sqs",
       "b680843ab0ee8d750c72be91eff12d187d62738bf57a63436e8c8494a70803ef",
       "c588c765327785b3cc2d70dbbb78ee69be0f045b1839837aaa15efb76ad7a3e5"},
      {"S3 object", get_object_request(), "", "s3",
       "2a65576ce2cd29b53796566e0644e083d69ec485d264961dfef0ca29d3e29367",
       "454ebe08d7b9714461f19a79d7ca4296a7201f9301d8e3929ccdca67ad8d54d5"},
  };
  for (const auto& vector : cases) {
    Signer signer({.region = "us-east-1", .service = vector.service});
    HttpRequest request = vector.request;

    signer.sign(request, keys(vector.token), time_of_vectors);

    EXPECT_EQ(signature_of(request), vector.signature) << vector.name;
    EXPECT_EQ(hex(sha256(canonical_request(request, vector.service).text)), vector.canonical_digest)
        << vector.name;
  }
}

TEST(Signer, says_what_was_signed_and_with_which_key) {
  Signer signer({.region = "us-east-1", .service = "sqs"});
  HttpRequest request = receive_request();

  signer.sign(request, keys("TOK/+="), time_of_vectors);

  EXPECT_EQ(header(request, "X-Amz-Date"), "20260102T030405Z");
  EXPECT_EQ(header(request, "X-Amz-Security-Token"), "TOK/+=");
  EXPECT_TRUE(header(request, "Authorization")
                  .starts_with("AWS4-HMAC-SHA256 "
                               "Credential=AKIDEXAMPLE/20260102/us-east-1/sqs/aws4_request, "
                               "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;"
                               "x-amz-target, Signature="));
}

TEST(Signer, signs_the_same_after_other_requests_days_and_keys) {
  Signer signer({.region = "us-east-1", .service = "sqs"});
  const auto sign = [&](HttpRequest request, const Credentials& with, WallTime now) {
    signer.sign(request, with, now);
    return signature_of(request);
  };
  Credentials other_key = keys();
  other_key.access_key_id = "AKIDOTHER";

  const std::string first = sign(receive_request(), keys(), time_of_vectors);
  const std::string repeated = sign(receive_request(), keys(), time_of_vectors);
  const std::string later = sign(receive_request(), keys(), time_of_vectors + 1s);
  const std::string next_day = sign(receive_request(), keys(), time_of_vectors + 24h);
  const std::string by_other_key = sign(receive_request(), other_key, time_of_vectors);
  const std::string again = sign(receive_request(), keys(), time_of_vectors);

  EXPECT_EQ(first, repeated);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, later);
  EXPECT_NE(later, next_day);
  EXPECT_EQ(first, by_other_key);  // the id is not part of what is hashed, only of the header
}

TEST(CanonicalRequest, leaves_out_what_others_add_or_change) {
  HttpRequest request = receive_request();
  request.headers.push_back({"User-Agent", "moretta"});
  request.headers.push_back({"Expect", ""});
  request.headers.push_back({"X-Amzn-Trace-Id", "Root=1"});

  EXPECT_EQ(canonical_request(request, "sqs").text,
            canonical_request(receive_request(), "sqs").text);
}

TEST(CanonicalRequest, sorts_headers_by_name_and_folds_blanks) {
  const HttpRequest request{
      .method = HttpMethod::get,
      .url = "https://h.example/",
      .headers = {{"X-Amz-Copy-Source-Range", "2"}, {"X-Amz-Copy-Source", "  a   b "}},
      .body = ""};

  EXPECT_EQ(canonical_request(request, "s3").text,
            "GET\n/\n\nhost:h.example\nx-amz-copy-source:a b\nx-amz-copy-source-range:2\n\n"
            "host;x-amz-copy-source;x-amz-copy-source-range\n" +
                hex(sha256("")));
}

TEST(CanonicalRequest, normalises_the_query_and_encodes_the_path_once_more) {
  const struct {
    const char* url;
    const char* service;
    const char* path;
    const char* query;
  } cases[] = {
      {"https://h", "sqs", "/", ""},
      {"https://h/prefix/", "sqs", "/prefix/", ""},
      {"https://h/a%20b", "lambda", "/a%2520b", ""},
      {"https://h/a%20b", "s3", "/a%20b", ""},
      {"https://h/?b=2&a=1&a=0&acl", "s3", "/", "a=0&a=1&acl=&b=2"},
      {"https://h/?q=x+y%2f~", "s3", "/", "q=x%2By%2F~"},
  };
  for (const auto& [url, service, path, query] : cases) {
    const HttpRequest request{.url = url, .headers = {}, .body = ""};
    const std::string expected = std::string("POST\n") + path + "\n" + query + "\nhost:h\n";
    EXPECT_TRUE(canonical_request(request, service).text.starts_with(expected)) << url;
  }
}

TEST(RdsAuthToken, equals_the_reference_signatures) {
  const RdsLogin login{.host = "db.abc.us-east-1.rds.amazonaws.com",
                       .port = 5432,
                       .user = "app user",
                       .region = "us-east-1"};
  const struct {
    const char* token;
    const char* signature;
  } cases[] = {
      {"", "6cb48c30254cc8208f927925f8a31137f5dec754a2b9ac910c3093af6893631b"},
      {"TOK/+=", "c78ce4ff274db2a18020a8204a63c24f104d3ff814a0ca333594f8f31f69f465"},
  };
  for (const auto& [token, signature] : cases) {
    const std::string password = rds_auth_token(login, keys(token), time_of_vectors);

    EXPECT_TRUE(
        password.starts_with("db.abc.us-east-1.rds.amazonaws.com:5432/?Action=connect&"
                             "DBUser=app%20user&"));
    EXPECT_TRUE(password.ends_with(std::string("&X-Amz-Signature=") + signature)) << password;
  }
}

}  // namespace
}  // namespace moretta::aws
