#include "record/trace_context.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/take.hpp"

namespace moretta {

namespace {

constexpr std::size_t trace_id_digits = 32;
constexpr std::size_t span_id_digits = 16;

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Lower-case digits alone, and not all of them zero: that is what "none" looks like.
bool is_id(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of('0') != std::string_view::npos &&
         std::ranges::all_of(text, is_lower_hex);
}

// 1-5759e988-bd862e3fe1be46a994272793: the version, then the id in two parts.
std::string root_id(std::string_view root) {
  constexpr std::string_view version = "1-";
  constexpr std::size_t time_digits = 8;
  if (!root.starts_with(version)) {
    return {};
  }
  root.remove_prefix(version.size());
  std::string id(take_until(root, '-'));
  return id.size() == time_digits ? id.append(root) : std::string();
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  const std::string_view version = take_until(text, '-');
  const std::string_view trace_id = take_until(text, '-');
  const std::string_view span_id = take_until(text, '-');
  const std::string_view flags = take_until(text, '-');
  const auto is_byte = [](std::string_view digits) {
    return digits.size() == 2 && std::ranges::all_of(digits, is_lower_hex);
  };
  // Later versions may add parts behind; ff is none.
  const bool is_version = is_byte(version) && version != "ff" && (version != "00" || text.empty());
  if (!is_version || !is_id(trace_id, trace_id_digits) || !is_id(span_id, span_id_digits) ||
      !is_byte(flags)) {
    return std::nullopt;
  }
  return TraceContext{.trace_id = std::string(trace_id),
                      .span_id = std::string(span_id),
                      .is_sampled = hex_value(flags[1]) % 2 == 1};
}

std::optional<TraceContext> parse_trace_header(std::string_view text) {
  constexpr std::size_t parts_max = 16;  // three are known; senders may add some
  TraceContext found;
  for (std::size_t i = 0; i < parts_max && !text.empty(); ++i) {
    std::string_view value = take_until(text, ';');
    const std::string_view name = take_until(value, '=');
    if (name == "Root") {
      found.trace_id = root_id(value);
    } else if (name == "Parent" && is_id(value, span_id_digits)) {
      found.span_id = value;
    } else if (name == "Sampled") {
      found.is_sampled = value == "1";
    }
  }
  return is_id(found.trace_id, trace_id_digits) ? std::optional(std::move(found)) : std::nullopt;
}

std::optional<TraceContext> trace_context(const Message& message) {
  const auto attribute =
      std::ranges::find(message.attributes, traceparent_name, &MessageAttribute::name);
  if (attribute != message.attributes.end()) {
    if (auto context = parse_traceparent(attribute->value)) {
      return context;
    }
  }
  return parse_trace_header(message.trace_header);
}

}  // namespace moretta
