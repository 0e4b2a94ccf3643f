#include "aws/sqs_source.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/scripted_http.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

constexpr const char* url = "https://sqs.eu-west-1.amazonaws.com/1/q";

TEST(SqsTimestamp, is_in_milliseconds_or_seconds_with_or_without_decimals) {
  const struct {
    const char* text;
    std::optional<std::int64_t> ms;
  } cases[] = {
      {"1795377592596", 1'795'377'592'596},
      {"1795377592", 1'795'377'592'000},
      {"1795377592.5", 1'795'377'592'500},
      {"1795377592596.4", 1'795'377'592'596},
      {"1.795377592e9", 1'795'377'592'000},
      {"0", std::nullopt},
      {"-5", std::nullopt},
      {"", std::nullopt},
      {"soon", std::nullopt},
      {"1795377592 ", std::nullopt},
      {"nan", std::nullopt},
      {"inf", std::nullopt},
      {"1e300", std::nullopt},
      {"253402300800000", std::nullopt},
  };
  for (const auto& [text, ms] : cases) {
    const auto expected = ms ? std::optional(WallTime{Millis{*ms}}) : std::nullopt;
    EXPECT_EQ(sqs_timestamp(text), expected) << text;
  }
}

TEST(MessageOf, puts_attributes_where_they_belong) {
  const WallTime now{Millis{5}};
  const SteadyTime asked{Seconds{7}};

  const Message message = message_of({.id = "m",
                                      .receipt = "r",
                                      .body = "b",
                                      .body_md5 = "5d",
                                      .sent_timestamp = "1795377592596",
                                      .receive_count = "3",
                                      .group_id = "g",
                                      .trace_header = "Root=1-a",
                                      .attributes = {{"a", "String", "1"}},
                                      .asked_at = asked},
                                     now);

  EXPECT_EQ(message.id, "m");
  EXPECT_EQ(message.receipt, "r");
  EXPECT_EQ(message.body, "b");
  EXPECT_EQ(message.attributes, (std::vector<MessageAttribute>{{"a", "String", "1"}}));
  EXPECT_EQ(message.sent_at, WallTime{Millis{1'795'377'592'596}});
  EXPECT_EQ(message.received_at, now);
  EXPECT_EQ(message.asked_at, asked);
  EXPECT_EQ(message.receive_count, 3);
  EXPECT_EQ(message.group_id, "g");
  EXPECT_EQ(message.trace_header, "Root=1-a");
}

TEST(MessageOf, makes_do_without_attributes_and_with_odd_ones) {
  EXPECT_EQ(message_of({}, {}).sent_at, std::nullopt);
  EXPECT_EQ(message_of({}, {}).receive_count, 1);
  for (const char* odd : {"", "0", "-1", "x", "1.0.0"}) {
    SqsMessage message;
    message.receive_count = odd;
    EXPECT_EQ(message_of(std::move(message), {}).receive_count, 1) << odd;
  }
}

class QueueSource : public testing::Test {
 protected:
  QueueSource() { log.capture(&log_lines); }

  static Credentials some_keys() {
    return {.access_key_id = "AKID",
            .secret_access_key = SecretBytes(std::string_view("secret")),
            .session_token = {},
            .expires_at = std::nullopt};
  }

  static HttpResponse refusal(const char* shape) {
    return answer(400, std::string(R"({"__type":"com.amazonaws.sqs#)") + shape + "\"}");
  }

  static std::vector<Message> messages(std::initializer_list<const char*> receipts) {
    std::vector<Message> out;
    for (const char* receipt : receipts) {
      out.push_back({.id = receipt, .receipt = receipt, .body = {}, .sent_at = {}, .group_id = {}});
    }
    return out;
  }

  ScriptedHttp http;
  FixedCredentials keys{some_keys()};
  ManualClock clock;
  SeededRandom random{1};
  std::string log_lines;
  Log log{LogFormat::json, LogLevel::debug};
  SqsClient client{
      {.http = http, .credentials = keys, .clock = clock, .random = random, .log = log},
      {.endpoint = {.url = "https://sqs.eu-west-1.amazonaws.com/", .region = "eu-west-1"},
       .protocol = std::nullopt}};
  SqsSource source{client, clock, url};
};

TEST_F(QueueSource, asks_as_much_and_as_long_as_it_is_told_to) {
  http.will_answer(
      {answer(200, R"({"Messages":[{"MessageId":"a","ReceiptHandle":"r","Body":"b"}]})"),
       answer(200, "{}"), answer(200, "{}")});

  const std::vector<Message> got = source.receive({.requests = 3, .wait = 20s});

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].received_at, clock.wall());
  EXPECT_EQ(http.together, (std::vector<std::size_t>{3}));
  EXPECT_NE(http.asked[2].body.find("\"WaitTimeSeconds\":20"), std::string::npos);
}

