#include "app/lambda/batch_answer.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "app/lambda/invocation_metrics.hpp"

namespace moretta::app {
namespace {

// To the letter: Lambda deletes the whole batch on any other word.
TEST(BatchAnswer, names_exactly_the_messages_that_are_returned) {
  std::vector<Message> messages(5);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    messages[i].id = std::string(1, static_cast<char>('a' + i));
  }
  messages[4].id = "e\"\\";
  const auto outcomes =
      std::to_array<Outcome>({Outcome::stored, Outcome::returned, Outcome::duplicate,
                              Outcome::quarantined, Outcome::returned});

  EXPECT_EQ(batch_answer(messages, outcomes),
            R"({"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"e\"\\"}]})");
}

TEST(BatchAnswer, is_an_empty_list_when_all_are_done) {
  EXPECT_EQ(batch_answer({}, {}), R"({"batchItemFailures":[]})");
}

TEST(InvocationMetrics, are_one_line_of_embedded_metric_format) {
  const InvocationMetrics metrics{
      .function = "moretta-logins",
      .now = WallTime{Millis{1'700'000'000'000}},
      .totals = {.received = 10, .stored = 6, .duplicate = 2, .quarantined = 1, .returned = 1},
      .milliseconds = 12.5};

  EXPECT_EQ(
      embedded_metrics(metrics),
      R"({"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":[{"Namespace":"moretta",)"
      R"("Dimensions":[["function"]],"Metrics":[{"Name":"received","Unit":"Count"},)"
      R"({"Name":"stored","Unit":"Count"},{"Name":"duplicate","Unit":"Count"},)"
      R"({"Name":"quarantined","Unit":"Count"},{"Name":"returned","Unit":"Count"},)"
      R"({"Name":"invocation_ms","Unit":"Milliseconds"}]}]},"function":"moretta-logins",)"
      R"("received":10,"stored":6,"duplicate":2,"quarantined":1,"returned":1,"invocation_ms":12.500})");
}

}  // namespace
}  // namespace moretta::app
