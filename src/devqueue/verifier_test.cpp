#include "devqueue/verifier.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::devqueue {
namespace {

const AccessKey key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", KeyState::valid};

// 2026-01-02T03:04:05Z
const WallTime signing_time{Seconds(1'767'323'045)};

HttpRequest request_a() {
  HttpRequest request;
  request.method = "POST";
  request.path = "/";
  request.body = R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/q",)"
                 R"("MaxNumberOfMessages":10,"WaitTimeSeconds":20})";
  request.headers = {
      {"host", "sqs.us-east-1.amazonaws.com"},
      {"content-type", "application/x-amz-json-1.0"},
      {"x-amz-date", "20260102T030405Z"},
      {"x-amz-target", "AmazonSQS.ReceiveMessage"},
      {"authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sqs/aws4_request, "
       "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
       "Signature=0e6872f8fd0d82f3aaba3a2cdabcd89274aae22aaa4ce8aa069a9eaf231b7468"}};
  return request;
}

HttpRequest request_b() {
  HttpRequest request = request_a();
  request.headers.emplace_back("x-amz-security-token", "TOK/+=");
  request.headers[4].second =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sqs/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
      "Signature=0bab66982239cb6c111d671a6875ca5a8e3fab522e97c7fbeef2bcb54e167300";
  return request;
}

HttpRequest request_c() {
  HttpRequest request;
  request.method = "POST";
  request.path = "/";
  request.body = "Action=ListQueues&Version=2012-11-05";
  request.headers = {
      {"host", "localhost:4566"},
      {"content-type", "application/x-www-form-urlencoded; charset=utf-8"},
      {"x-amz-date", "20260102T030405Z"},
      {"authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sqs/aws4_request, "
       "SignedHeaders=content-type;host;x-amz-date, "
       "Signature=c588c765327785b3cc2d70dbbb78ee69be0f045b1839837aaa15efb76ad7a3e5"}};
  return request;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Verifier, reproduces_the_hashes_of_the_canonical_requests) {
  const struct {
    HttpRequest request;
    std::string hash;
  } cases[] = {
      {request_a(), "94783ccb625ee3cdceb3b393fe2d69ed3a04cfbdadbf888de7751298c98dc115"},
      {request_b(), "058a4cc24aef7025915a2b92e1d6b297a0cc0223fd84fa1c2dc410b4b00775ad"},
      {request_c(), "b680843ab0ee8d750c72be91eff12d187d62738bf57a63436e8c8494a70803ef"},
  };

  for (const auto& [request, hash] : cases) {
    const auto credential = parse_authorization(request.header("authorization"));
    ASSERT_TRUE(credential);
    EXPECT_EQ(hex(sha256(signed_parts(request, *credential).canonical_request)), hash);
  }
}

TEST(Verifier, accepts_requests_signed_by_botocore) {
  const Verifier plain({key}, "us-east-1");
  AccessKey session = key;
  session.token = "TOK/+=";
  const Verifier with_token({session}, "us-east-1");

  EXPECT_FALSE(plain.check(request_a(), signing_time));
  EXPECT_FALSE(with_token.check(request_b(), signing_time));
  EXPECT_FALSE(plain.check(request_c(), signing_time));
}

TEST(Verifier, refuses_whatever_was_changed_after_signing) {
  const Verifier verifier({key}, "us-east-1");
  std::vector<HttpRequest> tampered(7, request_a());
  tampered[0].body.back() = ' ';
  tampered[1].path = "/123456789012/q";
  tampered[2].query = "a=b";
  tampered[3].method = "PUT";
  tampered[4].headers[0].second = "sqs.eu-west-1.amazonaws.com";
  tampered[5].headers[3].second = "AmazonSQS.DeleteMessage";
  tampered[6].headers[4].second = replaced(tampered[6].headers[4].second, "=0e68", "=0e69");

  for (const HttpRequest& request : tampered) {
    const auto problem = verifier.check(request, signing_time);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->kind, &error::invalid_signature);
  }
}

TEST(Verifier, names_the_reason_as_aws_does) {
  AccessKey old = key;
  old.state = KeyState::expired;
  AccessKey session = key;
  session.token = "TOK/+=";
  AccessKey other = key;
  other.secret = "another";
  HttpRequest anonymous = request_a();
  anonymous.headers.pop_back();
  HttpRequest unfinished = request_a();
  unfinished.headers[4].second = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE";
  HttpRequest extra_header = request_a();
  extra_header.headers.emplace_back("x-amz-meta", "unsigned");

  const struct {
    AccessKey known;
    HttpRequest request;
    const ErrorKind* want;
  } cases[] = {
      {key, anonymous, &error::missing_authentication},
      {key, unfinished, &error::incomplete_signature},
      {key, request_b(), &error::unrecognized_client},
      {session, request_a(), &error::unrecognized_client},
      {{"AKIDOTHER", "s", "", KeyState::valid}, request_a(), &error::unrecognized_client},
      {old, request_a(), &error::expired_token},
      {other, request_a(), &error::invalid_signature},
      {key, extra_header, &error::invalid_signature},
  };

  for (const auto& [known, request, want] : cases) {
    const auto problem = Verifier({known}, "us-east-1").check(request, signing_time);
    ASSERT_TRUE(problem) << want->legacy;
    EXPECT_EQ(problem->kind, want) << problem->message;
  }
}

TEST(Verifier, accepts_a_clock_fifteen_minutes_off_and_not_a_second_more) {
  const Verifier verifier({key}, "us-east-1");
  constexpr Seconds limit{900};

  for (const Seconds offset : {limit, -limit}) {
    EXPECT_FALSE(verifier.check(request_a(), signing_time + offset));
  }
  for (const Seconds offset : {limit + Seconds(1), -limit - Seconds(1)}) {
    const auto problem = verifier.check(request_a(), signing_time + offset);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->kind, &error::request_expired);
  }
}

TEST(Verifier, refuses_a_signature_for_another_region) {
  const auto problem = Verifier({key}, "eu-west-1").check(request_a(), signing_time);

  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->kind, &error::invalid_signature);
}

TEST(Verifier, sorts_and_encodes_the_query) {
  HttpRequest request = request_c();
  request.method = "GET";
  request.query = "b=2&a=x%20y&a=&c";
  const auto credential = parse_authorization(request.header("authorization"));

  const SignedParts parts = signed_parts(request, *credential);

  EXPECT_EQ(parts.canonical_request.substr(0, 26), "GET\n/\na=&a=x%20y&b=2&c=\nco");
}

}  // namespace
}  // namespace moretta::devqueue
