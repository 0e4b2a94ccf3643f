#pragma once

// Whether the ledger knows a message, by its id alone.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

struct LedgerEntry {
  std::string key;  // as a uuid
  WallTime sent_at{};
};

// When the message may have been sent. The ledger is ordered by that: a day is found in
// milliseconds, everything takes a look at every key (about 3 s for 20 million).
struct SentBetween {
  std::optional<WallTime> from = {};
  std::optional<WallTime> before = {};
};

// Throws Unavailable, Refused.
std::vector<LedgerEntry> find_in_ledger(Connection& connection, const TableName& ledger,
                                        const std::string& message_id, const SentBetween& sent);

}  // namespace moretta::pg
