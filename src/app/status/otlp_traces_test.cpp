#include "app/status/otlp_traces.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

// Hex ids, 64-bit numbers as texts, numbers for kinds: as OTLP's JSON mapping says.
TEST(OtlpTraces, are_shaped_as_the_protocol_says) {
  TracedTurn turn{.lane = 2,
                  .wall = WallTime{Millis{1'700'000'000'000}},
                  .begin = SteadyTime{Seconds{5}},
                  .end = SteadyTime{Seconds{6}},
                  .messages = 10,
                  .outcomes = {9, 0, 1, 0}};
  turn.steps = {{.step = TraceStep::write,
                 .begin = SteadyTime{Millis{5500}},
                 .end = SteadyTime{Seconds{6}},
                 .failed = true}};
  turn.links = {{.context = {.trace_id = "5759e988bd862e3fe1be46a994272793",
                             .span_id = "53995c3f42cd8ad8",
                             .is_sampled = true},
                 .message_id = "m-1"}};
  turn.links_left_out = 4;
  SeededRandom random(1);

  const std::string text = otlp_traces(sample_facts(), {&turn, 1}, random);

  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(text);
  const auto spans = root.at_pointer("/resourceSpans/0/scopeSpans/0/spans").get_array();
  ASSERT_EQ(spans.size(), 2U);
  const simdjson::dom::element whole = spans.at(0);
  const simdjson::dom::element write = spans.at(1);
  const auto text_of = [](simdjson::dom::element span, std::string_view name) {
    return std::string(span[name].get_string().value());
  };
  EXPECT_EQ(text_of(whole, "traceId").size(), 32U);
  EXPECT_EQ(text_of(whole, "spanId").size(), 16U);
  EXPECT_EQ(text_of(whole, "name"), "process logins");
  EXPECT_EQ(whole["kind"].get_int64().value(), 5);
  EXPECT_EQ(text_of(whole, "startTimeUnixNano"), "1700000000000000000");
  EXPECT_EQ(text_of(whole, "endTimeUnixNano"), "1700000001000000000");
  EXPECT_EQ(std::string(whole.at_pointer("/links/0/spanId").get_string().value()),
            "53995c3f42cd8ad8");
  EXPECT_EQ(whole["droppedLinksCount"].get_int64().value(), 4);
  EXPECT_EQ(whole.at_pointer("/status/code").get_int64().value(), 2) << "it was never settled";
  EXPECT_NE(text.find(R"({"key":"moretta.stored","value":{"intValue":"9"}})"), std::string::npos);

  EXPECT_EQ(text_of(write, "traceId"), text_of(whole, "traceId"));
  EXPECT_EQ(text_of(write, "parentSpanId"), text_of(whole, "spanId"));
  EXPECT_NE(text_of(write, "spanId"), text_of(whole, "spanId"));
  EXPECT_EQ(text_of(write, "name"), "write user_logins");
  EXPECT_EQ(text_of(write, "startTimeUnixNano"), "1700000000500000000");
  EXPECT_EQ(write.at_pointer("/status/code").get_int64().value(), 2);
}

}  // namespace
}  // namespace moretta::app
