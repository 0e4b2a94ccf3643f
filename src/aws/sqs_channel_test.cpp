#include "aws/sqs_channel.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/scripted_http.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

constexpr const char* aws_url = "https://sqs.eu-west-1.amazonaws.com/";
constexpr const char* emulator_url = "http://localhost:4566/";
constexpr const char* done = R"({"QueueUrl":"u"})";
constexpr const char* done_xml =
    "<GetQueueUrlResponse><GetQueueUrlResult><QueueUrl>u</QueueUrl></GetQueueUrlResult>"
    "</GetQueueUrlResponse>";

// Keys that can be renewed once, and count how often that was asked.
class RenewableKeys final : public CredentialsSource {
 public:
  Credentials current() override { return keys_.clone(); }
  Credentials renewed(const Credentials& /*refused*/) override {
    ++renewals;
    if (next) {
      keys_ = std::move(*next);
      next.reset();
    }
    return keys_.clone();
  }

  static Credentials keys(std::string id) {
    return {.access_key_id = std::move(id),
            .secret_access_key = SecretBytes(std::string_view("the-secret")),
            .session_token = SecretBytes(std::string_view("the-token")),
            .expires_at = std::nullopt};
  }

  std::optional<Credentials> next;
  int renewals = 0;

 private:
  Credentials keys_ = keys("OLDKEY");
};

class Channel : public testing::Test {
 protected:
  Channel() { log.capture(&log_lines); }

  SqsChannel channel(const char* url = aws_url, std::optional<Protocol> protocol = std::nullopt,
                     MissingQueue missing = MissingQueue::wait) {
    return {{.http = http, .credentials = keys, .clock = clock, .random = random, .log = log},
            {.endpoint = {.url = url, .region = "eu-west-1"},
             .protocol = protocol,
             .missing_queue = missing}};
  }

  static SqsCall call() {
    return {.operation = "GetQueueUrl",
            .queue = "q",
            .write = [](Protocol protocol) { return write_get_queue_url(protocol, "q"); },
            .read =
                [](const SqsAnswer& given) {
                  return SqsReader().queue_url(given.protocol, given.body).has_value();
                }};
  }

  // The call after the channel has had its way with it.
  static SqsCall run(SqsChannel& channel) {
    SqsCall one = call();
    channel.run({&one, 1});
    return one;
  }

