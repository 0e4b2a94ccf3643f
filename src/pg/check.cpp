#include "pg/check.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "pg/array_encoder.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/statements.hpp"
#include "pg/table_columns.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view checking = "check the database";
constexpr std::string_view apply = "create it: moretta schema --apply";

// Originals that a recoverable token's column should have room for: 36 characters of a uuid, 39 of
// an IPv6 address, and a little more.
constexpr std::size_t usual_value_bytes = 64;

// The type that a statement puts into the column (pg/statements.cpp).
std::string sent_type(const Column& column) {
  const bool cast = column.type == ColumnType::numeric || column.type == ColumnType::uuid ||
                    column.type == ColumnType::inet || column.type == ColumnType::jsonb;
  return std::string(cast ? type_name(column.type) : element_name(element_type(column.type)));
}

// Integers in the order of what they hold; 0 for other types.
int integer_size(std::string_view type) {
  if (type == "int2") {
    return 1;
  }
  if (type == "int4") {
    return 2;
  }
  return type == "int8" ? 3 : 0;
}

class Checker {
 public:
  Checker(Connection& connection, const CheckOptions& options)
      : connection_(connection), options_(options) {}

  std::vector<Finding> run() {
    check_server();
    const Tables& tables = options_.tables;
    if (check_table(tables.target, Kind::target)) {
      check_target_columns();
      check_business_key();
    }
    if (options_.ledger == Ledger::on) {
      check_own(tables.ledger, Kind::ledger, ledger_column_names());
    }
    if (options_.rejects == Rejects::quarantined) {
      check_own(tables.quarantine, Kind::own, quarantine_column_names());
    }
    const bool has_vault = std::ranges::any_of(options_.policies, [](const mask::Policy& policy) {
      return policy.recover != mask::Recover::no;
    });
    if (has_vault) {
      check_own(tables.vault, Kind::own, vault_column_names());
    }
    check_keys();
    return std::move(findings_);
  }

 private:
  enum class Kind { target, ledger, own, registry };

  void add(Severity severity, std::string subject, std::string what, std::string fix) {
    findings_.push_back({.severity = severity,
                         .subject = std::move(subject),
                         .what = std::move(what),
                         .fix = std::move(fix)});
  }

  void check_server() {
    const Answer answer = connection_.run(checking, without_comments(sql::check_server_sql));
    role_ = answer.value(0, 1);
    if (answer.is_true(0, 0)) {
      add(Severity::error, "server", "takes no writes: it is a standby or set to read only",
          "connect to the primary, e.g. with target_session_attrs=read-write and all hosts");
    }
    if (answer.value(0, 2) != "UTF8") {
      add(Severity::warning, "server",
          "stores text as " + std::string(answer.value(0, 2)) +
              ", which cannot hold every character: such rows will be quarantined",
          "use a database with encoding UTF8");
    }
  }

  void check_keys() {
    const TableName& registry = options_.tables.key_registry;
    if (options_.keys.empty() || !check_table(registry, Kind::registry)) {
      return;
    }
    for (std::string& conflict : key_conflicts(connection_, registry, options_.keys)) {
      add(Severity::error, registry.shown(), std::move(conflict),
          "take the right key out of the backup, or add this one under a new id");
    }
  }

  // Is it there?
  bool check_table(const TableName& table, Kind kind) {
    const Answer answer = connection_.run(checking, without_comments(sql::check_tables_sql),
                                          std::array{table.quoted()});
    const std::string subject = table.shown();
    if (answer.rows() == 0) {
      add(Severity::error, subject, "is missing, or its schema is closed to role " + role_,
          std::string(apply));
      return false;
    }
    const auto expect = [&](int column, std::string_view right, const std::string& on) {
      if (!answer.is_true(0, column)) {
        add(Severity::error, subject, fmt::format("role {} has no right to {}", role_, right),
            fmt::format("GRANT {} ON {} TO {}", right, on, quote_identifier(role_)));
      }
    };
    expect(0, "USAGE", "SCHEMA " + quote_identifier(table.schema));
    expect(1, "INSERT", table.quoted());
    if (kind == Kind::ledger || kind == Kind::registry) {
      expect(2, "SELECT", table.quoted());  // to hear which were there
      if (answer.is_true(0, 3)) {
        add(Severity::warning, subject,
            fmt::format("its day partitions are not made and dropped by role {}", role_),
            "run moretta schema --apply once a day as the table's owner, or make the role its "
            "owner");
      }
    }
    if (kind != Kind::target && !answer.is_true(0, 4)) {
      add(Severity::error, subject, "has no primary key: duplicates would not be noticed",
          "drop it and create it anew: moretta schema --apply");
    }
    return true;
  }

  void check_own(const TableName& table, Kind kind, const std::vector<std::string_view>& wanted) {
    if (!check_table(table, kind)) {
      return;
    }
    const std::vector<ActualColumn> actual = columns_of(connection_, table);
    for (const std::string_view name : wanted) {
      if (std::ranges::find(actual, name, &ActualColumn::name) == actual.end()) {
        add(Severity::error, table.shown(), fmt::format("has no column {}", name),
            "it was not made by moretta: give ours another name, or move it away");
      }
    }
  }

