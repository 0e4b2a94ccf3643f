#pragma once

// What is kept of a message that gives no row: enough to know why, nothing in clear.

#include <optional>
#include <string>

#include "record/ledger_key.hpp"
#include "record/reject.hpp"

namespace moretta {

struct QuarantineRecord {
  LedgerKey key;
  std::string message_id;
  Reject reject;
  std::size_t body_bytes = 0;
  int receive_count = 0;
  std::optional<WallTime> sent_at;
  WallTime received_at{};
  std::string config_fingerprint;  // of the mapping and masks that refused it
  std::string sealed_body;         // record/kept_message.hpp, sealed; bytes
};

}  // namespace moretta
