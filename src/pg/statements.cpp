#include "pg/statements.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"

namespace moretta::pg {

namespace {

constexpr auto vault_columns = std::to_array<std::pair<std::string_view, ElementType>>({
    {"domain", ElementType::text},
    {"token", ElementType::text},
    {"key_id", ElementType::int4},
    {"sealed", ElementType::text},
});

constexpr auto quarantine_columns = std::to_array<std::pair<std::string_view, ElementType>>({
    {"ledger_key", ElementType::uuid},
    {"message_id", ElementType::text},
    {"reason", ElementType::text},
    {"column_name", ElementType::text},
    {"pointer", ElementType::text},
    {"sqlstate", ElementType::text},
    {"body_bytes", ElementType::int8},
    {"receive_count", ElementType::int4},
    {"sent_at", ElementType::timestamptz},
    {"received_at", ElementType::timestamptz},
    {"config_fingerprint", ElementType::text},
    {"sealed_body", ElementType::bytea},
});

void append_item(std::string& list, std::string_view item) {
  list += list.empty() ? "" : ", ";
  list += item;
}

// (SELECT unnest($1::uuid[]) AS k, unnest($2::text[]) AS c1) AS t: one source of rows out of
// parallel arrays, read in step. The same arrays in FROM would first be written out one by one,
// each as a table of its own: a quarter of what the statement costs.
class Arrays {
 public:
  explicit Arrays(std::vector<std::uint32_t>& types) : types_(types) {}

  void add(ElementType type, std::string_view alias) {
    types_.push_back(array_oid(type));
    const std::string array =
        "$" + std::to_string(types_.size()) + "::" + std::string(element_name(type)) + "[]";
    append_item(columns_, "unnest(" + array + ") AS " + std::string(alias));
    append_item(arrays_, array);
    append_item(aliases_, alias);
  }
  [[nodiscard]] std::string from() const { return "(SELECT " + columns_ + ") AS t"; }
  // With the place of each row among them.
  [[nodiscard]] std::string numbered() const {
    return "unnest(" + arrays_ + ") WITH ORDINALITY AS t(" + aliases_ + ", n)";
  }

 private:
  std::vector<std::uint32_t>& types_;
  std::string columns_;
  std::string arrays_;
  std::string aliases_;
};

class Builder {
 public:
  Builder(const Tables& tables, const Mapping& mapping, const Shape& shape, const RowRules& rules)
      : tables_(tables), mapping_(mapping), shape_(shape), rules_(rules) {}

  Statement build_met() {
    Arrays arrays(types_);
    arrays.add(ElementType::uuid, "k");
    for (std::size_t i = 0; i < mapping_.size(); ++i) {
      arrays.add(element_type(mapping_[i].type), "c" + std::to_string(i + 1));
    }
    std::string pairs;
    const std::vector<KeyColumn> columns = key_columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      append_item(pairs, quote_literal(rules_.key.columns[i]) + ", " + columns[i].of("t"));
    }
    const std::string_view how =
        rules_.key.on_conflict == OnConflict::ignore ? "ignored" : "updated";
    return {.name = "moretta_met",
            .sql = "UPDATE " + tables_.ledger.quoted() + " AS l SET met = jsonb_build_object('" +
                   std::string(how) + "', jsonb_build_object(" + pairs + ")) FROM " +
                   arrays.from() + " WHERE l.key = t.k",
            .types = std::move(types_)};
  }

  Statement build() {
    if (shape_.rows) {
      add_rows();
    }
    if (shape_.vault) {
      add_vault();
    }
    if (shape_.quarantine) {
      add_quarantine();
    }
    return {.name = "moretta_" + std::to_string(shape_index(shape_)),
            .sql = assembled(),
            .types = std::move(types_)};
  }

 private:
  struct Insert {
    std::string name;
    std::string sql;
  };

  // In the tolerant form only rows whose key was new.
  [[nodiscard]] std::string only_fresh() const {
    return shape_.attempt == Attempt::tolerant ? " JOIN fresh ON fresh.key = t.k" : "";
  }

  // What a row that was not inserted brings for the vault belongs to nothing.
  [[nodiscard]] std::string only_inserted() const {
    if (!settles_conflicts()) {
      return only_fresh();
    }
    return rules_.key.on_conflict == OnConflict::ignore ? " JOIN won ON won.k = t.k"
                                                        : " JOIN src ON src.k = t.k";
  }

