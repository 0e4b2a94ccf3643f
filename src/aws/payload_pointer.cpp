#include "aws/payload_pointer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <simdjson.h>

namespace moretta::aws {

namespace json = simdjson::dom;

namespace {

constexpr auto marks = std::to_array<std::string_view>({
    "ExtendedPayloadSize",
    "SQSLargePayloadSize",
});

constexpr auto classes = std::to_array<std::string_view>({
    "software.amazon.payloadoffloading.PayloadS3Pointer",
    "com.amazon.sqs.javamessaging.MessageS3Pointer",
});

constexpr std::size_t pointer_bytes_max = 8192;  // a key of 1024 bytes, every one escaped
constexpr std::size_t key_bytes_max = 1024;      // S3's limit

bool is_followed(std::string_view key) {
  if (key.empty() || key.size() > key_bytes_max ||
      std::ranges::any_of(key, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return false;
  }
  while (true) {
    const std::size_t slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment == "." || segment == "..") {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    key.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_marked_as_pointer(const Message& message) {
  return std::ranges::any_of(message.attributes, [](const MessageAttribute& attribute) {
    return std::ranges::find(marks, attribute.name) != marks.end();
  });
}

std::optional<ObjectPlace> read_pointer(const std::string& body) {
  json::parser parser;
  json::array parts;
  std::string_view type;
  std::string_view bucket;
  std::string_view key;
  if (body.size() > pointer_bytes_max || parser.parse(body).get(parts) != simdjson::SUCCESS ||
      parts.size() != 2 || parts.at(0).get(type) != simdjson::SUCCESS ||
      parts.at(1)["s3BucketName"].get(bucket) != simdjson::SUCCESS ||
      parts.at(1)["s3Key"].get(key) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (std::ranges::find(classes, type) == classes.end() || !is_followed(key)) {
    return std::nullopt;
  }
  return ObjectPlace{.bucket = std::string(bucket), .key = std::string(key)};
}

}  // namespace moretta::aws
