#pragma once

// One connection to Postgres, owned. Waits have limits, notices are silent, and a failure is an
// Unavailable, a Refused or (for a row's own fault) a value; none of them quotes what the server
// said of a row.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "pg/conninfo.hpp"

namespace moretta::pg {

inline constexpr int server_version_min = 100000;          // 10: the oldest that we test against
inline constexpr int server_version_partitioned = 110000;  // 11: primary keys of partitioned tables

// What the server said, without its texts.
struct ServerError {
  std::string sqlstate;
  std::string table;
  std::string column;
  std::string constraint;

  bool operator==(const ServerError&) const = default;

  // "unique_violation (SQLSTATE 23505), table t, constraint t_pkey".
  [[nodiscard]] std::string shown() const;
};

// Throws what fits the error: Unavailable or Refused. `doing` completes "cannot ...".
[[noreturn]] void throw_server_error(std::string_view doing, const ServerError& error,
                                     std::string_view detail = {});

class Answer {
 public:
  explicit Answer(PGresult* result) : result_(result) {}

  [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
  [[nodiscard]] int columns() const { return PQnfields(result_.get()); }
  [[nodiscard]] bool is_null(int row, int column) const;
  // Text or bytes, as asked for; valid while the answer lives.
  [[nodiscard]] std::string_view value(int row, int column) const;
  [[nodiscard]] bool is_true(int row, int column) const { return value(row, column) == "t"; }
  // A whole number as text; 0 if it is NULL or none.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  // Rows that the statement changed.
  [[nodiscard]] std::size_t affected() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

// Parameters in binary, borrowed.
struct Parameters {
  std::vector<const char*> values;
  std::vector<int> lengths;

  void add(std::string_view bytes) {
    values.push_back(bytes.data());
    lengths.push_back(static_cast<int>(bytes.size()));
  }
  void clear() {
    values.clear();
    lengths.clear();
  }
};

struct ConnectionOptions {
  std::string purpose = "moretta";  // application_name, unless the connection text gives one
  // Long enough for a turn behind another worker's lock or a checkpoint; after it the turn is tried
  // again, which the ledger makes harmless.
  Seconds statement_timeout{30};
  // Called about once a second while the server is waited for, in the thread that waits. What it
  // throws ends the wait, and the connection with it.
  std::function<void()> while_waiting = [] {
  };
  Seconds connect_timeout{10};  // for each host; libpq knows none below 2
};

// For one thread. After an Unavailable it is of no more use: make another.
class Connection {
 public:
  // Connects, once more if the login was refused and its keeper has a newer one. Throws
  // Unavailable, Refused.
  Connection(const Conninfo& conninfo, const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  [[nodiscard]] int server_version() const { return PQserverVersion(connection_.get()); }
  [[nodiscard]] int backend_pid() const { return PQbackendPID(connection_.get()); }

  // How long each wait for the server may last from now on, if that is less than what the statement
  // timeout allows.
  void wait_at_most(Millis wait);

  // Whether the server is still there, asked for at most `within`. If it is not, this is of no more
  // use.
  [[nodiscard]] bool is_alive(Millis within);

  // One or more statements in one round trip; the answer of the last. For statements that carry no
  // value of a row. Throws Unavailable, Refused.
  Answer run(std::string_view doing, const std::string& sql);
  Answer run(std::string_view doing, const std::string& sql, std::span<const std::string> texts);

  void prepare(std::string_view doing, const std::string& name, const std::string& sql,
               std::span<const Oid> types);

  // A prepared statement. An error that is a row's own fault is returned. Throws Unavailable,
  // Refused.
  Result<Answer, ServerError> execute(std::string_view doing, const std::string& name,
                                      const Parameters& parameters);

  // The same without preparing it: for statements that are run once.
  Result<Answer, ServerError> query(std::string_view doing, const std::string& sql,
                                    std::span<const Oid> types, const Parameters& parameters);

  // `sql` is a COPY ... FROM STDIN, `data` all of what it takes. The answer says how many rows were
  // copied; an error that is a row's own fault is returned. Throws Unavailable, Refused.
  Result<Answer, ServerError> copy(std::string_view doing, const std::string& sql,
                                   std::string_view data);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  void connect(const Conninfo& conninfo);
  void expect_sent(std::string_view doing, int sent);
  Result<Answer, ServerError> await(std::string_view doing);
  void flush(std::string_view doing);
  void send_copy_data(std::string_view doing, std::string_view data);
  Result<Answer, ServerError> row_fault_or_throw(std::string_view doing,
                                                 Result<Answer, ServerError> result);
  void wait_for_socket(std::string_view doing, short events);
  Answer value_or_throw(std::string_view doing, Result<Answer, ServerError> result);

  std::unique_ptr<PGconn, Finish> connection_;
  Millis reply_wait_max_;  // what the statement timeout allows
  Millis reply_wait_;      // at most that
  std::function<void()> while_waiting_;
  std::string primary_text_;  // of the last error
};

}  // namespace moretta::pg
