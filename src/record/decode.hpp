#pragma once

// JSON body -> Event. Pure: the same message and mapping give the same event or the same reject.
//
// What counts as JSON is RFC 8259, strictly: UTF-8 without byte order mark, no lone surrogates, one
// value and nothing after it, numbers within the range of a double. Keys that no column reads are
// ignored, even if they stand twice; a key that a column reads must stand once. docs/reasons.md has
// the corner cases.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "record/column.hpp"
#include "record/document.hpp"
#include "record/event.hpp"
#include "record/message.hpp"
#include "record/pointer_tree.hpp"
#include "record/reject.hpp"

namespace moretta {

// What is wrong with a column by itself, whatever the messages: its pointer, its type for such an
// origin or conversion, its width, its default. Lower case, for whoever wrote the configuration.
std::optional<std::string> fault_of(const Column& column);

// One per lane: keeps parser memory between messages.
class Decoder {
 public:
  // REQUIRED: no column has a fault; at most payload_bytes_limit bytes.
  explicit Decoder(Mapping mapping, std::size_t bytes_max = body_bytes_max);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Fills `event`; on a reject its content is unspecified, but wiped by the next reset as always.
  // The reject is the first of: what is wrong with the whole body (size, JSON, not an object), a
  // key that stands twice, the first column of the mapping that gets no value.
  Result<Done, Reject> decode(const Message& message, Event& event) {
    return decode(message, message.body, event);
  }
  // Of a message whose event is not its body, but within.
  Result<Done, Reject> decode(const Message& message, const std::string& body, Event& event);

  [[nodiscard]] const Mapping& mapping() const { return mapping_; }

 private:
  struct Default;
  [[nodiscard]] Reject reject(Reason reason, std::size_t column) const;
  [[nodiscard]] std::optional<Reject> read_column(std::size_t column, const JsonValue& found,
                                                  Event& event) const;
  [[nodiscard]] std::optional<Reject> convert(const JsonValue& value, std::size_t column,
                                              Event& event) const;
  // Set if the way to the column's value leads through something that has no members.
  [[nodiscard]] std::optional<Reject> blocked_way(std::size_t column) const;

  Mapping mapping_;
  std::size_t bytes_max_;
  PointerTree tree_;
  Document document_;
  std::vector<Default> defaults_;  // one for each column
};

}  // namespace moretta
