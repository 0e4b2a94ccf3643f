#include "aws/lambda_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace moretta::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// As AWS documents it, with a member of every kind.
constexpr std::string_view whole_record = R"({
  "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
  "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
  "body": "{\"ip\": \"10.0.0.1\", \"note\": \"\u00e9\"}",
  "attributes": {"ApproximateReceiveCount": "3", "SentTimestamp": "1545082649183",
                 "SenderId": "AIDAIENQZJOLO23YVJ4VO", "MessageGroupId": "user-7",
                 "ApproximateFirstReceiveTimestamp": "1545082649185"},
  "messageAttributes": {
    "trace": {"stringValue": "abc", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
    "blob": {"binaryValue": "AAEC/w==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"}},
  "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
  "eventSource": "aws:sqs",
  "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue.fifo",
  "awsRegion": "us-east-2"})";

std::string event_of(std::string_view records) {
  return R"({"Records": [)" + std::string(records) + "]}";
}

// A record with the least that it must have, and `more` behind it.
std::string record(std::string_view more = "") {
  return R"({"messageId": "m", "body": "CANARY", "eventSource": "aws:sqs")" + std::string(more) +
         "}";
}

Result<LambdaEvent, std::string> read(std::string event) {
  return LambdaEventReader().read(event);
}

TEST(LambdaEvent, is_read_with_every_member_that_somebody_needs) {
  const auto event = read(event_of(whole_record));

  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event.value().queue_arn, "arn:aws:sqs:us-east-2:123456789012:my-queue.fifo");
  ASSERT_EQ(event.value().records.size(), 1U);
  const LambdaRecord& record = event.value().records[0];
  EXPECT_EQ(record.message.id, "059f36b4-87a3-44ab-83d2-661975830a7d");
  EXPECT_EQ(record.message.receipt, "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a");
  EXPECT_EQ(record.message.body, "{\"ip\": \"10.0.0.1\", \"note\": \"\xc3\xa9\"}");
  EXPECT_EQ(record.message.body_md5, "e4e68fb7bd0e697a0ae8f1bb342846b3");
  EXPECT_EQ(record.message.sent_timestamp, "1545082649183");
  EXPECT_EQ(record.message.receive_count, "3");
  EXPECT_EQ(record.message.group_id, "user-7");
  EXPECT_THAT(record.attributes,
              ElementsAre(MessageAttribute{.name = "trace", .type = "String", .value = "abc"},
                          MessageAttribute{.name = "blob",
                                           .type = "Binary",
                                           .value = std::string("\x00\x01\x02\xff", 4)}));
}

TEST(LambdaEvent, keeps_the_order_of_its_records) {
  const auto event = read(event_of(R"({"messageId":"a","body":"1","eventSource":"aws:sqs"},)"
                                   R"({"messageId":"b","body":"2","eventSource":"aws:sqs"})"));

  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event.value().records[0].message.id, "a");
  EXPECT_EQ(event.value().records[1].message.id, "b");
}

TEST(LambdaEvent, may_be_without_what_nobody_needs) {
  const auto event = read(event_of(record(R"(, "receiptHandle": "", "attributes": {},
      "messageAttributes": {"n": {"stringValue": "7", "binaryValue": null, "dataType": "Number"}},
      "news": {"of": ["later", 1]})")));

  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event.value().queue_arn, "");
  EXPECT_THAT(event.value().records[0].attributes,
              ElementsAre(MessageAttribute{.name = "n", .type = "Number", .value = "7"}));
}

TEST(LambdaEvent, may_have_numbers_for_texts_in_its_system_attributes) {
  const auto event = read(event_of(record(R"(, "attributes": {"SentTimestamp": 1545082649183})")));

  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event.value().records[0].message.sent_timestamp, "1545082649183");
}

TEST(LambdaEvent, may_have_no_record) {
  const auto event = read(event_of(""));

  ASSERT_TRUE(event) << event.error();
  EXPECT_TRUE(event.value().records.empty());
}

TEST(LambdaEvent, is_refused_whole_with_the_member_at_fault_and_without_a_value) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "it is empty"},
      {"{", "it is not JSON"},
      {"[]", "it has no list `Records`"},
      {"{}", "it has no list `Records`"},
      {R"({"records": []})", "it has no list `Records`"},
      {R"({"Records": {}})", "it has no list `Records`"},
      {event_of("1"), "record 0: it is not an object"},
      {event_of(record() + "," + R"({"body": "CANARY", "eventSource": "aws:sqs"})"),
       "record 1: `messageId` is missing or empty"},
      {event_of(R"({"messageId": "", "body": "CANARY", "eventSource": "aws:sqs"})"),
       "record 0: `messageId` is missing or empty"},
      {event_of(R"({"messageId": 7, "body": "CANARY", "eventSource": "aws:sqs"})"),
       "record 0: `messageId` is not a text"},
      {event_of(R"({"messageId": "m", "eventSource": "aws:sqs"})"), "record 0: `body` is missing"},
      {event_of(R"({"messageId": "m", "body": {"a": "CANARY"}, "eventSource": "aws:sqs"})"),
       "record 0: `body` is not a text"},
      {event_of(R"({"messageId": "m", "body": "CANARY", "eventSource": "aws:kinesis"})"),
       "record 0: `eventSource` is not aws:sqs"},
      {event_of(R"({"messageId": "m", "Body": "CANARY", "eventSource": "aws:sqs"})"),
       "record 0: `body` is missing"},
      {event_of(record(R"(, "attributes": "CANARY")")), "`attributes` is not an object"},
      {event_of(record(R"(, "attributes": {"SentTimestamp": []})")),
       "`SentTimestamp` is not a text"},
      {event_of(record(R"(, "messageAttributes": [])")), "`messageAttributes` is not an object"},
      {event_of(record(R"(, "messageAttributes": {"n": 1})")), "is not an object"},
      {event_of(record(R"(, "messageAttributes": {"n": {"stringValue": "CANARY"}})")),
       "`dataType` is missing"},
      {event_of(record(
           R"(, "messageAttributes": {"n": {"binaryValue": "CANARY!", "dataType": "Binary"}})")),
       "`binaryValue` is not base64"},
  };

  for (const auto& [event, want] : cases) {
    const auto result = read(event);

    ASSERT_FALSE(result) << event;
    EXPECT_THAT(result.error(), HasSubstr(want)) << event;
    EXPECT_THAT(result.error(), Not(HasSubstr("CANARY"))) << event;
  }
}

TEST(LambdaEvent, has_a_largest_batch) {
  std::string records = record();
  for (std::size_t i = 1; i < lambda_records_max; ++i) {
    records += "," + record();
  }

  const auto most = read(event_of(records));
  const auto more = read(event_of(records + "," + record()));

  ASSERT_TRUE(most) << most.error();
  EXPECT_EQ(most.value().records.size(), lambda_records_max);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), "it has more than 10000 records");
}

TEST(LambdaEvent, is_wiped_once_it_is_read) {
  LambdaEventReader reader;
  std::string good = event_of(record());
  std::string bad = event_of(record() + ",1");

  EXPECT_TRUE(reader.read(good));
  EXPECT_FALSE(reader.read(bad));

  EXPECT_EQ(good, "");
  EXPECT_EQ(bad, "");
}

}  // namespace
}  // namespace moretta::aws
