#pragma once

// The statements that write a turn, built from the mapping: each one is a whole transaction in one
// round trip. What they cost and why they have this form: docs/decisions/0003-ledger.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports.hpp"
#include "pg/array_encoder.hpp"
#include "pg/business_key.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

enum class Attempt {
  plain,       // no ledger: rows as they come
  optimistic,  // a plain insert into the ledger; any duplicate fails the statement with 23505
  tolerant,    // ON CONFLICT DO NOTHING; gives the keys that were new, stores only their rows
};

// What a statement writes. One without rows has vault entries only if the rows go another way
// (COPY), and then no ledger.
struct Shape {
  Attempt attempt = Attempt::optimistic;
  bool rows = true;
  bool vault = false;
  bool quarantine = false;
  bool replay = false;  // tolerant: the ledger has the keys, which become of this transaction

  [[nodiscard]] bool has_ledger() const { return attempt != Attempt::plain; }
  bool operator==(const Shape&) const = default;
};

inline constexpr std::size_t shapes_max = 24;
// Below shapes_max, another for each shape.
std::size_t shape_index(const Shape& shape);

struct Statement {
  std::string name;
  std::string sql;
  std::vector<std::uint32_t> types;  // of the parameters, all arrays
};

// Parameters, in this order, each there only if the shape has it:
//   rows:       ledger key (not plain), then the mapping's columns
//   vault:      ledger key of its row (tolerant), domain, token, key id, sealed
//   quarantine: ledger key, message id, reason, column, pointer, sqlstate, body bytes, receive
//   count,
//               sent at, received at, config fingerprint, sealed body
// REQUIRED of the caller: keys sorted within rows and within quarantine, no key twice; vault
// entries of a statement that is not tolerant sorted by domain and token in byte order, none twice.
// Sorted keys keep concurrent writers from waiting for each other in a ring. With Order::by_group
// rows are inserted in the order of their arrays, whose keys need no order: writers seldom share
// messages of a FIFO queue, and where they wait in a ring the server ends one, which tries again.
//
// Where the business key settles conflicts, the attempt is tolerant and the statement gives a
// second column: whether the row of that key met one of its business key.
Statement build_statement(const Tables& tables, const Mapping& mapping, const Shape& shape,
                          const RowRules& rules = {});

// Notes beside the ledger keys of rows whose business key met another's what that was. Parameters:
// ledger key, then the mapping's columns.
Statement build_met_statement(const Tables& tables, const Mapping& mapping, const BusinessKey& key);

// Of a row of the answer of a statement that settles conflicts.
bool has_met(const Answer& answer, int row);

// The columns that these statements name in our own tables.
std::vector<std::string_view> ledger_column_names();
std::vector<std::string_view> vault_column_names();
std::vector<std::string_view> quarantine_column_names();

}  // namespace moretta::pg
