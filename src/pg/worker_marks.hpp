#pragma once

// Who wrote when: a few rows a day beside the ledger, so that a ledger row needs no more than its
// key. What is known of a row is the transaction that the server notes in it.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

// A version and the fingerprint of its configuration.
struct Writer {
  std::string version;  // empty: leaves no marks
  std::string config;

  bool operator==(const Writer&) const = default;
};

TableName worker_marks_beside(const TableName& ledger);

// That `writer` writes now. Does nothing if the table is not there or not granted, as before
// `schema
// --apply` and `--roles` of this version. Throws Unavailable, Refused.
void leave_mark(Connection& connection, const TableName& ledger, const Writer& writer);

// Between which times a ledger row was committed, and by whom: one writer, or several if they wrote
// at the same time.
struct Storing {
  WallTime after{};
  WallTime before{};
  std::vector<Writer> writers{};
};

// nullopt if there are no marks from before. Throws Unavailable, Refused.
std::optional<Storing> find_storing(Connection& connection, const TableName& ledger,
                                    const std::string& key);

}  // namespace moretta::pg
