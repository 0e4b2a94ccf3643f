#include "app/turn_time.hpp"

#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

#include "app/status/listen_address.hpp"
#include "app/status_client.hpp"
#include "base/errors.hpp"
#include "pg/connection.hpp"

namespace moretta::app {

namespace {

// A row with ledger and vault entry costs 10 to 50 us in all (docs/performance.md); the double, for
// a busy server.
constexpr std::chrono::microseconds row_cost{100};

// Of a turn: the write, perhaps once more after a duplicate, and the settling.
constexpr int round_trips = 4;

// Nothing if it has not finished a turn.
std::optional<TurnTime> measured(const std::string& address, World& world) {
  const std::string status = StatusClient(address, world.clock).get("/api/status");
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  std::int64_t count = 0;
  double p99_ms = 0;
  if (parser.parse(status).get(answer) != simdjson::SUCCESS ||
      answer["turn"]["count"].get(count) != simdjson::SUCCESS ||
      answer["turn"]["p99_ms"].get(p99_ms) != simdjson::SUCCESS || count == 0) {
    return std::nullopt;
  }
  return TurnTime{.slow = Millis(static_cast<std::int64_t>(p99_ms) + 1),
                  .how = fmt::format("measured by the run at {}, {} turns", address, count)};
}

// Of one round trip to the database, the second: the first has to warm up.
Millis database_trip(const Config& config, World& world) {
  pg::Connection connection(conninfo_of(config), {.purpose = "moretta check"});
  connection.run("time a round trip", "SELECT 1");
  const SteadyTime start = world.clock.steady();
  connection.run("time a round trip", "SELECT 1");
  return std::chrono::ceil<Millis>(world.clock.steady() - start);
}

TurnTime estimated(const Config& config, World& world) {
  Millis trip{0};
  try {
    trip = database_trip(config, world);
  } catch (const std::exception&) {
    trip = Millis{0};  // the check of the database says why it does not answer
  }
  const int rows = config.lanes.turn_rows_max;
  return {.slow = std::chrono::ceil<Millis>(rows * row_cost) + round_trips * trip,
          .how = fmt::format("estimated: {} rows at 0.1 ms, {} round trips of {}", rows,
                             round_trips, time_text(trip))};
}

}  // namespace

TurnTime turn_time(const Config& config, const std::string& status, World& world) {
  if (!status.empty()) {
    return measured(status, world).value_or(estimated(config, world));
  }
  const auto listen = parse_listen(config.status.listen);
  if (listen && listen->port != 0) {
    try {
      if (auto time = measured(config.status.listen, world)) {
        return *time;
      }
    } catch (const Refused&) {
      return estimated(config, world);  // nothing runs there now
    }
  }
  return estimated(config, world);
}

std::string time_text(Millis time) {
  return time >= Seconds{1} ? fmt::format("{:.1f} s", std::chrono::duration<double>(time).count())
                            : fmt::format("{} ms", time.count());
}

}  // namespace moretta::app
