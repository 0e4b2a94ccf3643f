#pragma once

// Readings of a made-up job, for the tests of what is made of readings.

#include "app/status/readings.hpp"

namespace moretta::app {

inline JobFacts sample_facts() {
  return {.version = "1.2.3",
          .fingerprint = "0123456789abcdef",
          .queue = "logins",
          .table = "user_logins",
          .columns = {"user_id", "masked_ip"},
          .key_id = 7,
          .lanes = 2};
}

// Two lanes, one in a write since 3 s; 100 received, 90 ended.
inline Readings sample_readings() {
  Readings readings;
  readings.wall = WallTime{Millis{1'700'000'100'000}};
  readings.steady = SteadyTime{Seconds{1000}};
  readings.uptime_seconds = 100;
  readings.totals = {.received = 100,
                     .stored = 80,
                     .duplicate = 4,
                     .quarantined = 5,
                     .returned = 1,
                     .turns = 9,
                     .conflicts = 3,
                     .unsettled = 2,
                     .rejects = {}};
  readings.rejects.resize(3);
  readings.rejects[1][static_cast<std::size_t>(Reason::too_long)] = 3;
  readings.rejects[2][static_cast<std::size_t>(Reason::invalid_json)] = 2;
  readings.totals.rejects[static_cast<std::size_t>(Reason::too_long)] = 3;
  readings.totals.rejects[static_cast<std::size_t>(Reason::invalid_json)] = 2;
  Histogram write;
  write.note(3'000'000);
  write.note(900'000'000);
  readings.times.write = write.counts();
  Histogram lag;
  lag.note(1500);
  readings.times.lag = lag.counts();
  readings.lanes = {{.phase = Phase::write,
                     .since = SteadyTime{Seconds{997}},
                     .messages = 10,
                     .oldest = WallTime{Millis{1'700'000'060'000}}},
                    {.phase = Phase::wait, .since = SteadyTime{Seconds{990}}}};
  readings.sqs.requests = {20, 9, 0, 1, 0};
  readings.sqs.empty_receives = 4;
  readings.sink = {.connections = 3, .ledger_rows = 1000, .vault_rows = -1, .quarantine_rows = 5};
  readings.depth = Depth{.visible = 42, .in_flight = 10, .delayed = 0};
  return readings;
}

}  // namespace moretta::app
