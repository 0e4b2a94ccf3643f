#pragma once

// The key by which the ledger knows a message again: 16 bytes, SentTimestamp (48 bits,
// milliseconds, big-endian) and 80 bits of the message id. Both stay the same at every redelivery,
// and the time in front keeps the index's hot part small (docs/decisions/0003-ledger.md).

#include <array>
#include <compare>
#include <cstddef>

#include "record/message.hpp"

namespace moretta {

struct LedgerKey {
  std::array<std::byte, 16> bytes{};

  auto operator<=>(const LedgerKey&) const = default;
};

// A message without SentTimestamp has time 0. The 80 bits are the last ten bytes of a UUID, else
// the first ten of SHA-256 of the id.
LedgerKey ledger_key(const Message& message);

// The time in front.
WallTime sent_at(const LedgerKey& key);

}  // namespace moretta
