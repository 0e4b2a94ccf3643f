#pragma once

// A receipt handle: which message of which queue, and which of its receives. Self-contained, so
// that a million messages in flight need no table, and sealed, so that a made-up one is told from
// an old one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devqueue/message.hpp"

namespace moretta::devqueue {

struct Receipt {
  std::uint64_t sequence = 0;
  Slot slot = no_slot;
  std::uint32_t number = 0;  // the message's n-th receive in this queue

  bool operator==(const Receipt&) const = default;
};

// `queue_tag` is random for each queue: a handle of one queue means nothing to another.
void append_receipt(const Receipt& receipt, std::uint64_t queue_tag, std::string& out);
std::optional<Receipt> parse_receipt(std::string_view text, std::uint64_t queue_tag);

}  // namespace moretta::devqueue
