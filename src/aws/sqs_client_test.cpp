#include "aws/sqs_client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "support/scripted_http.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;
using Left = std::vector<std::size_t>;

constexpr const char* url = "https://sqs.eu-west-1.amazonaws.com/1/q";
constexpr const char* fifo_url = "https://sqs.eu-west-1.amazonaws.com/1/q.fifo";

std::string message(std::string_view id, std::string_view body, std::string_view digest) {
  return fmt::format(R"({{"MessageId":"{}","ReceiptHandle":"r-{}","Body":{},"MD5OfBody":"{}"}})",
                     id, id, json_string(body), digest);
}

std::string message(std::string_view id) {
  return message(id, "b", hex(md5("b")));
}

HttpResponse received(const std::vector<std::string>& messages) {
  std::string body = R"({"Messages":[)";
  for (const std::string& one : messages) {
    body.append(body.back() == '[' ? "" : ",").append(one);
  }
  return answer(200, body + "]}");
}

// Successes of the entries 0 … count-1 but for those that failed, which are appended as they are.
HttpResponse batch(const std::vector<int>& successes, const std::string& failures = "") {
  std::string body = R"({"Successful":[)";
  for (const int entry : successes) {
    body += fmt::format(R"({}{{"Id":"{}"}})", body.back() == '[' ? "" : ",", entry);
  }
  return answer(200, body + R"(],"Failed":[)" + failures + "]}");
}

std::string failed(int entry, std::string_view code, bool by_sender) {
  return fmt::format(R"({{"Id":"{}","Code":"{}","SenderFault":{}}})", entry, code, by_sender);
}

class Client : public testing::Test {
 protected:
  Client() { log.capture(&log_lines); }

  static Credentials some_keys() {
    return {.access_key_id = "AKID",
            .secret_access_key = SecretBytes(std::string_view("secret")),
            .session_token = {},
            .expires_at = std::nullopt};
  }

  std::vector<SqsMessage> receive(int requests = 1, const char* from = url) {
    return client.receive({.queue_url = from, .requests = requests, .wait = Seconds{1}});
  }

  BatchResult remove(std::size_t count) {
    const std::vector<std::string_view> receipts(count, "receipt");
    return client.remove(url, receipts);
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
};

TEST_F(Client, receives_by_many_requests_at_once) {
  http.will_answer(
      {received({message("a"), message("b")}), answer(200, "{}"), received({message("c")})});

  const std::vector<SqsMessage> messages = receive(3);

  EXPECT_EQ(http.together, (std::vector<std::size_t>{3}));
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].id, "a");
  EXPECT_EQ(messages[2].receipt, "r-c");
  EXPECT_EQ(http.asked[0].body, write_receive(Protocol::json, {.queue_url = url, .wait = 1s}));
}

TEST_F(Client, notes_when_the_request_left_and_not_when_the_answer_came) {
  const SteadyTime start = clock.steady();
  http.meanwhile([&] { clock.advance(20s); });
  http.will_answer({received({message("a")})});

  const std::vector<SqsMessage> messages = receive();

  EXPECT_EQ(messages.at(0).asked_at, start);
}

TEST_F(Client, waits_no_longer_than_sqs_allows) {
  http.will_answer({answer(200, "{}")});

  client.receive({.queue_url = url, .requests = 1, .wait = 60s});

  EXPECT_NE(http.asked[0].body.find("\"WaitTimeSeconds\":20"), std::string::npos);
  EXPECT_EQ(http.asked[0].timeout, 30s);
}

TEST_F(Client, drops_and_counts_damaged_messages_without_showing_them) {
  http.will_answer({received({message("a", "clear text", hex(md5("other"))), message("b"),
                              R"({"MessageId":"c","Body":"clear text"})",
                              message("d", "no digest is no damage", "")})});

  const std::vector<SqsMessage> messages = receive();

  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].id, "b");
  EXPECT_EQ(messages[1].id, "d");
  EXPECT_EQ(client.damaged(), 2);
  EXPECT_NE(log_lines.find("sqs_message_damaged"), std::string::npos);
  EXPECT_EQ(log_lines.find("clear text"), std::string::npos);
}

