#include "aws/s3_payloads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

using testing::ElementsAre;

Credentials some_keys() {
  return {.access_key_id = "AKID",
          .secret_access_key = SecretBytes(std::string_view("secret")),
          .session_token = {},
          .expires_at = std::nullopt};
}

std::string error_xml(const std::string& code) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>m</Message></Error>";
}

Message pointing(const std::string& bucket, const std::string& key) {
  Message message;
  message.body = R"(["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":")" +
                 bucket + R"(","s3Key":")" + key + R"("}])";
  message.attributes = {{.name = "ExtendedPayloadSize", .type = "Number", .value = "9"}};
  return message;
}

class S3PayloadsTest : public IdentityTest {
 protected:
  S3Payloads& payloads() {
    if (!payloads_) {
      payloads_.emplace(S3Payloads::World{.http = std::make_unique<BorrowedHttp>(http),
                                          .credentials = keys,
                                          .clock = clock,
                                          .log = log},
                        settings);
    }
    return *payloads_;
  }
  // How the fetch of one message ended.
  std::string fetched(Message message) {
    std::string end = thrown([&] { payloads().fetch({&message, 1}); });
    if (end.empty()) {
      end = message.fault ? std::string(reason_code(*message.fault)) : message.body;
    }
    return end;
  }

  FixedCredentials keys{some_keys()};
  S3Payloads::Settings settings{
      .endpoint = {.url = "https://s3.eu-west-1.amazonaws.com/", .region = "eu-west-1"},
      .buckets = {"acme-events"},
      .bytes_max = 20};

 private:
  std::optional<S3Payloads> payloads_;
};

TEST_F(S3PayloadsTest, fetches_what_a_message_points_to) {
  http.will_answer({answer(206, R"({"n":1})"), answer(200, R"({"n":2})")});
  std::vector<Message> messages = {pointing("acme-events", "a/1"), Message{},
                                   pointing("acme-events", "b c")};
  messages[1].body = "{}";

  payloads().fetch(messages);

  EXPECT_EQ(messages[0].body, R"({"n":1})");
  EXPECT_EQ(messages[0].payload, "acme-events/a/1");
  EXPECT_EQ(messages[1].body, "{}");
  EXPECT_EQ(messages[2].body, R"({"n":2})");
  EXPECT_THAT(http.together, ElementsAre(2U));
  EXPECT_EQ(http.asked[0].url, "https://acme-events.s3.eu-west-1.amazonaws.com/a/1");
  EXPECT_EQ(http.asked[1].url, "https://acme-events.s3.eu-west-1.amazonaws.com/b%20c");
  EXPECT_EQ(header(http.asked[0], "Range"), "bytes=0-20");
  EXPECT_NE(header(http.asked[0], "Authorization").find("/eu-west-1/s3/aws4_request"),
            std::string::npos);
  EXPECT_NE(header(http.asked[0], "Authorization").find("x-amz-content-sha256"), std::string::npos);
}

TEST_F(S3PayloadsTest, asks_for_nothing_outside_the_buckets_that_are_named) {
  EXPECT_EQ(fetched(pointing("other-events", "a")), "bucket_not_allowed");
  EXPECT_EQ(fetched(pointing("acme-events.evil.example", "a")), "bucket_not_allowed");
  EXPECT_EQ(fetched(pointing("acme-events", "../other-events/a")), "bad_payload_pointer");
  EXPECT_EQ(fetched(pointing("", "a")), "bucket_not_allowed");
  EXPECT_TRUE(http.asked.empty());
}

TEST_F(S3PayloadsTest, takes_a_body_that_looks_like_a_pointer_for_an_event_unless_it_is_marked) {
  Message message = pointing("acme-events", "a");
  message.attributes.clear();
  const std::string body = message.body;

  EXPECT_EQ(fetched(message), body);
}

TEST_F(S3PayloadsTest, says_of_each_object_what_is_wrong_with_it) {
  const std::pair<HttpResponse, std::string> cases[] = {
      {answer(200, std::string(20, 'x')), std::string(20, 'x')},
      {answer(206, std::string(21, 'x')), "body_too_large"},
      {answer(416, error_xml("InvalidRange")), ""},
      {answer(404, error_xml("NoSuchKey")), "payload_missing"},
      {answer(404, ""), "payload_missing"},
      {answer(403, error_xml("AccessDenied")), "payload_denied"},
      {answer(403, error_xml("InvalidObjectState")), "payload_denied"},
  };
  for (const auto& [response, end] : cases) {
    http.will_answer({response});
    EXPECT_EQ(fetched(pointing("acme-events", "a")), end) << response.status << response.body;
  }
}

