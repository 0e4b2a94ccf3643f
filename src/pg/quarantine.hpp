#pragma once

// The quarantine for those who work with it: what is there, why, and away with what is dealt with.
// Sealed bodies are not read here.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

// Of what was quarantined from `from` until before `before`. What is empty does not matter.
struct QuarantineFilter {
  std::string reason = {};  // a code of record/reject.hpp
  std::string column = {};
  std::string message_id = {};
  std::optional<WallTime> from = {};
  std::optional<WallTime> before = {};

  [[nodiscard]] bool is_empty() const {
    return reason.empty() && column.empty() && message_id.empty() && !from && !before;
  }
};

// $1..$5 of the statements that take one.
std::vector<std::string> filter_parameters(const QuarantineFilter& filter);

struct QuarantineEntry {
  std::string message_id;
  std::string reason;
  std::string column;
  std::string pointer;
  std::string sqlstate;
  std::int64_t body_bytes = 0;
  std::int64_t receive_count = 0;
  std::string sent_at;         // RFC 3339 in UTC, empty if the queue did not say
  std::string quarantined_at;  // likewise, never empty
  std::string config_fingerprint;
};

class Quarantine {
 public:
  // `connection` must outlive this.
  Quarantine(Connection& connection, TableName table)
      : connection_(connection), table_(std::move(table)) {}

  // All throw Unavailable, Refused.

  // Newest first.
  std::vector<QuarantineEntry> find(const QuarantineFilter& filter, std::size_t limit);

  // By reason, the most frequent first.
  std::vector<std::pair<std::string, std::int64_t>> count(const QuarantineFilter& filter);

  // For good: the sealed bodies go too. In transactions of bounded size; gives how many went.
  std::int64_t purge(const QuarantineFilter& filter);

 private:
  Connection& connection_;
  TableName table_;
};

}  // namespace moretta::pg
