#pragma once

// A small world for tests of turns and lanes: the simulated queue and table without faults, one
// mapping with a clear and a masked column, and a clock that moves when slept on.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/lane.hpp"
#include "sim/sim_queue.hpp"
#include "sim/sim_table.hpp"

namespace moretta {

inline constexpr std::string_view clear_ip = "199.172.111.135";

inline mask::MasterKey key_for_tests() {
  SeededRandom random(42);
  mask::MasterKey key{.id = 1, .bytes = SecretBytes(mask::master_key_bytes)};
  random.fill(key.bytes.bytes());
  return key;
}

inline std::string good_body(std::string_view user = "u") {
  return R"({"user_id": ")" + std::string(user) + R"(", "ip": ")" + std::string(clear_ip) + "\"}";
}

// A sink that does what a test tells it to before it does its work.
class ScriptedSink final : public Sink {
 public:
  explicit ScriptedSink(Sink& sink) : sink_(sink) {}

  void open() override {
    before_open();
    sink_.open();
  }
  Fates write(const Writes& writes) override {
    ++writes_count;
    before_write();
    return sink_.write(writes);
  }

  std::function<void()> before_open = [] {
  };
  std::function<void()> before_write = [] {
  };
  int writes_count = 0;

 private:
  Sink& sink_;
};

struct LaneWorld {
  ManualClock clock;
  std::string log_text;
  Log log{LogFormat::json, LogLevel::debug};
  Outage queue_outage{"queue", log};
  Outage database_outage{"database", log};
  LeftMessages left;
  sim::SimQueue queue{{.lease = Seconds{30}}, clock};
  sim::SimTable table;
  sim::SimSource source{queue, nullptr, clock, [] {
                        }};
  sim::SimSink table_sink{table, nullptr, clock, [] {},
                          [](const Row& row) {
                            return row[0].text == "refused";
                          }};
  ScriptedSink sink{table_sink};
  mask::MasterKey key = key_for_tests();
  SeededRandom random{1};
  Tally tally;
  Transform transform{{.mapping = {{.name = "user_id", .pointer = "/user_id"},
                                   {.name = "masked_ip", .pointer = "/ip"}},
                       .policies = {{.method = mask::Method::keep},
                                    {.method = mask::Method::hmac_sha256, .domain = "ip"}},
                       .key = &key,
                       .config_fingerprint = "test"},
                      random};

  LaneWorld() { log.capture(&log_text); }

  Lane::Shared shared() {
    return {.clock = clock,
            .log = log,
            .queue_outage = queue_outage,
            .database_outage = database_outage,
            .left = left};
  }
  Lane lane(const LaneSettings& settings = {.until = Until::empty}) {
    return lane_on(source, settings);
  }
  Lane lane_on(Source& from, const LaneSettings& settings = {.until = Until::empty}) {
    return {
        0,
        {.source = from, .sink = sink, .transform = transform, .random = random, .tally = tally},
        shared(),
        settings};
  }
};

}  // namespace moretta
