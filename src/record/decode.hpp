#pragma once

// JSON body -> Event. Pure: the same message and mapping give the same event or the same reject.
//
// What counts as JSON is RFC 8259, strictly: UTF-8 without byte order mark, no lone surrogates, one
// value and nothing after it, numbers within int64 or double. Keys that no column reads are
// ignored, even if they stand twice; a key that a column reads must stand once.

#include <memory>

#include "base/result.hpp"
#include "record/column.hpp"
#include "record/event.hpp"
#include "record/message.hpp"
#include "record/reject.hpp"

namespace moretta {

inline constexpr std::size_t body_bytes_max = 1'048'576;  // SQS takes no larger message
inline constexpr std::size_t nesting_max = 64;            // deeper JSON is an attack, not an event

// One per lane: keeps parser memory between messages.
class Decoder {
 public:
  explicit Decoder(Mapping mapping);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Fills `event`; on a reject its content is unspecified, but wiped by the next reset as always.
  Result<Done, Reject> decode(const Message& message, Event& event);

  [[nodiscard]] const Mapping& mapping() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace moretta