TEST_F(Client, counts_requests_empty_answers_and_failures) {
  http.will_answer({received({message("a")}), received({}), lost_connection()});

  receive(3);

  const SqsCounts counts = client.channel().usage().counts();
  EXPECT_EQ(counts.requests[0], 3) << counted_operations[0];
  EXPECT_EQ(counts.empty_receives, 1);
  EXPECT_EQ(counts.failures, 1);
}

TEST_F(Client, gives_what_came_although_other_requests_failed) {
  http.will_answer({lost_connection(), received({message("a")})});

  EXPECT_EQ(receive(2).size(), 1U);
  EXPECT_TRUE(http.is_through());
}

TEST_F(Client, tries_receives_again_while_nothing_has_come) {
  http.will_answer({lost_connection(), answer(200, "{}"), received({message("a")})});

  EXPECT_EQ(receive(2).size(), 1U);
  EXPECT_EQ(http.together, (std::vector<std::size_t>{2, 1}));
}

TEST_F(Client, throws_when_every_receive_failed) {
  http.will_answer(std::vector<HttpResponse>(3, lost_connection()));
  EXPECT_THROW(receive(), Unavailable);

  http.will_answer({answer(403, R"({"__type":"AccessDeniedException"})")});
  EXPECT_THROW(receive(), Refused);

  http.will_answer({answer(400, R"({"__type":"QueueDoesNotExist"})")});
  EXPECT_THROW(receive(), Unavailable);
}

TEST_F(Client, repeats_a_fifo_receive_under_its_attempt_id_and_takes_a_new_one_for_the_next) {
  http.will_answer({lost_connection(), received({message("a")}), answer(200, "{}")});

  receive(1, fifo_url);
  receive(1, fifo_url);

  EXPECT_NE(http.asked[0].body.find("ReceiveRequestAttemptId"), std::string::npos);
  EXPECT_EQ(http.asked[0].body, http.asked[1].body);
  EXPECT_NE(http.asked[1].body, http.asked[2].body);
}

TEST_F(Client, repeats_a_fifo_receive_that_brought_no_answer_in_the_next_one) {
  http.will_answer({lost_connection(), lost_connection(), lost_connection(), answer(200, "{}"),
                    answer(200, "{}")});

  EXPECT_THROW(receive(1, fifo_url), Unavailable);
  receive(1, fifo_url);
  receive(1, fifo_url);

  EXPECT_EQ(http.asked[3].body, http.asked[0].body);
  EXPECT_NE(http.asked[4].body, http.asked[0].body);
}

TEST_F(Client, repeats_no_fifo_receive_that_the_queue_has_forgotten) {
  http.will_answer({lost_connection(), lost_connection(), lost_connection(), answer(200, "{}")});

  EXPECT_THROW(receive(1, fifo_url), Unavailable);
  clock.advance(5min);
  receive(1, fifo_url);

  EXPECT_NE(http.asked[3].body, http.asked[0].body);
}

TEST_F(Client, does_not_wait_for_another_try_when_stopped) {
  http.will_answer({lost_connection()});
  std::stop_source stop;
  stop.request_stop();

  EXPECT_THROW(client.receive({.queue_url = url, .requests = 1, .stop = stop.get_token()}),
               Unavailable);

  EXPECT_EQ(http.asked.size(), 1U);
}

TEST_F(Client, a_fifo_receive_is_repeated_even_if_others_brought_something) {
  http.will_answer({received({message("a")}), lost_connection(), received({message("b")})});

  EXPECT_EQ(receive(2, fifo_url).size(), 2U);
}

TEST_F(Client, standard_receives_carry_no_attempt_id) {
  http.will_answer({answer(200, "{}")});

  receive();

  EXPECT_EQ(http.asked[0].body.find("AttemptId"), std::string::npos);
}

TEST_F(Client, deletes_in_groups_of_ten_all_at_once) {
  const std::vector<int> ten = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
  http.will_answer({batch(ten), batch(ten), batch({0, 1, 2})});

  EXPECT_EQ(remove(23).left, Left{});

  EXPECT_EQ(http.together, (std::vector<std::size_t>{3}));
}

