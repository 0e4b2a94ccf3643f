#include "app/lambda/batch_answer.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace moretta::app