  void check_target_columns() {
    const std::vector<ActualColumn> actual = columns_of(connection_, options_.tables.target);
    for (std::size_t i = 0; i < options_.mapping.size(); ++i) {
      const Column& column = options_.mapping[i];
      const auto found = std::ranges::find(actual, column.name, &ActualColumn::name);
      if (found == actual.end()) {
        add(Severity::error, subject_of(column.name), "is missing",
            fmt::format("ALTER TABLE {} ADD COLUMN {} {}", options_.tables.target.quoted(),
                        quote_identifier(column.name), declared_type(column)));
        continue;
      }
      check_type(column, *found);
      check_width(column, options_.policies[i], *found);
      check_null(column, options_.policies[i], *found);
    }
    for (const ActualColumn& column : actual) {
      const bool is_mapped =
          std::ranges::find(options_.mapping, column.name, &Column::name) != options_.mapping.end();
      if (!is_mapped && column.is_not_null && !column.has_default) {
        add(Severity::error, subject_of(column.name), "takes no NULL, and nothing is mapped to it",
            "map it in the config, give it a default, or drop its NOT NULL");
      }
    }
  }

  void check_business_key() {
    const BusinessKey& key = options_.business_key;
    if (key.columns.empty()) {
      return;
    }
    const TableName& target = options_.tables.target;
    const KeyFindings found = find_business_key(connection_, target, options_.mapping, key);
    if (!found.has_index) {
      add(Severity::error, target.shown(),
          fmt::format("has no unique index on ({}) alone: the database would not see a conflict",
                      key_names(key)),
          key_index_sql(target, key));
    }
    const auto expect = [&](bool is_granted, std::string_view right) {
      if (!is_granted) {
        add(Severity::error, target.shown(),
            fmt::format("role {} has no right to {} what `table.on_conflict` takes", role_, right),
            fmt::format("GRANT {} ON {} TO {}", right, target.quoted(), quote_identifier(role_)));
      }
    };
    expect(found.may_select, "SELECT");
    expect(found.may_update, "UPDATE");
  }

  void check_type(const Column& column, const ActualColumn& actual) {
    const std::string sent = sent_type(column);
    const Answer answer = connection_.run(checking, without_comments(sql::check_cast_sql),
                                          std::array{sent, actual.base_type});
    ENSURE(answer.rows() == 1);
    const int size = integer_size(answer.value(0, 1));
    if (!answer.is_true(0, 0)) {
      add(Severity::error, subject_of(column.name),
          fmt::format("is {}, which takes no {}", actual.shown, declared_type(column)),
          "declare the column's type in the config as the table has it");
    } else if (size != 0 && size < integer_size(sent)) {
      add(Severity::warning, subject_of(column.name),
          fmt::format("is {}: larger numbers of {} will be quarantined", actual.shown,
                      declared_type(column)),
          "declare the column's type in the config as the table has it");
    }
    if (actual.is_generated) {
      add(Severity::error, subject_of(column.name), "is generated always by the server",
          "take it out of the mapping");
    }
  }

  void check_width(const Column& column, const mask::Policy& policy, const ActualColumn& actual) {
    const bool is_text = column.type == ColumnType::text || column.type == ColumnType::varchar;
    if (!actual.width || !is_text || policy.method == mask::Method::redact) {
      return;
    }
    const std::size_t width = *actual.width;
    if (policy.method == mask::Method::keep) {
      if (!column.width || static_cast<std::size_t>(*column.width) > width) {
        add(Severity::warning, subject_of(column.name),
            fmt::format("holds {} characters, the config lets longer values through: they will be "
                        "quarantined",
                        width),
            fmt::format("declare it as varchar({}) in the config, or widen the column", width));
      }
      return;
    }
    check_token_width(column, policy, width);
  }

  void check_token_width(const Column& column, const mask::Policy& policy, std::size_t width) {
    const auto chars = [&](std::size_t bytes) {
      return mask::token_chars_max(policy, policy.key_id == 0 ? options_.key_id : policy.key_id,
                                   bytes);
    };
    const auto bound = mask::value_bytes_bound(policy);
    if (chars(bound.value_or(1)) > width) {
      add(Severity::error, subject_of(column.name),
          fmt::format("holds {} characters, a token of {} has {} or {}", width,
                      mask::method_name(policy.method), chars(bound.value_or(1)),
                      bound ? "fewer" : "more"),
          fmt::format("widen the column to varchar({})", chars(bound.value_or(usual_value_bytes))));
      return;
    }
    const std::size_t usual = bound.value_or(usual_value_bytes);
    if (chars(usual) <= width) {
      return;
    }
    std::size_t bytes = usual;
    while (bytes > 1 && chars(bytes) > width) {
      --bytes;
    }
    add(Severity::warning, subject_of(column.name),
        fmt::format("holds {} characters: values of more than {} bytes will be quarantined", width,
                    bytes),
        fmt::format("widen the column to varchar({})", chars(usual_value_bytes)));
  }

  void check_null(const Column& column, const mask::Policy& policy, const ActualColumn& actual) {
    if (!actual.is_not_null) {
      return;
    }
    if (policy.method == mask::Method::redact && !policy.constant) {
      add(Severity::error, subject_of(column.name),
          "takes no NULL, and its mask gives nothing else",
          "give redact a constant, or drop the column's NOT NULL");
    } else if (policy.empty == mask::Empty::null) {
      add(Severity::warning, subject_of(column.name),
          "takes no NULL, its mask gives one for an empty text: such messages will be quarantined",
          "take `empty: null` out of the config, or drop the column's NOT NULL");
    } else if (column.nullable && !column.default_text) {
      add(Severity::warning, subject_of(column.name),
          "takes no NULL, the config lets NULL through: such messages will be quarantined",
          "take nullable out of the config, or drop the column's NOT NULL");
    }
  }

  [[nodiscard]] std::string subject_of(std::string_view column) const {
    return options_.tables.target.shown() + "." + std::string(column);
  }

  Connection& connection_;
  const CheckOptions& options_;
  std::string role_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check(Connection& connection, const CheckOptions& options) {
  ENSURE(options.mapping.size() == options.policies.size());
  return Checker(connection, options).run();
}

}  // namespace moretta::pg