TEST_F(QueueSource, polls_old_emulators_briefly_because_they_wait_ten_times_as_long) {
  SqsClient old({.http = http, .credentials = keys, .clock = clock, .random = random, .log = log},
                {.endpoint = {.url = "http://localhost:4566/", .region = "us-east-1"},
                 .protocol = Protocol::query});
  SqsSource from_old(old, clock, "http://localhost:4566/0/q");
  http.will_answer({answer(200, "<ReceiveMessageResponse/>")});

  from_old.receive({.requests = 1, .wait = 20s});

  EXPECT_NE(http.asked[0].body.find("&WaitTimeSeconds=1&"), std::string::npos);
}

TEST_F(QueueSource, deletes_what_is_durable_and_returns_the_rest_at_once) {
  const std::vector<Message> got = messages({"a", "b", "c", "d"});
  http.will_answer({answer(200, R"({"Successful":[{"Id":"0"},{"Id":"1"},{"Id":"2"}]})"),
                    answer(200, R"({"Successful":[{"Id":"0"}]})")});

  const std::size_t left = source.settle(
      got,
      std::vector{Outcome::stored, Outcome::returned, Outcome::duplicate, Outcome::quarantined});

  EXPECT_EQ(left, 0U);
  EXPECT_EQ(http.asked[0].body,
            write_delete_batch(Protocol::json, url, std::vector<std::string_view>{"a", "c", "d"}));
  EXPECT_EQ(
      http.asked[1].body,
      write_visibility_batch(Protocol::json, url,
                             std::vector<VisibilityEntry>{{.receipt = "b", .visibility = 0s}}));
}

TEST_F(QueueSource, counts_what_could_not_be_settled_and_does_not_throw_for_it) {
  const std::vector<Message> got = messages({"a", "b", "c"});
  const std::vector<Outcome> outcomes = {Outcome::stored, Outcome::stored, Outcome::returned};
  http.will_answer(
      {refusal("QueueDoesNotExist"), lost_connection(), lost_connection(), lost_connection()});

  EXPECT_EQ(source.settle(got, outcomes), 3U);
  EXPECT_TRUE(http.is_through());
}

TEST_F(QueueSource, stops_when_nothing_may_be_deleted) {
  http.will_answer({refusal("AccessDenied")});

  EXPECT_THROW(source.settle(messages({"a"}), std::vector{Outcome::stored}), Refused);
}

TEST_F(QueueSource, holds_messages_for_the_time_given) {
  http.will_answer({answer(200, R"({"Successful":[{"Id":"0"}],)"
                                R"("Failed":[{"Id":"1","Code":"MessageNotInflight",)"
                                R"("SenderFault":true}]})")});

  EXPECT_EQ(source.hold(messages({"a", "b"}), 90s), 1U);

  EXPECT_EQ(http.asked[0].body, write_visibility_batch(Protocol::json, url,
                                                       std::vector<VisibilityEntry>{
                                                           {.receipt = "a", .visibility = 90s},
                                                           {.receipt = "b", .visibility = 90s}}));
}

TEST_F(QueueSource, reads_the_lease_once_in_a_while) {
  http.will_answer({answer(200, R"({"Attributes":{"VisibilityTimeout":"45"}})"),
                    answer(200, R"({"Attributes":{"VisibilityTimeout":"90"}})")});

  EXPECT_EQ(source.lease(), 45s);
  EXPECT_EQ(source.lease(), 45s);
  clock.advance(10min);
  EXPECT_EQ(source.lease(), 90s);
}

TEST_F(QueueSource, takes_sqs_default_for_a_lease_that_is_not_told) {
  http.will_answer({answer(200, "{}")});

  EXPECT_EQ(source.lease(), 30s);
}

TEST_F(QueueSource, tells_the_depth) {
  http.will_answer({answer(200, R"({"Attributes":{"ApproximateNumberOfMessages":"5",)"
                                R"("ApproximateNumberOfMessagesNotVisible":"3",)"
                                R"("ApproximateNumberOfMessagesDelayed":"2"}})")});

  const Depth depth = source.depth();

  EXPECT_EQ(depth.visible, 5);
  EXPECT_EQ(depth.in_flight, 3);
  EXPECT_EQ(depth.delayed, 2);
}

TEST_F(QueueSource, waits_for_a_queue_that_does_not_exist_yet) {
  http.will_answer({refusal("QueueDoesNotExist"), refusal("QueueDoesNotExist")});

  EXPECT_THROW(source.receive({.requests = 1, .wait = 0s}), Unavailable);
  EXPECT_THROW(source.lease(), Unavailable);
}

}  // namespace
}  // namespace moretta::aws
