#include "app/queue_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::app {
namespace {

const TurnTime quick{.slow = Millis{20}, .how = "estimated"};

std::vector<std::string> findings_for(const aws::Attributes& attributes,
                                      OnReject on_reject = OnReject::quarantine) {
  Config config;
  config.on_reject = on_reject;
  std::vector<std::string> texts;
  for (const Finding& finding : queue_findings(attributes, config, quick)) {
    texts.push_back((finding.severity == Severity::error ? "error: " : "warning: ") +
                    finding.what.substr(0, 40));
  }
  return texts;
}

constexpr const char* good_redrive =
    R"({"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:dead","maxReceiveCount":5})";

TEST(QueueCheck, has_nothing_to_say_of_a_good_queue) {
  EXPECT_THAT(findings_for({{"VisibilityTimeout", "300"}, {"RedrivePolicy", good_redrive}}),
              testing::IsEmpty());
}

TEST(QueueCheck, names_leases_that_are_too_short_or_too_long) {
  const std::pair<std::string, std::string> cases[] = {
      {"5", "error: its visibility timeout is 5 s, and a turn "},
      {"30", "warning: its visibility timeout is 30 s, and a tur"},
      {"43200", "warning: its visibility timeout is 43200 s: aft"},
  };

  for (const auto& [seconds, want] : cases) {
    EXPECT_THAT(findings_for({{"VisibilityTimeout", seconds}, {"RedrivePolicy", good_redrive}}),
                testing::ElementsAre(testing::StartsWith(want.substr(0, 40))))
        << seconds;
  }
}

TEST(QueueCheck, wants_a_dead_letter_queue_that_forgives_a_restart) {
  const aws::Attributes lease = {{"VisibilityTimeout", "300"}};
  const auto with = [&](const std::string& policy) {
    aws::Attributes attributes = lease;
    attributes.emplace_back("RedrivePolicy", policy);
    return attributes;
  };

  EXPECT_THAT(findings_for(lease),
              testing::ElementsAre(testing::StartsWith("warning: it has no dead-letter queue")));
  EXPECT_THAT(findings_for(lease, OnReject::leave),
              testing::ElementsAre(testing::StartsWith("error: it has no dead-letter queue")));
  for (const char* policy : {R"({"maxReceiveCount":1})", R"({"maxReceiveCount":"2"})",
                             R"({"maxReceiveCount" : 2 , "x": 1})"}) {
    EXPECT_THAT(findings_for(with(policy)),
                testing::ElementsAre(testing::StartsWith("warning: its maxReceiveCount is ")))
        << policy;
  }
}

TEST(QueueCheck, holds_the_lease_against_the_time_of_turns) {
  const TurnTime slow{.slow = Millis{40'000}, .how = "measured by the run at 127.0.0.1:1"};
  const aws::Attributes attributes = {{"VisibilityTimeout", "120"},
                                      {"RedrivePolicy", good_redrive}};

  const Findings findings = queue_findings(attributes, Config{}, slow);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].what, testing::HasSubstr("a turn takes up to 40.0 s (measured by the run "
                                                   "at 127.0.0.1:1)"));
  EXPECT_EQ(findings[0].fix, "set VisibilityTimeout to 160 s or more");
  EXPECT_TRUE(queue_findings(attributes, Config{}, quick).empty());
}

TEST(QueueCheck, wants_dead_letters_to_be_kept_for_longer) {
  const auto kept = [](const std::string& seconds) {
    return aws::Attributes{{"MessageRetentionPeriod", seconds}};
  };

  EXPECT_TRUE(dead_letter_findings(kept("345600"), kept("1209600")).empty());
  EXPECT_TRUE(dead_letter_findings({}, kept("1209600")).empty());
  for (const char* own : {"345600", "1209600"}) {
    const Findings findings = dead_letter_findings(kept(own), kept("345600"));
    ASSERT_EQ(findings.size(), 1U) << own;
    EXPECT_THAT(findings[0].what, testing::StartsWith("its dead-letter queue keeps messages for 4 "
                                                      "days, the queue itself for "));
  }
}

TEST(QueueCheck, finds_the_name_of_the_dead_letter_queue) {
  EXPECT_EQ(dead_letter_queue({{"RedrivePolicy", good_redrive}}), "dead");
  EXPECT_EQ(dead_letter_queue({{"RedrivePolicy", R"({"deadLetterTargetArn" : "a:b:c.fifo"})"}}),
            "c.fifo");
  EXPECT_EQ(dead_letter_queue({{"RedrivePolicy", R"({"deadLetterTargetArn")"}}), "");
  EXPECT_EQ(dead_letter_queue({}), "");
}

}  // namespace
}  // namespace moretta::app
