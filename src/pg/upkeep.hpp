#pragma once

// Keeps the ledger small and its days ready: a key is of use until the queue itself has dropped the
// message, and after that its day's partition goes.

#include <chrono>
#include <cstddef>
#include <string>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

using Days = std::chrono::days;

// Days of SentTimestamp, in UTC.
struct LedgerWindow {
  // SQS keeps a message for at most 14 days from SentTimestamp; one more covers clocks and messages
  // in flight when their time ends.
  Days keep{15};
  Days ahead{2};  // made before they are needed, so that a stopped upkeep is no emergency
};

// The smallest key with that time, as Postgres writes a uuid. Pruning and partition bounds use it.
std::string first_key_of(WallTime time);

inline constexpr std::size_t partition_suffix_bytes = 10;
// The ledger's name and "_d20261122". REQUIRED: room for the suffix in a name.
TableName day_partition(const TableName& ledger, std::chrono::sys_days day);
TableName default_partition(const TableName& ledger);

struct Upkeep {
  std::size_t created = 0;     // partitions
  std::size_t dropped = 0;     // partitions
  std::size_t deleted = 0;     // keys, one by one
  bool left_to_owner = false;  // there was work, but the ledger belongs to another role

  bool operator==(const Upkeep&) const = default;
};

// Safe to repeat and to run from many connections at once: one does the work, the others find it
// done or under way. A ledger that does not exist is left alone. Of `now` and the server's clock
// the earlier one counts: a clock that is ahead would drop keys whose messages may still come
// again. Throws Unavailable, Refused.
Upkeep keep_ledger(Connection& connection, const TableName& ledger, const LedgerWindow& window,
                   WallTime now);

}  // namespace moretta::pg
