#include "app/queue_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::app {
namespace {

std::vector<std::string> findings_for(const aws::Attributes& attributes,
                                      OnReject on_reject = OnReject::quarantine) {
  Config config;
  config.on_reject = on_reject;
  std::vector<std::string> texts;
  for (const Finding& finding : queue_findings(attributes, config)) {
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
      {"5", "error: its visibility timeout is 5 s: messages "},
      {"30", "warning: its visibility timeout is 30 s: messages"},
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

}  // namespace
}  // namespace moretta::app
