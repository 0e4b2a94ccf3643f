#pragma once

// Which trace a message belongs to, as its sender said: W3C trace context in the attribute
// `traceparent`, or X-Ray's form in SQS's AWSTraceHeader. Only ids of the right form get out of
// here, whatever stands there.

#include <optional>
#include <string>
#include <string_view>

#include "record/message.hpp"

namespace moretta {

// The attribute by which senders hand on a W3C trace context.
inline constexpr std::string_view traceparent_name = "traceparent";

struct TraceContext {
  std::string trace_id;   // 32 lower-case hex digits
  std::string span_id{};  // 16 of them; empty if the sender named none
  bool is_sampled = false;

  bool operator==(const TraceContext&) const = default;
};

// 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
std::optional<TraceContext> parse_traceparent(std::string_view text);

// Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
std::optional<TraceContext> parse_trace_header(std::string_view text);

// `traceparent` if it is good: senders set it on purpose, the other comes with the AWS SDK.
std::optional<TraceContext> trace_context(const Message& message);

}  // namespace moretta