TEST_F(S3PayloadsTest, says_of_what_concerns_all_objects_whether_to_try_again) {
  const std::tuple<HttpResponse, std::string, std::string> cases[] = {
      {lost_connection(), "unavailable", "reset by peer"},
      {answer(503, error_xml("SlowDown")), "unavailable", "SlowDown"},
      {answer(500, ""), "unavailable", "HTTP 500"},
      {answer(403, error_xml("RequestTimeTooSkewed"), "Date: Sun, 29 Nov 2026 10:00:00 GMT\r\n"),
       "unavailable", "clock"},
      {answer(404, error_xml("NoSuchBucket")), "refused", "payloads.buckets"},
      {answer(301, error_xml("PermanentRedirect")), "refused", "region"},
      {answer(403, error_xml("SignatureDoesNotMatch")), "refused", "secret"},
      {answer(403, error_xml("InvalidAccessKeyId")), "refused", "InvalidAccessKeyId"},
      {answer(400, error_xml("ExpiredToken")), "refused", "renew"},
  };
  for (const auto& [response, kind, hint] : cases) {
    http.will_answer({response});
    const std::string end = fetched(pointing("acme-events", "a"));
    EXPECT_EQ(end.substr(0, kind.size()), kind) << end;
    EXPECT_NE(end.find(hint), std::string::npos) << end;
  }
}

TEST_F(S3PayloadsTest, keeps_what_came_when_it_is_called_again) {
  std::vector<Message> messages = {pointing("acme-events", "a"), pointing("acme-events", "b"),
                                   pointing("acme-events", "c")};
  http.will_answer(
      {answer(500, ""), answer(200, "{}"), answer(404, error_xml("NoSuchKey")), answer(200, "[]")});

  EXPECT_NE(thrown([&] { payloads().fetch(messages); }), "");
  EXPECT_EQ(thrown([&] { payloads().fetch(messages); }), "");

  EXPECT_EQ(messages[0].body, "[]");
  EXPECT_EQ(messages[1].body, "{}");
  EXPECT_EQ(messages[2].fault, Reason::payload_missing);
  EXPECT_TRUE(http.is_through());
}

TEST_F(S3PayloadsTest, deletes_nothing_unless_told_to) {
  Message message = pointing("acme-events", "a");
  message.payload = "acme-events/a";

  payloads().settled({&message, 1}, std::array{Outcome::stored});

  EXPECT_TRUE(http.asked.empty());
}

TEST_F(S3PayloadsTest, deletes_objects_whose_events_are_stored_if_told_to) {
  settings.erase = true;
  std::vector<Message> messages(5);
  for (std::size_t i = 0; i < 4; ++i) {
    messages[i].payload = "acme-events/k/" + std::to_string(i);
  }
  http.will_answer({answer(204, ""), answer(403, error_xml("AccessDenied"))});

  payloads().settled(messages, std::array{Outcome::stored, Outcome::duplicate, Outcome::quarantined,
                                          Outcome::returned, Outcome::stored});

  ASSERT_EQ(http.asked.size(), 2U);
  EXPECT_EQ(http.asked[0].method, HttpMethod::erase);
  EXPECT_EQ(http.asked[0].url, "https://acme-events.s3.eu-west-1.amazonaws.com/k/0");
  EXPECT_NE(log_lines.find("payloads_not_deleted"), std::string::npos);
}

TEST(ObjectUrl, has_the_bucket_in_the_host_where_that_works) {
  const auto url_of = [](const std::string& endpoint, const std::string& bucket) {
    return object_url({.url = endpoint, .region = "eu-west-1"}, {.bucket = bucket, .key = "a/б"});
  };
  EXPECT_EQ(url_of("https://s3.eu-west-1.amazonaws.com/", "acme"),
            "https://acme.s3.eu-west-1.amazonaws.com/a/%D0%B1");
  EXPECT_EQ(url_of("https://s3.eu-west-1.amazonaws.com/", "ac.me"),
            "https://s3.eu-west-1.amazonaws.com/ac.me/a/%D0%B1");
  EXPECT_EQ(url_of("http://127.0.0.1:9000/", "acme"), "http://127.0.0.1:9000/acme/a/%D0%B1");
}

}  // namespace
}  // namespace moretta::aws