TEST_F(Client, sends_failed_and_forgotten_entries_again_alone) {
  http.will_answer({batch({0}, failed(1, "InternalError", false)),  // 2 is not mentioned
                    batch({1, 0})});

  EXPECT_EQ(remove(3).left, Left{});

  EXPECT_EQ(
      http.asked[1].body,
      write_delete_batch(Protocol::json, url, std::vector<std::string_view>{"receipt", "receipt"}));
}

TEST_F(Client, gives_up_entries_after_three_rounds) {
  http.will_answer({batch({0}, failed(1, "InternalError", false)),
                    batch({}, failed(0, "InternalError", false)), batch({})});

  EXPECT_EQ(remove(2).left, Left{1});
}

TEST_F(Client, does_not_repeat_what_is_the_senders_fault) {
  http.will_answer({batch({0, 2}, failed(1, "ReceiptHandleIsInvalid", true))});

  const BatchResult result = remove(3);

  EXPECT_EQ(result.left, Left{1});
  EXPECT_EQ(result.reason, "ReceiptHandleIsInvalid");
}

TEST_F(Client, ignores_answers_about_entries_that_it_did_not_send) {
  http.will_answer({batch({0, 7}, failed(9, "X", true) + "," + R"({"Id":"msg-1"})"), batch({0})});

  EXPECT_EQ(remove(2).left, Left{});
}

TEST_F(Client, a_lost_group_does_not_lose_the_others) {
  http.will_answer({batch({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), lost_connection(), lost_connection(),
                    lost_connection()});

  EXPECT_EQ(remove(12).left, (Left{10, 11}));
}

TEST_F(Client, throws_when_deleting_is_forbidden) {
  http.will_answer({answer(403, R"({"__type":"AccessDeniedException"})")});

  try {
    remove(1);
    FAIL();
  } catch (const Refused& refused) {
    EXPECT_NE(refused.hint().find("sqs:DeleteMessage "), std::string::npos) << refused.hint();
  }
}

TEST_F(Client, does_nothing_for_nothing) {
  EXPECT_EQ(remove(0).left, Left{});
  EXPECT_TRUE(http.asked.empty());
}

TEST_F(Client, sends_within_the_size_of_a_batch) {
  http.will_answer({batch({0}), batch({0}), batch({0, 1})});
  const std::vector<SendEntry> entries = {{.body = std::string(300'000, 'x')},
                                          {.body = std::string(200'000, 'x')},
                                          {.body = std::string(100'000, 'x')},
                                          {.body = "y"}};

  EXPECT_EQ(client.send(url, entries).left, Left{});

  EXPECT_EQ(http.together, (std::vector<std::size_t>{3}));
}

TEST_F(Client, sends_fifo_batches_one_after_the_other) {
  http.will_answer({batch({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), batch({0})});
  const std::vector<SendEntry> entries(11, {.body = "b", .group_id = "g"});

  EXPECT_EQ(client.send(fifo_url, entries).left, Left{});

  EXPECT_EQ(http.together, (std::vector<std::size_t>{1, 1}));
}

TEST_F(Client, makes_and_finds_queues) {
  http.will_answer({answer(200, R"({"QueueUrl":"u"})"), answer(200, R"({"QueueUrl":"u"})"),
                    answer(200, ""), answer(200, "{}"),
                    answer(200, R"({"Attributes":{"QueueArn":"arn"}})")});

  EXPECT_EQ(client.create_queue("q", {{"VisibilityTimeout", "5"}}), "u");
  EXPECT_EQ(client.queue_url("q"), "u");
  client.purge_queue(url);
  client.delete_queue(url);
  EXPECT_EQ(client.attributes(url), (Attributes{{"QueueArn", "arn"}}));
}

TEST_F(Client, a_queue_in_transition_is_unavailable_and_not_asked_again_at_once) {
  http.will_answer({answer(403, R"({"__type":"PurgeQueueInProgress"})")});

  EXPECT_THROW(client.purge_queue(url), Unavailable);
  EXPECT_TRUE(http.is_through());
}

}  // namespace
}  // namespace moretta::aws
