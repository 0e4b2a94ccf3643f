#include "pg/load_sink.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "pg/prepared_statements.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/vault_memory.hpp"

namespace moretta::pg {

namespace {

std::vector<Item> items_of(std::size_t count) {
  std::vector<Item> items(count);
  for (std::size_t i = 0; i < count; ++i) {
    items[i].index = static_cast<std::uint32_t>(i);
  }
  return items;
}

std::string copy_sql(const Tables& tables, const Mapping& mapping) {
  std::string names;
  for (const Column& column : mapping) {
    names += (names.empty() ? "" : ", ") + quote_identifier(column.name);
  }
  return "COPY " + tables.target.quoted() + " (" + names + ") FROM STDIN (FORMAT binary)";
}

}  // namespace

// A connection with what is prepared on it.
class LoadSink::Session {
 public:
  explicit Session(const LoadSinkOptions& options)
      : options_(options),
        connection_(options.conninfo, options.connection),
        storing_("load rows into " + options.tables.target.shown()),
        copy_sql_(copy_sql(options.tables, options.mapping)),
        statements_(connection_, options.tables, options.mapping) {
    expect_types();
  }

  Connection& connection() { return connection_; }

  std::optional<ServerError> store(const LoadBatch& batch, const LoadStep& step,
                                   TurnParameters& parameters) {
    if (!begin_step(connection_, options_.tables, step)) {
      throw Refused("cannot go on with " + step.file.path + ": somebody else loads it now",
                    "wait for the other `moretta load` to end, then run this again");
    }
    const std::size_t rows = batch.rows.rows();
    if (rows > 0) {
      const auto copied = connection_.copy(storing_, copy_sql_, batch.rows.finish());
      if (!copied) {
        connection_.run(storing_, "ROLLBACK");
        return copied.error();
      }
      ENSURE(copied.value().affected() == rows);
    }
    store_beside(batch.beside, parameters);
    connection_.run(storing_, "COMMIT");
    parameters.teach(vault_memory_);
    return std::nullopt;
  }

  VaultMemory& vault_memory() { return vault_memory_; }

 private:
  void store_beside(const Writes& beside, TurnParameters& parameters) {
    const std::vector<Item> rows = items_of(beside.rows.size());
    const std::vector<Item> quarantine = items_of(beside.quarantine.size());
    const Part part{.rows = rows, .quarantine = quarantine};
    const Shape shape{.attempt = Attempt::plain,
                      .rows = false,
                      .vault = parameters.gather_vault(beside, part, vault_memory_),
                      .quarantine = !quarantine.empty()};
    if (!shape.vault && !shape.quarantine) {
      return;
    }
    const auto stored = connection_.execute(storing_, statements_.prepared(shape, storing_),
                                            parameters.encode(beside, part, shape));
    if (!stored) {
      throw_server_error(storing_, stored.error());  // our own tables have to take everything
    }
  }

  // An INSERT casts what it is given; a binary COPY takes the bytes for what the table says.
  void expect_types() {
    const TableName& target = options_.tables.target;
    const Answer answer = connection_.run(storing_, without_comments(sql::check_columns_sql),
                                          std::array{target.quoted()});
    if (answer.rows() == 0) {
      throw Refused("cannot " + storing_ + ": there is no such table",
                    "create it: moretta schema --apply");
    }
    std::string wrong;
    for (const Column& column : options_.mapping) {
      for (int row = 0; row < answer.rows(); ++row) {
        if (answer.value(row, 0) == column.name && !takes(answer.value(row, 1), column)) {
          wrong += (wrong.empty() ? "" : ", ") + column.name + " is " +
                   std::string(answer.value(row, 3)) + ", not " + declared_type(column);
        }
      }
    }
    if (!wrong.empty()) {
      throw Refused("cannot " + storing_ + ": " + wrong,
                    "declare the columns' types in the config as the table has them");
    }
  }

  static bool takes(std::string_view type, const Column& column) {
    std::uint32_t oid = 0;
    std::from_chars(type.data(), type.data() + type.size(), oid);
    const std::vector<std::uint32_t> good = copy_types(column);
    return std::ranges::find(good, oid) != good.end();
  }

  const LoadSinkOptions& options_;
  Connection connection_;
  std::string storing_;  // completes "cannot ..."
  std::string copy_sql_;
  PreparedStatements statements_;
  VaultMemory vault_memory_;  // of what this connection has committed: it ends with it
};

LoadSink::LoadSink(LoadSinkOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), parameters_(options_.mapping) {}

LoadSink::~LoadSink() = default;

// Whoever has taken the session gives it back when all went well; else it ends with the error.
std::unique_ptr<LoadSink::Session> LoadSink::take_session() {
  return session_ == nullptr ? std::make_unique<Session>(options_) : std::move(session_);
}

void LoadSink::open() {
  session_ = take_session();
}

std::optional<ServerError> LoadSink::store(const LoadBatch& batch, const LoadStep& step) {
  std::unique_ptr<Session> session = take_session();
  session->vault_memory().pass_time(clock_.steady());
  auto refused = session->store(batch, step, parameters_);
  session_ = std::move(session);
  return refused;
}

std::optional<std::int64_t> LoadSink::next_offset(const LoadStep& step) {
  std::unique_ptr<Session> session = take_session();
  const auto ranges = loaded_ranges(session->connection(), options_.tables, step.file.id);
  session_ = std::move(session);
  const auto found = std::ranges::find(ranges, step.range_begin, &LoadedRange::begin);
  return found == ranges.end() ? std::nullopt : std::optional(found->next);
}

}  // namespace moretta::pg