  static HttpResponse error(int status, std::string_view shape, std::string head = {}) {
    return answer(status, fmt::format(R"({{"__type":"com.amazonaws.sqs#{}"}})", shape),
                  std::move(head));
  }

  std::string date_header(Millis ahead) const {
    const WallTime time = clock.wall() + ahead;
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss of_day{std::chrono::floor<Seconds>(time - day)};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return fmt::format(
        "Date: Xxx, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        of_day.hours().count(), of_day.minutes().count(), of_day.seconds().count());
  }

  std::string header(std::size_t request, std::string_view name) const {
    for (const HttpHeader& candidate : http.asked.at(request).headers) {
      if (candidate.name == name) {
        return candidate.value;
      }
    }
    return {};
  }

  ScriptedHttp http;
  RenewableKeys keys;
  ManualClock clock;
  SeededRandom random{1};
  std::string log_lines;
  Log log{LogFormat::json, LogLevel::debug};
};

TEST_F(Channel, sends_signed_json_to_aws) {
  http.will_answer({answer(200, done)});
  SqsChannel aws = channel();

  EXPECT_TRUE(run(aws).done);

  EXPECT_EQ(http.asked[0].url, aws_url);
  EXPECT_EQ(http.asked[0].body, R"({"QueueName":"q"})");
  EXPECT_EQ(header(0, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(header(0, "X-Amz-Target"), "AmazonSQS.GetQueueUrl");
  EXPECT_EQ(header(0, "X-Amz-Security-Token"), "the-token");
  EXPECT_TRUE(header(0, "Authorization").starts_with("AWS4-HMAC-SHA256 Credential=OLDKEY/"));
}

TEST_F(Channel, tries_three_times_with_jitter) {
  http.will_answer({lost_connection(), error(503, "ServiceUnavailable"), answer(200, done)});
  SqsChannel aws = channel();
  const WallTime start = clock.wall();

  EXPECT_TRUE(run(aws).done);

  EXPECT_LE(clock.wall() - start, 150ms);  // 50 ms and 100 ms at most
  EXPECT_TRUE(http.is_through());
}

TEST_F(Channel, is_unavailable_after_the_third_failure) {
  http.will_answer({lost_connection(), lost_connection(), lost_connection()});
  SqsChannel aws = channel();

  const SqsCall failed = run(aws);

  EXPECT_FALSE(failed.done);
  EXPECT_THROW(aws.raise(failed), Unavailable);
}

TEST_F(Channel, tries_again_when_the_answer_cannot_be_read) {
  http.will_answer({answer(200, "<html>"), answer(200, "{}"), answer(200, done)});
  SqsChannel aws = channel();

  EXPECT_TRUE(run(aws).done);
}

TEST_F(Channel, waits_as_long_as_the_server_wishes_within_reason) {
  const struct {
    const char* wish;
    Millis at_least;
    Millis at_most;
  } cases[] = {{"x-amz-retry-after: 4000\r\n", 4000ms, 4000ms},
               {"x-amz-retry-after: 900000\r\n", 5000ms, 6000ms},
               {"x-amz-retry-after: -5\r\n", 0ms, 1000ms},
               {"x-amz-retry-after: soon\r\n", 0ms, 1000ms}};
  for (const auto& [wish, at_least, at_most] : cases) {
    http.will_answer({error(400, "ThrottlingException", wish), answer(200, done)});
    SqsChannel aws = channel();
    const WallTime start = clock.wall();

    EXPECT_TRUE(run(aws).done);

    EXPECT_GE(clock.wall() - start, at_least) << wish;
    EXPECT_LE(clock.wall() - start, at_most) << wish;
  }
}

TEST_F(Channel, sends_only_the_failed_ones_again) {
  http.will_answer({answer(200, done), lost_connection(), answer(200, done), answer(200, done)});
  SqsChannel aws = channel();
  std::vector<SqsCall> calls(3, call());

  aws.run(calls);

  EXPECT_EQ(http.together, (std::vector<std::size_t>{3, 1}));
  for (const SqsCall& one : calls) {
    EXPECT_TRUE(one.done);
  }
}

TEST_F(Channel, stops_trying_when_enough_has_come) {
  http.will_answer({answer(200, done), lost_connection()});
  SqsChannel aws = channel();
  std::vector<SqsCall> calls(2, call());

  aws.run(calls, [&] { return calls[0].done; });

  EXPECT_TRUE(http.is_through());
  EXPECT_FALSE(calls[1].done);
}

TEST_F(Channel, refuses_at_once_what_trying_cannot_mend) {
  for (const char* shape : {"AccessDeniedException", "UnrecognizedClientException",
                            "InvalidSignatureException", "InvalidAddress", "KmsAccessDenied",
                            "InvalidParameterValueException", "ExpiredTokenException"}) {
    http.will_answer({error(403, shape)});
    SqsChannel aws = channel();

    const SqsCall failed = run(aws);

    EXPECT_TRUE(http.is_through()) << shape;
    EXPECT_THROW(aws.raise(failed), Refused) << shape;
  }
}

TEST_F(Channel, a_missing_queue_is_waited_for_or_refused_as_set) {
  http.will_answer({error(400, "QueueDoesNotExist"), error(400, "QueueDoesNotExist")});
  SqsChannel waiting = channel();
  SqsChannel refusing = channel(aws_url, std::nullopt, MissingQueue::refuse);

  const SqsCall first = run(waiting);
  const SqsCall second = run(refusing);

  EXPECT_THROW(waiting.raise(first), Unavailable);
  EXPECT_THROW(refusing.raise(second), Refused);
}

TEST_F(Channel, recovers_from_a_skewed_clock_in_one_more_request) {
  for (const Millis ahead : {Millis{20min}, Millis{-20min}}) {
    for (const char* shape :
         {"RequestExpired", "RequestTimeTooSkewed", "InvalidSignatureException"}) {
      http.asked.clear();
      http.will_answer({error(403, shape, date_header(ahead)), answer(200, done)});
      SqsChannel aws = channel();

      EXPECT_TRUE(run(aws).done) << shape;

      EXPECT_EQ(http.asked.size(), 2U);
      EXPECT_EQ(header(1, "X-Amz-Date"),
                amz_date(std::chrono::floor<Seconds>(clock.wall() + ahead)));
    }
  }
}

TEST_F(Channel, keeps_the_corrected_clock_for_later_calls) {
  http.will_answer({error(403, "RequestTimeTooSkewed", date_header(20min)), answer(200, done),
                    answer(200, done)});
  SqsChannel aws = channel();
  run(aws);

  run(aws);

  EXPECT_EQ(http.asked.size(), 3U);
  EXPECT_EQ(header(2, "X-Amz-Date"), header(1, "X-Amz-Date"));
}

TEST_F(Channel, does_not_blame_the_clock_for_a_wrong_secret) {
  http.will_answer({error(403, "SignatureDoesNotMatch", date_header(2s))});
  SqsChannel aws = channel();

  const SqsCall failed = run(aws);

  EXPECT_EQ(http.asked.size(), 1U);
  EXPECT_THROW(aws.raise(failed), Refused);
}

TEST_F(Channel, tries_again_with_a_secret_that_the_server_has_known) {
  http.will_answer({answer(200, done), error(403, "InvalidSignatureException", date_header(1s)),
                    answer(200, done)});
  SqsChannel aws = channel();
  run(aws);

  EXPECT_TRUE(run(aws).done);
  EXPECT_TRUE(http.is_through());
}

TEST_F(Channel, does_not_trust_another_secret_because_of_the_one_before) {
  http.will_answer({answer(200, done), error(403, "InvalidSignatureException", date_header(1s))});
  SqsChannel aws = channel();
  run(aws);
  keys.next = RenewableKeys::keys("NEWKEY");
  keys.renewed({});

  EXPECT_THROW(aws.raise(run(aws)), Refused);
}

TEST_F(Channel, does_not_correct_the_clock_for_ever) {
  for (const auto ahead : {20min, 40min, 60min, 80min, 100min, 120min}) {  // two a try
    http.will_answer({error(403, "RequestTimeTooSkewed", date_header(ahead))});
  }
  SqsChannel aws = channel();

  const SqsCall failed = run(aws);

  EXPECT_FALSE(failed.done);
  EXPECT_TRUE(http.is_through());
  EXPECT_THROW(aws.raise(failed), Unavailable);
}

TEST_F(Channel, finds_its_way_between_servers_whose_clocks_differ) {
  http.will_answer({error(403, "InvalidSignatureException", date_header(20min)),
                    error(403, "InvalidSignatureException", date_header(0s)), answer(200, done)});
  SqsChannel aws = channel();

  EXPECT_TRUE(run(aws).done);
}

TEST_F(Channel, renews_expired_credentials_once) {
  keys.next = RenewableKeys::keys("NEWKEY");
  http.will_answer({error(403, "ExpiredToken"), answer(200, done)});
  SqsChannel aws = channel();

  EXPECT_TRUE(run(aws).done);

  EXPECT_EQ(keys.renewals, 1);
  EXPECT_NE(header(1, "Authorization").find("NEWKEY"), std::string::npos);
}

TEST_F(Channel, does_not_try_the_same_expired_credentials_again) {
  http.will_answer({error(403, "ExpiredToken")});
  SqsChannel aws = channel();

  const SqsCall failed = run(aws);

  EXPECT_EQ(keys.renewals, 1);
  EXPECT_TRUE(http.is_through());
  EXPECT_THROW(aws.raise(failed), Refused);
}

// What known servers answer to signed JSON on "/", then to Query.
TEST_F(Channel, finds_out_which_wire_the_endpoint_speaks) {
  const std::string missing =
      "<ErrorResponse><Error><Code>AWS.SimpleQueueService.NonExistentQueue</Code></Error>"
      "</ErrorResponse>";
  const struct {
    const char* server;
    std::vector<HttpResponse> answers;
    Protocol protocol;
  } cases[] = {
      {"current ones", {answer(200, done)}, Protocol::json},
      {"current ones, empty answer", {answer(200, ""), answer(200, done)}, Protocol::json},
      {"current ones, no such queue", {error(400, "QueueDoesNotExist")}, Protocol::json},
      {"LocalStack 0.14.3", {answer(500, "{}"), answer(200, done_xml)}, Protocol::query},
      {"LocalStack 0.14.3, no such queue",
       {answer(500, "{}"), answer(400, missing)},
       Protocol::query},
      {"LocalStack 0.14.3, unsigned",
       {answer(404, R"({"status": "running"})"), answer(200, done_xml)},
       Protocol::query},
      {"ElasticMQ before 1.4",
       {answer(400, "<ErrorResponse><Error><Code>MissingAction</Code></Error></ErrorResponse>"),
        answer(200, done_xml)},
       Protocol::query},
      {"goaws before 0.5", {answer(400, "Bad Request"), answer(200, done_xml)}, Protocol::query},
      {"sqslite",
       {answer(415, R"({"message":"Unsupported Media Type"})"), answer(200, done_xml)},
       Protocol::query},
  };
  for (const auto& [server, answers, protocol] : cases) {
    http.will_answer(answers);
    SqsChannel found = channel(emulator_url);

    run(found);

    EXPECT_EQ(found.protocol(), protocol) << server;
    EXPECT_TRUE(http.is_through()) << server;
  }
}

TEST_F(Channel, concludes_nothing_from_gateways_and_lost_connections) {
  http.will_answer({lost_connection(), answer(502, "<html/>"), answer(503, "")});
  SqsChannel unknown = channel(emulator_url);

  const SqsCall failed = run(unknown);

  EXPECT_EQ(unknown.protocol(), std::nullopt);
  EXPECT_THROW(unknown.raise(failed), Unavailable);
}

TEST_F(Channel, refuses_an_endpoint_that_is_no_sqs_at_all) {
  http.will_answer({answer(404, "<html/>"), answer(404, "<html/>")});
  SqsChannel unknown = channel(emulator_url);

  const SqsCall failed = run(unknown);

  EXPECT_EQ(unknown.protocol(), std::nullopt);
  EXPECT_THROW(unknown.raise(failed), Refused);
}

TEST_F(Channel, asks_with_one_call_before_it_sends_the_others) {
  http.will_answer(
      {answer(500, "{}"), answer(200, done_xml), answer(200, done_xml), answer(200, done_xml)});
  SqsChannel found = channel(emulator_url);
  std::vector<SqsCall> calls(3, call());

  found.run(calls);

  EXPECT_EQ(http.together, (std::vector<std::size_t>{1, 1, 2}));
  EXPECT_EQ(header(3, "Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
}

TEST_F(Channel, gives_old_servers_ten_times_the_wait_of_a_long_poll) {
  SqsCall poll = call();
  poll.wait = Seconds{2};
  http.will_answer({answer(200, done), answer(200, done_xml)});

  SqsCall first = poll;
  channel(aws_url, Protocol::json).run({&first, 1});
  SqsCall second = poll;
  channel(emulator_url, Protocol::query).run({&second, 1});

  EXPECT_EQ(http.asked[0].timeout, 12s);
  EXPECT_EQ(http.asked[1].timeout, 30s);
}

TEST_F(Channel, lets_no_secret_into_errors_or_the_log) {
  const std::string echo = R"("message":"x-amz-security-token:the-token the-secret"})";
  http.will_answer({answer(503, "{" + echo), answer(400, R"({"__type":"Throttling",)" + echo),
                    answer(403, R"({"__type":"SignatureDoesNotMatch",)" + echo)});
  SqsChannel aws = channel();

  const SqsCall failed = run(aws);

  EXPECT_TRUE(http.is_through());
  std::string said = log_lines;
  try {
    aws.raise(failed);
  } catch (const Refused& refused) {
    said += refused.what() + refused.hint();
  }
  for (const char* secret : {"the-token", "the-secret", "AWS4-HMAC", "OLDKEY", "QueueName"}) {
    EXPECT_EQ(said.find(secret), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace moretta::aws
