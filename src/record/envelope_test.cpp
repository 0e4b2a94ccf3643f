#include "record/envelope.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

std::string unwrapped(Envelope envelope, const std::string& body) {
  Unwrapper unwrapper(envelope);
  const auto event = unwrapper.unwrap(body);
  if (event) {
    return *event.value();
  }
  return std::string(reason_code(event.error().reason)) + " " + event.error().pointer;
}

TEST(Envelope, is_taken_off_only_where_it_is_named) {
  const std::string body = R"({"Type":"Notification","Message":"{}"})";

  EXPECT_EQ(unwrapped(Envelope::none, body), body);
}

TEST(Envelope, of_sns_holds_the_event_as_a_text) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"Type":"Notification","MessageId":"m","Message":"{\"ip\":\"203.0.113.7\"}","Subject":"s"})",
       R"({"ip":"203.0.113.7"})"},
      {R"({"Type":"Notification","Message":""})", ""},
      {R"({"Type":"SubscriptionConfirmation","Message":"{}"})", "bad_envelope /Type"},
      {R"({"Message":"{}"})", "bad_envelope /Type"},
      {R"({"Type":"Notification"})", "bad_envelope /Message"},
      {R"({"Type":"Notification","Message":{"ip":"203.0.113.7"}})", "bad_envelope /Message"},
      {R"({"Type":"Notification","Message":"{}","Message":"{}"})", "duplicate_key /Message"},
      {R"({"ip":"203.0.113.7"})", "bad_envelope /Type"},
      {R"([])", "not_an_object "},
      {R"({"Type":)", "invalid_json "}};
  for (const auto& [body, want] : cases) {
    EXPECT_EQ(unwrapped(Envelope::sns, body), want) << body;
  }
}

TEST(Envelope, of_eventbridge_holds_the_event_as_an_object) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"version":"0","detail-type":"login","detail": {"ip" : "\u0031"} })",
       R"({"ip" : "\u0031"})"},
      {R"({"version":"0"})", "bad_envelope /detail"},
      {R"({"detail":"{}"})", "bad_envelope /detail"},
      {R"({"detail":null})", "bad_envelope /detail"},
      {R"({"detail":{},"detail":{}})", "duplicate_key /detail"}};
  for (const auto& [body, want] : cases) {
    EXPECT_EQ(unwrapped(Envelope::eventbridge, body), want) << body;
  }
}

TEST(Envelope, is_bounded_as_the_event_is) {
  EXPECT_EQ(unwrapped(Envelope::sns, std::string(body_bytes_max + 1, ' ')), "body_too_large ");
}

}  // namespace
}  // namespace moretta
