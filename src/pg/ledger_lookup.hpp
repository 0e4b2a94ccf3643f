#pragma once

// Whether the ledger knows a message, by its id alone.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"
#include "record/ledger_key.hpp"

namespace moretta::pg {

struct LedgerEntry {
  std::string key;  // as a uuid
  WallTime sent_at{};
  std::string met_how{};  // what became of the row whose business key it met: ignored, updated
  std::string met_row{};  // that key as JSON; empty if it met none, as far as was noted
};

// When the message may have been sent. The ledger is ordered by that: a day is found in
// milliseconds, everything takes a look at every key (about 3 s for 20 million).
struct SentBetween {
  std::optional<WallTime> from = {};
  std::optional<WallTime> before = {};
};

// Whether what a conflict met can be noted in the ledger: not before `schema --apply` and `--roles`
// of this version. Throws Unavailable, Refused.
bool may_note_met(Connection& connection, const TableName& ledger);

// How many messages of that millisecond the ledger knows. Throws Unavailable, Refused.
std::int64_t messages_sent_with(Connection& connection, const TableName& ledger, WallTime sent_at);

// REQUIRED: of a uuid column, as text.
LedgerKey key_of_uuid(std::string_view uuid);

// Throws Unavailable, Refused.
std::vector<LedgerEntry> find_in_ledger(Connection& connection, const TableName& ledger,
                                        const std::string& message_id, const SentBetween& sent);

}  // namespace moretta::pg
