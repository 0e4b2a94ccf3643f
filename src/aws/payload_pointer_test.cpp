#include "aws/payload_pointer.hpp"

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

const std::string today = "software.amazon.payloadoffloading.PayloadS3Pointer";
const std::string before = "com.amazon.sqs.javamessaging.MessageS3Pointer";

std::string pointer(const std::string& type, const std::string& key) {
  return R"([")" + type + R"(",{"s3BucketName":"acme-events","s3Key":")" + key + R"("}])";
}

TEST(PayloadPointer, is_read_in_the_form_of_either_version) {
  const ObjectPlace place{.bucket = "acme-events", .key = "a/1"};

  EXPECT_EQ(read_pointer(pointer(today, "a/1")), place);
  EXPECT_EQ(read_pointer(pointer(before, "a/1")), place);
}

TEST(PayloadPointer, is_nothing_else) {
  const std::string bodies[] = {
      "",
      "{}",
      "[]",
      R"(["x"])",
      R"({"s3BucketName":"acme-events","s3Key":"a"})",
      pointer("java.util.HashMap", "a"),
      pointer(today, ""),
      pointer(today, "../other-bucket/a"),
      pointer(today, "a/../../other-bucket/a"),
      pointer(today, "a/./b"),
      pointer(today, "a\\u000d\\u000aX-Header: 1"),
      pointer(today, std::string(1025, 'a')),
      R"([")" + today + R"(",{"s3BucketName":7,"s3Key":"a"}])",
      R"([")" + today + R"(",{"s3BucketName":"acme-events"}])",
      R"([")" + today + R"(",{"s3BucketName":"acme-events","s3Key":"a"},1])",
  };
  for (const std::string& body : bodies) {
    EXPECT_EQ(read_pointer(body), std::nullopt) << body;
  }
}

TEST(PayloadPointer, may_have_any_other_key) {
  for (const std::string key : {"a..b", "...", "a//b", "ключ", "a b+c%2e%2e/d"}) {
    EXPECT_TRUE(read_pointer(pointer(today, key)).has_value()) << key;
  }
}

TEST(PayloadPointer, is_what_is_marked_as_one) {
  Message message;
  EXPECT_FALSE(is_marked_as_pointer(message));
  message.attributes = {{.name = "trace", .type = "String", .value = "x"}};
  EXPECT_FALSE(is_marked_as_pointer(message));
  message.attributes.push_back({.name = "SQSLargePayloadSize", .type = "Number", .value = "9"});
  EXPECT_TRUE(is_marked_as_pointer(message));
  message.attributes.back().name = "ExtendedPayloadSize";
  EXPECT_TRUE(is_marked_as_pointer(message));
}

}  // namespace
}  // namespace moretta::aws
