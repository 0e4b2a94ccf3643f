// What a row costs in the sink and in the server's backend: rows a second, CPU of both, WAL. A
// throwaway server with its own defaults, commits waited for; the rows are like the logins.
//   pg_sink_bench [turn_rows] [measured_rows] [rows_before]

#include <cstdlib>
#include <fstream>

#include <sys/resource.h>

#include "base/encoding.hpp"
#include "pg/pg_sink.hpp"
#include "pg/schema.hpp"
#include "pg/throwaway.hpp"
#include "support/rows.hpp"

namespace moretta {
namespace {

Column column(std::string name, ColumnType type, std::optional<int> width = {}) {
  Column made;
  made.name = std::move(name);
  made.type = type;
  made.width = width;
  return made;
}

Mapping logins() {
  return {column("user_id", ColumnType::varchar, 128),
          column("device_type", ColumnType::varchar, 32),
          column("masked_ip", ColumnType::varchar, 256),
          column("masked_device_id", ColumnType::varchar, 256),
          column("locale", ColumnType::varchar, 32),
          column("app_version", ColumnType::integer),
          column("create_date", ColumnType::date)};
}

// On-CPU time of a process, from the kernel's scheduler statistics.
double cpu_seconds(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/schedstat");
  double nanoseconds = 0;
  stat >> nanoseconds;
  return nanoseconds / 1e9;
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Bench {
  pg::Throwaway& server;
  SystemClock& clock;
  Log log{LogFormat::text, LogLevel::warn};
  test::RowMaker rows{logins()};
  int next = 0;

  Writes turn(int count, bool maybe_seen) {
    Writes writes;
    writes.maybe_seen = maybe_seen;
    const WallTime today = clock.wall() - Seconds{3600};
    for (int i = 0; i < count; ++i, ++next) {
      const LedgerKey key = test::key_of(next, today);
      const std::string id = hex(key.bytes);
      writes.rows.push_back(
          {.key = key,
           .row = rows.row({test::text("424cdd21-063a-43a7-b91b-7ca1a833afae"),
                            test::text("android"), test::text(id), test::text(id), test::text("RU"),
                            test::number(2), test::date(20'000)})});
    }
    return writes;
  }

  void measure(const char* name, pg::PgSink& sink, int turn_rows, int measured_rows,
               bool maybe_seen) {
    std::vector<Writes> turns;
    for (int done = 0; done < measured_rows; done += turn_rows) {
      turns.push_back(turn(turn_rows, maybe_seen));
    }
    sink.write(turn(turn_rows, maybe_seen));
    pg::Connection watcher(pg::Conninfo(server.conninfo()), {});
    watcher.run("checkpoint", "CHECKPOINT");
    const auto wal = [&watcher] {
      return std::stod(std::string(
          watcher.run("ask", "SELECT pg_current_wal_insert_lsn() - '0/0'").value(0, 0)));
    };
    const double wal_before = wal();
    const double backend_before = cpu_seconds(sink.backend_pid());
    const double own_before = own_cpu_seconds();
    const SteadyTime start = clock.steady();
    for (const Writes& writes : turns) {
      sink.write(writes);
    }
    const double seconds = std::chrono::duration<double>(clock.steady() - start).count();
    const double count = static_cast<double>(turns.size()) * turn_rows;
    std::printf("%-22s %8.0f rows/s  backend %5.2f us/row  client %5.2f us/row  WAL %5.0f B/row\n",
                name, count / seconds,
                (cpu_seconds(sink.backend_pid()) - backend_before) / count * 1e6,
                (own_cpu_seconds() - own_before) / count * 1e6, (wal() - wal_before) / count);
    std::fflush(stdout);
  }
};

void run(int turn_rows, int measured_rows, int rows_before) {
  SystemClock clock;
  pg::Throwaway server({.fsync = pg::Fsync::on}, clock);
  Bench bench{.server = server, .clock = clock};
  const pg::Tables tables = pg::tables_beside({.schema = {}, .table = "logins"});
  pg::Connection connection(pg::Conninfo(server.conninfo()), {});
  pg::apply_schema(connection, tables, logins(), {}, clock.wall());
  const auto sink = [&](pg::Ledger ledger) {
    return pg::PgSink({.conninfo = pg::Conninfo(server.conninfo()),
                       .tables = tables,
                       .mapping = logins(),
                       .ledger = ledger},
                      clock, bench.log);
  };
  pg::PgSink with_ledger = sink(pg::Ledger::on);
  pg::PgSink without = sink(pg::Ledger::off);
  bench.measure("empty: optimistic", with_ledger, turn_rows, measured_rows, false);
  bench.measure("empty: tolerant", with_ledger, turn_rows, measured_rows, true);
  bench.measure("empty: no ledger", without, turn_rows, measured_rows, false);
  for (int done = 0; done < rows_before; done += 10'000) {
    with_ledger.write(bench.turn(10'000, false));
  }
  std::printf("after %d more ids\n", rows_before);
  bench.measure("full: optimistic", with_ledger, turn_rows, measured_rows, false);
  bench.measure("full: tolerant", with_ledger, turn_rows, measured_rows, true);
}

}  // namespace
}  // namespace moretta

int main(int count, char** arguments) {
  const auto number = [&](int index, int otherwise) {
    return count > index ? std::atoi(arguments[index]) : otherwise;
  };
  moretta::run(number(1, 1000), number(2, 200'000), number(3, 1'000'000));
}
