#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "aws/sqs_wire.hpp"
#include "base/json_text.hpp"
#include "support/sqs_messages.hpp"

namespace moretta::aws {
namespace {

// What a server would write, kept apart from the code under test.
std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

// With one that nobody reads; an empty one is not there.
Attributes attributes_of(const SqsMessage& message) {
  Attributes out = {{"SenderId", "AIDA"}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      out.emplace_back(name, value);
    }
  };
  add("SentTimestamp", message.sent_timestamp);
  add("MessageGroupId", message.group_id);
  add("ApproximateReceiveCount", message.receive_count);
  return out;
}

std::string as_json(const std::vector<SqsMessage>& messages) {
  std::string out = R"({"Messages":[)";
  std::string_view separator;
  for (const SqsMessage& message : messages) {
    out.append(separator).append(R"({"MessageId":)").append(json_string(message.id));
    out += ",\"ReceiptHandle\":" + json_string(message.receipt);
    out += ",\"MD5OfBody\":" + json_string(message.body_md5);
    out += ",\"Body\":" + json_string(message.body) + ",\"Attributes\":{";
    std::string_view comma;
    for (const auto& [name, value] : attributes_of(message)) {
      out.append(comma).append(json_string(name)).append(":").append(json_string(value));
      comma = ",";
    }
    out += "}}";
    separator = ",";
  }
  return out + "]}";
}

std::string as_xml(const std::vector<SqsMessage>& messages) {
  std::string out = "<ReceiveMessageResponse><ReceiveMessageResult>";
  for (const SqsMessage& message : messages) {
    out += "<Message><MessageId>" + xml_text(message.id) + "</MessageId><ReceiptHandle>" +
           xml_text(message.receipt) + "</ReceiptHandle><MD5OfBody>" + message.body_md5 +
           "</MD5OfBody><Body>" + xml_text(message.body) + "</Body>";
    for (const auto& [name, value] : attributes_of(message)) {
      out += "<Attribute><Name>" + xml_text(name) + "</Name><Value>" + xml_text(value) +
             "</Value></Attribute>";
    }
    out += "</Message>";
  }
  return out + "</ReceiveMessageResult></ReceiveMessageResponse>";
}

// The characters that SQS accepts, the awkward ones often.
std::string any_text() {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", "Z", "0", " ", "\t", "\n", "\r", "<", ">", "&", "\"", "'", "\\", "{", "}", "]]>",
      "&amp;", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "\x7f"));
  std::string out;
  for (const std::string& piece : pieces) {
    out += piece;
  }
  return out;
}

std::vector<SqsMessage> any_messages() {
  std::vector<SqsMessage> messages(*rc::gen::inRange<std::size_t>(0, 4));
  for (SqsMessage& message : messages) {
    message.id = any_text();
    message.receipt = any_text();
    message.body = any_text();
    message.body_md5 = "5d41402abc4b2a76b9719d911017c592";
    message.sent_timestamp = any_text();
    message.receive_count = any_text();
    message.group_id = any_text();
  }
  return messages;
}

RC_GTEST_PROP(SqsRead, gives_the_content_whichever_wire_it_came_by, ()) {
  const std::vector<SqsMessage> messages = any_messages();
  SqsReader reader;

  RC_ASSERT(messages_of(reader, Protocol::json, as_json(messages)) == messages);
  RC_ASSERT(messages_of(reader, Protocol::query, as_xml(messages)) == messages);
}

RC_GTEST_PROP(SqsRead, never_fails_in_another_way_than_by_saying_so, ()) {
  std::string body =
      *rc::gen::element<std::string>(as_json(any_messages()), as_xml(any_messages()));
  const auto cut = *rc::gen::inRange<std::size_t>(0, body.size() + 1);
  body = body.substr(0, cut) + any_text();
  SqsReader reader;

  for (const Protocol protocol : {Protocol::json, Protocol::query}) {
    messages_of(reader, protocol, body);
    reader.batch(protocol, body);
    reader.attributes(protocol, body);
    reader.error_code(protocol, body);
  }
}

}  // namespace
}  // namespace moretta::aws