  [[nodiscard]] bool settles_conflicts() const {
    return shape_.rows && rules_.key.settles_conflicts();
  }

  void add_keys(std::size_t parameter) {
    append_item(key_arrays_, "$" + std::to_string(parameter) + "::uuid[]");
    ++key_array_count_;
  }

  void add_rows() {
    Arrays arrays(types_);
    if (shape_.has_ledger()) {
      arrays.add(ElementType::uuid, "k");
      add_keys(types_.size());
    }
    std::string names;
    std::string values;
    for (std::size_t i = 0; i < mapping_.size(); ++i) {
      const Column& column = mapping_[i];
      const std::string alias = "c" + std::to_string(i + 1);
      arrays.add(element_type(column.type), alias);
      append_item(names, quote_identifier(column.name));
      append_item(values, "t." + alias + cast_of(column));
    }
    if (settles_conflicts()) {
      const ConflictParts parts(tables_.target, key_columns(), rules_);
      inserts_.push_back({"src", parts.src(arrays.numbered() + only_fresh())});
      inserts_.push_back({"stored", parts.stored(names, values, mapping_)});
      inserts_.push_back({"won", parts.won()});
      return;
    }
    // An unused key array in the source would cost its unnesting, so the optimistic form, whose
    // ledger insert reads the same parameter, leaves it out.
    const std::string from =
        shape_.attempt == Attempt::optimistic ? columns_only() : rows_from(arrays);
    inserts_.push_back({"stored", "INSERT INTO " + tables_.target.quoted() + " (" + names +
                                      ") SELECT " + values + " FROM " + from});
  }

  // A join may give rows in any order; unnest alone gives them as they stand.
  [[nodiscard]] std::string rows_from(const Arrays& arrays) const {
    const bool is_sorted = rules_.order == Order::by_group && shape_.attempt == Attempt::tolerant;
    return is_sorted ? arrays.numbered() + only_fresh() + " ORDER BY t.n"
                     : arrays.from() + only_fresh();
  }

  // The columns' arrays, which follow the keys in $1.
  [[nodiscard]] std::string columns_only() const {
    std::vector<std::uint32_t> numbering(1);
    Arrays arrays(numbering);
    for (std::size_t i = 0; i < mapping_.size(); ++i) {
      arrays.add(element_type(mapping_[i].type), "c" + std::to_string(i + 1));
    }
    return arrays.from();
  }

  // No cast to varchar(n): an explicit one would cut what is too long instead of refusing it.
  static std::string cast_of(const Column& column) {
    switch (column.type) {
      case ColumnType::numeric:
      case ColumnType::uuid:
      case ColumnType::inet:
      case ColumnType::jsonb:
        return "::" + std::string(type_name(column.type));
      default:
        return "";
    }
  }

  [[nodiscard]] std::vector<KeyColumn> key_columns() const {
    std::vector<KeyColumn> columns;
    for (const std::string& name : rules_.key.columns) {
      const auto found = std::ranges::find(mapping_, name, &Column::name);
      ENSURE(found != mapping_.end());
      columns.push_back({.name = quote_identifier(name),
                         .alias = "c" + std::to_string(found - mapping_.begin() + 1),
                         .cast = cast_of(*found)});
    }
    return columns;
  }

  void add_vault() {
    Arrays arrays(types_);
    const bool tolerant = shape_.attempt == Attempt::tolerant;
    if (tolerant) {
      arrays.add(ElementType::uuid, "k");
    }
    std::string names;
    for (const auto& [name, type] : vault_columns) {
      arrays.add(type, name);
      append_item(names, name);
    }
    // Only what fresh rows bring: a redelivery must not bring back what was erased from the vault.
    const std::string select =
        tolerant ? "SELECT DISTINCT ON (t.domain COLLATE \"C\", t.token COLLATE \"C\") t.domain, "
                   "t.token, t.key_id, t.sealed FROM " +
                       arrays.from() + only_inserted() +
                       " ORDER BY t.domain COLLATE \"C\", t.token COLLATE \"C\""
                 : "SELECT " + names + " FROM " + arrays.from();
    inserts_.push_back({"vaulted", "INSERT INTO " + tables_.vault.quoted() + " (" + names + ") " +
                                       select + " ON CONFLICT DO NOTHING"});
  }

