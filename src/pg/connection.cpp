#include "pg/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <poll.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "base/take.hpp"
#include "base/within.hpp"
#include "pg/login.hpp"
#include "pg/server_proof.hpp"
#include "pg/sqlstate.hpp"

namespace moretta::pg {

namespace {

constexpr int results_max = 1000;  // statements in one `run`; the longest script has a few dozen

// The server ends a statement by itself after its timeout; what is silent for longer is not there.
constexpr Seconds reply_slack{30};
constexpr Millis wait_slice{1'000};  // between calls of while_waiting

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

ServerError error_of(const PGresult* result) {
  return {.sqlstate = field(result, PG_DIAG_SQLSTATE),
          .table = field(result, PG_DIAG_TABLE_NAME),
          .column = field(result, PG_DIAG_COLUMN_NAME),
          .constraint = field(result, PG_DIAG_CONSTRAINT_NAME)};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    if (!line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

// With PQERRORS_SQLSTATE, what a server said of a connection ends in its code: "...: FATAL: 28P01".
std::string_view sqlstate_at_end(std::string_view line) {
  constexpr std::size_t code_chars = 5;
  constexpr std::string_view before = ":  ";
  if (line.size() < code_chars + before.size() ||
      line.substr(line.size() - code_chars - before.size(), before.size()) != before) {
    return {};
  }
  const std::string_view code = line.substr(line.size() - code_chars);
  return code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos
             ? code
             : std::string_view();
}

// What libpq itself finds wrong with the settings has no SQLSTATE.
bool is_wrong_setting(std::string_view line) {
  for (const std::string_view sign : std::to_array<std::string_view>(
           {"certificate", "does not support SSL", "no password supplied", "invalid sslmode",
            "invalid port number", "definition of service", "requires a stronger"})) {
    if (line.find(sign) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

// A wrong password, or one that PAM or RDS did not accept: a newer one may be right.
bool is_login_refused(std::string_view message) {
  return std::ranges::any_of(lines_of(message), [](std::string_view line) {
    const std::string_view code = sqlstate_at_end(line);
    return code == "28P01" || code == "28000";
  });
}

constexpr std::string_view tls_hint =
    "a server on another machine has to show a certificate of its name: name its authority "
    "(sslrootcert=FILE), or say in the connection text what is enough (sslmode=require, "
    "sslmode=disable)";

[[noreturn]] void throw_connect_error(const Conninfo& conninfo, std::string_view message) {
  const std::string tried = "cannot connect to postgres (" + conninfo.shown() + "): ";
  std::string said;
  std::string hint;
  bool for_now = false;
  for (const std::string_view line : lines_of(message)) {
    const std::string_view code = sqlstate_at_end(line);
    said += (said.empty() ? "" : "; ");
    if (code.empty()) {
      said += line;
      for_now |= !is_wrong_setting(line);
    } else {
      said += std::string(condition_name(code)) + " (SQLSTATE " + std::string(code) + ")";
      hint = hint_for(code);
      for_now |= fault_of(code) == Fault::for_now;
    }
  }
  if (conninfo.login() != nullptr && is_login_refused(message)) {
    hint = conninfo.login()->hint();
  }
  if (for_now || said.empty()) {
    throw Unavailable(tried + (said.empty() ? "no reason given" : said));
  }
  throw Refused(tried + said, hint.empty() ? std::string(tls_hint) : hint);
}

Conninfo with_defaults(const Conninfo& given, const ConnectionOptions& options) {
  Conninfo conninfo = given;
  if (Login* const login = conninfo.login()) {
    login->fill(conninfo);  // first, for it may say where the server is
  }
  demand_proof(conninfo);
  conninfo.set("client_encoding", "UTF8");
  conninfo.set_default("application_name", options.purpose);
  conninfo.set_default("connect_timeout", std::to_string(options.connect_timeout.count()));
  // A peer that vanished is noticed after 30 + 3 * 10 s instead of the kernel's two hours.
  conninfo.set_default("keepalives_idle", "30");
  conninfo.set_default("keepalives_interval", "10");
  conninfo.set_default("keepalives_count", "3");
  conninfo.set_default("tcp_user_timeout", "60000");
  return conninfo;
}

void ignore_notice(void* /*unused*/, const PGresult* /*unused*/) {}

// libpq's own limits are for each host's answers; its lookups of names know none.
Millis connect_time_max(const Conninfo& conninfo) {
  constexpr Millis lookup_time{20'000};  // two lookups by the system's defaults
  constexpr int addresses_of_host = 4;   // of which each gets the timeout; seldom more than two
  const std::string_view hosts = conninfo.get("host");
  const auto count = 1 + std::ranges::count(hosts, ',');
  int seconds = 0;
  const std::string_view timeout = conninfo.get("connect_timeout");
  std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds);
  return lookup_time + count * addresses_of_host * Millis{Seconds{std::max(seconds, 2)}};
}

PGconn* connect_blocking(const Conninfo& conninfo) {
  const auto keywords = conninfo.keywords();
  const auto values = conninfo.values();
  PGconn* connection = PQconnectStartParams(keywords.data(), values.data(), 0);
  ENSURE(connection != nullptr);  // out of memory
  PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
  PQsetNoticeReceiver(connection, ignore_notice, nullptr);
  // Verbosity needs a connection object, and only the blocking call tries several hosts within
  // their timeouts: so begin without waiting, then connect for good.
  PQreset(connection);
  return connection;
}

}  // namespace

std::string ServerError::shown() const {
  std::string out = std::string(condition_name(sqlstate)) + " (SQLSTATE " + sqlstate + ")";
  const auto add = [&out](std::string_view what, const std::string& name) {
    if (!name.empty()) {
      out += ", " + std::string(what) + " " + name;
    }
  };
  add("table", table);
  add("column", column);
  add("constraint", constraint);
  return out;
}

void throw_server_error(std::string_view doing, const ServerError& error, std::string_view detail) {
  std::string what = "cannot " + std::string(doing) + ": " + error.shown();
  switch (fault_of(error.sqlstate)) {
    case Fault::for_now:
      throw Unavailable(what);
    case Fault::for_good:
      what += detail.empty() ? "" : ": " + std::string(detail);
      break;
    case Fault::of_row:
    case Fault::unexpected:
      break;
  }
  throw Refused(what, hint_for(error.sqlstate));
}

bool Answer::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) == 1;
}

std::string_view Answer::value(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Answer::integer(int row, int column) const {
  const std::string_view digits = value(row, column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::size_t Answer::affected() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  std::size_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

Connection::Connection(const Conninfo& given, const ConnectionOptions& options)
    : reply_wait_max_(options.statement_timeout + reply_slack),
      reply_wait_(reply_wait_max_),
      while_waiting_(options.while_waiting) {
  Conninfo conninfo = with_defaults(given, options);
  connect(conninfo);
  int looked = 0;
  while (PQstatus(connection_.get()) != CONNECTION_OK && conninfo.login() != nullptr &&
         is_login_refused(PQerrorMessage(connection_.get())) &&
         conninfo.login()->renew(conninfo, looked)) {
    connect(conninfo);
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw_connect_error(conninfo, PQerrorMessage(connection_.get()));
  }
  if (server_version() < server_version_min) {
    throw Refused("cannot use this postgres: version " + std::to_string(server_version() / 10000),
                  "use postgres 10 or newer");
  }
  ENSURE(PQsetnonblocking(connection_.get(), 1) == 0);
  const Millis timeout = options.statement_timeout;
  run("set up the session",
      "SET statement_timeout = " + std::to_string(timeout.count()) +
          "; SET standard_conforming_strings = on"
          // A commit that a crash may take back is none: the message would be deleted for it.
          "; SELECT set_config('synchronous_commit', 'on', false)"
          " WHERE current_setting('synchronous_commit') = 'off'");
}

void Connection::connect(const Conninfo& conninfo) {
  auto made = within(
      connect_time_max(conninfo),
      [conninfo] { return std::unique_ptr<PGconn, Finish>(connect_blocking(conninfo)); },
      while_waiting_);
  if (!made) {
    throw Unavailable("cannot connect to postgres (" + conninfo.shown() +
                      "): nothing for so long that its name may be what does not resolve");
  }
  connection_ = std::move(*made);
}

void Connection::wait_at_most(Millis wait) {
  reply_wait_ = std::clamp(wait, Millis{0}, reply_wait_max_);
}

bool Connection::is_alive(Millis within) {
  const Millis usual = std::exchange(reply_wait_, std::min(within, reply_wait_max_));
  bool alive = true;
  try {
    run("look whether the server is there", "SELECT");
  } catch (const std::runtime_error&) {
    alive = false;
  }
  reply_wait_ = usual;
  return alive;
}

void Connection::expect_sent(std::string_view doing, int sent) {
  if (sent != 1) {
    throw Unavailable("cannot " + std::string(doing) + ": the connection to postgres is lost");
  }
}

void Connection::wait_for_socket(std::string_view doing, short events) {
  pollfd waiting{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
  for (Millis waited{0}; waited < reply_wait_; waited += wait_slice) {
    const Millis slice = std::min<Millis>(wait_slice, reply_wait_ - waited);
    const int ready = poll(&waiting, 1, static_cast<int>(slice.count()));
    if (ready > 0 || (ready < 0 && errno == EINTR)) {
      return;
    }
    if (ready < 0) {
      throw Unavailable("cannot " + std::string(doing) +
                        ": poll: " + std::generic_category().message(errno));
    }
    while_waiting_();
  }
  throw Unavailable("cannot " + std::string(doing) + ": postgres did not answer for " +
                    std::to_string(reply_wait_.count()) + " ms");
}

void Connection::flush(std::string_view doing) {
  PGconn* connection = connection_.get();
  for (int unsent = PQflush(connection); unsent != 0; unsent = PQflush(connection)) {
    expect_sent(doing, unsent == -1 ? 0 : 1);
    wait_for_socket(doing, POLLIN | POLLOUT);
    expect_sent(doing, PQconsumeInput(connection));
  }
}

// The result of all that was sent; a COPY that waits for its data ends the waiting.
Result<Answer, ServerError> Connection::await(std::string_view doing) {
  PGconn* connection = connection_.get();
  flush(doing);
  Answer last(nullptr);
  std::optional<ServerError> error;
  for (int i = 0;; ++i) {
    ENSURE(i <= results_max);
    while (PQisBusy(connection) == 1) {
      wait_for_socket(doing, POLLIN);
      expect_sent(doing, PQconsumeInput(connection));
    }
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) {
      break;
    }
    last = Answer(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN) {
      break;
    }
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !error) {
      error = error_of(result);
      primary_text_ = field(result, PG_DIAG_MESSAGE_PRIMARY);
    }
  }
  // A server that goes away says why, if it can; that reason may be of any class.
  if (PQstatus(connection) != CONNECTION_OK || (error && error->sqlstate.empty())) {
    throw Unavailable("cannot " + std::string(doing) + ": the connection to postgres is lost" +
                      (error && !error->sqlstate.empty() ? ": " + error->shown() : ""));
  }
  if (error) {
    return Failure{*std::move(error)};
  }
  return last;
}

Answer Connection::value_or_throw(std::string_view doing, Result<Answer, ServerError> result) {
  if (!result) {
    throw_server_error(doing, result.error(), primary_text_);
  }
  return std::move(result).value();
}

Answer Connection::run(std::string_view doing, const std::string& sql) {
  expect_sent(doing, PQsendQuery(connection_.get(), sql.c_str()));
  return value_or_throw(doing, await(doing));
}

Answer Connection::run(std::string_view doing, const std::string& sql,
                       std::span<const std::string> texts) {
  std::vector<const char*> values;
  for (const std::string& text : texts) {
    values.push_back(text.c_str());
  }
  expect_sent(doing,
              PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                nullptr, values.data(), nullptr, nullptr, 0));
  return value_or_throw(doing, await(doing));
}

void Connection::prepare(std::string_view doing, const std::string& name, const std::string& sql,
                         std::span<const Oid> types) {
  expect_sent(doing, PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(),
                                   static_cast<int>(types.size()), types.data()));
  value_or_throw(doing, await(doing));
}

Result<Answer, ServerError> Connection::execute(std::string_view doing, const std::string& name,
                                                const Parameters& parameters) {
  constexpr int binary = 1;
  const std::vector<int> formats(parameters.values.size(), binary);
  expect_sent(doing, PQsendQueryPrepared(connection_.get(), name.c_str(),
                                         static_cast<int>(parameters.values.size()),
                                         parameters.values.data(), parameters.lengths.data(),
                                         formats.data(), binary));
  return row_fault_or_throw(doing, await(doing));
}

Result<Answer, ServerError> Connection::query(std::string_view doing, const std::string& sql,
                                              std::span<const Oid> types,
                                              const Parameters& parameters) {
  constexpr int binary = 1;
  const std::vector<int> formats(parameters.values.size(), binary);
  expect_sent(doing,
              PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(types.size()),
                                types.data(), parameters.values.data(), parameters.lengths.data(),
                                formats.data(), binary));
  return row_fault_or_throw(doing, await(doing));
}

Result<Answer, ServerError> Connection::row_fault_or_throw(std::string_view doing,
                                                           Result<Answer, ServerError> result) {
  if (!result && fault_of(result.error().sqlstate) != Fault::of_row) {
    throw_server_error(doing, result.error());
  }
  return result;
}

Result<Answer, ServerError> Connection::copy(std::string_view doing, const std::string& sql,
                                             std::string_view data) {
  expect_sent(doing, PQsendQuery(connection_.get(), sql.c_str()));
  value_or_throw(doing, await(doing));
  send_copy_data(doing, data);
  return row_fault_or_throw(doing, await(doing));
}

// A server that refuses a row takes the rest all the same, and says so at the end.
void Connection::send_copy_data(std::string_view doing, std::string_view data) {
  constexpr std::size_t piece_bytes_max = 65'536;  // so that the server begins before all is sent
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, piece_bytes_max);
    // Flushed after each piece, libpq's buffer always has room for the next.
    expect_sent(doing,
                PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size())));
    flush(doing);
    data.remove_prefix(piece.size());
  }
  expect_sent(doing, PQputCopyEnd(connection_.get(), nullptr));
}

}  // namespace moretta::pg