  void add_quarantine() {
    Arrays arrays(types_);
    std::string names;
    std::string values;
    for (const auto& [name, type] : quarantine_columns) {
      const std::string_view alias = type == ElementType::uuid ? "k" : name;
      arrays.add(type, alias);
      if (type == ElementType::uuid && shape_.has_ledger()) {
        add_keys(types_.size());
      }
      append_item(names, name);
      append_item(values, "t." + std::string(alias));
    }
    inserts_.push_back({"kept", "INSERT INTO " + tables_.quarantine.quoted() + " (" + names +
                                    ") SELECT " + values + " FROM " + arrays.from() + only_fresh() +
                                    " ON CONFLICT DO NOTHING"});
  }

  [[nodiscard]] std::string ledger_insert() const {
    const std::string insert = "INSERT INTO " + tables_.ledger.quoted() + " (key) SELECT ";
    if (key_array_count_ == 1) {
      return insert + "unnest(" + key_arrays_ + ")";
    }
    std::string joined = key_arrays_;
    joined.replace(joined.find(", "), 2, " || ");
    return insert + "k FROM unnest(" + joined + ") AS k ORDER BY k";
  }

  // Data-modifying CTEs that nothing reads run after the outer statement: with the ledger outside,
  // a duplicate ends the statement before a row is written.
  [[nodiscard]] std::string assembled() const {
    std::string sql;
    const auto add_part = [&sql](const Insert& part) {
      sql += sql.empty() ? "WITH " : ", ";
      sql += part.name + " AS (" + part.sql + ")";
    };
    if (shape_.attempt == Attempt::tolerant) {
      add_part({"fresh", ledger_insert() +
                             (shape_.replay ? " ON CONFLICT (key) DO UPDATE SET met = NULL"
                                            : " ON CONFLICT DO NOTHING") +
                             " RETURNING key"});
    }
    const std::size_t outer = shape_.has_ledger() ? inserts_.size() : inserts_.size() - 1;
    for (std::size_t i = 0; i < outer; ++i) {
      add_part(inserts_[i]);
    }
    sql += sql.empty() ? "" : " ";
    switch (shape_.attempt) {
      case Attempt::plain:
        return sql + inserts_.back().sql;
      case Attempt::optimistic:
        return sql + ledger_insert();
      case Attempt::tolerant:
        return sql + (settles_conflicts() ? "SELECT fresh.key, won.k IS NULL FROM fresh LEFT JOIN "
                                            "won ON won.k = fresh.key"
                                          : "SELECT key FROM fresh");
    }
    ENSURE(false);
    return sql;
  }

  const Tables& tables_;
  const Mapping& mapping_;
  const Shape& shape_;
  const RowRules& rules_;
  std::vector<std::uint32_t> types_;
  std::vector<Insert> inserts_;
  std::string key_arrays_;
  int key_array_count_ = 0;
};

template <typename Columns>
std::vector<std::string_view> names_of(const Columns& columns) {
  std::vector<std::string_view> names;
  names.reserve(std::size(columns));
  for (const auto& [name, type] : columns) {
    names.push_back(name);
  }
  return names;
}

}  // namespace

Statement build_met_statement(const Tables& tables, const Mapping& mapping,
                              const BusinessKey& key) {
  ENSURE(key.settles_conflicts());
  const Shape shape{.attempt = Attempt::tolerant};
  const RowRules rules{.key = key};
  return Builder(tables, mapping, shape, rules).build_met();
}

bool has_met(const Answer& answer, int row) {
  return answer.value(row, 1) == "\x01";  // a boolean in binary
}

std::vector<std::string_view> ledger_column_names() {
  return {"key"};
}
std::vector<std::string_view> vault_column_names() {
  return names_of(vault_columns);
}
std::vector<std::string_view> quarantine_column_names() {
  return names_of(quarantine_columns);
}

std::size_t shape_index(const Shape& shape) {
  return static_cast<std::size_t>(shape.attempt) * 8 + (shape.rows ? 4U : 0U) +
         (shape.vault ? 2U : 0U) + (shape.quarantine ? 1U : 0U);
}

Statement build_statement(const Tables& tables, const Mapping& mapping, const Shape& shape,
                          const RowRules& rules) {
  ENSURE(shape.rows || shape.vault || shape.quarantine);
  ENSURE(shape.rows || !shape.vault || !shape.has_ledger());
  ENSURE(!mapping.empty());
  ENSURE(!rules.key.settles_conflicts() || !shape.rows || shape.attempt == Attempt::tolerant);
  return Builder(tables, mapping, shape, rules).build();
}

}  // namespace moretta::pg
