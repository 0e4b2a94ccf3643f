#include "sim/world.hpp"

#include <memory>
#include <set>

#include <fmt/format.h>

#include "core/lane.hpp"
#include "sim/scheduler.hpp"
#include "sim/sim_queue.hpp"
#include "sim/sim_table.hpp"

namespace moretta::sim {

namespace {

constexpr std::string_view canary = "canary-7f3a";  // in every value that must never be seen again
constexpr Millis faults_end_at{300'000};
constexpr Millis drained_by{4 * 3'600'000};  // far beyond what the leases and waits add up to
constexpr int crashes_max = 20;              // per lane; then it is left alone so that the run ends

struct Crash {};

mask::MasterKey sim_key() {
  SeededRandom random(42);
  mask::MasterKey key{.id = 1, .bytes = SecretBytes(mask::master_key_bytes)};
  random.fill(key.bytes.bytes());
  return key;
}

Transform::Parts parts(const mask::MasterKey& key) {
  return {.mapping = {{.name = "user_id", .pointer = "/user_id"},
                      {.name = "masked_ip", .pointer = "/ip"}},
          .policies = {{.method = mask::Method::keep},
                       {.method = mask::Method::hmac_sha256, .domain = "ip"}},
          .key = &key,
          .config_fingerprint = "sim"};
}

enum class Kind { good, malformed, refused };

std::string body_of(Kind kind, int number) {
  const std::string user =
      fmt::format("user-{}{}", number, kind == Kind::refused ? "-refused" : "");
  if (kind == Kind::malformed) {
    return fmt::format(R"({{"user_id": "{}", "ip": "{}-{}")", user, canary, number);
  }
  return fmt::format(R"({{"user_id": "{}", "ip": "{}-{}"}})", user, canary, number);
}

// A sink with a bug in it.
class PlantedSink final : public Sink {
 public:
  PlantedSink(Sink& sink, Plant plant, SimTable& table, Log& log)
      : sink_(sink), plant_(plant), table_(table), log_(log) {}

  void open() override { sink_.open(); }

  Fates write(const Writes& writes) override {
    if (plant_ == Plant::delete_before_commit) {
      return {.rows = std::vector(writes.rows.size(), Fate::stored),
              .quarantine = std::vector(writes.quarantine.size(), Fate::stored)};
    }
    Fates fates = sink_.write(writes);
    for (std::size_t i = 0; i < writes.rows.size(); ++i) {
      if (plant_ == Plant::no_ledger && fates.rows[i] == Fate::duplicate) {
        table_.rows.emplace(writes.rows[i].key, SimTable::Stored{"again"});
      }
    }
    if (plant_ == Plant::clear_text_in_log) {
      log_.info("stored", {{"ip", fmt::format("{}-1", canary)}});
    }
    return fates;
  }

 private:
  Sink& sink_;
  Plant plant_;
  SimTable& table_;
  Log& log_;
};

class World {
 public:
  World(std::uint64_t seed, Plant plant)
      : random_(seed),
        faults_(random_),
        scheduler_(random_),
        clock_(scheduler_),
        log_(LogFormat::json, LogLevel::debug),
        queue_({.lease = Seconds{5 + static_cast<int>(random_.next() % 60)}}, clock_),
        plant_(plant),
        key_(sim_key()) {
    log_.capture(&log_text_);
    queue_.on_erase = [this](const std::string& id) {
      check_durable(id);
    };
    const int messages = 1 + static_cast<int>(random_.next() % 120);
    for (int i = 0; i < messages; ++i) {
      const auto dice = random_.next() % 20;
      const Kind kind = dice == 0 ? Kind::malformed : dice == 1 ? Kind::refused : Kind::good;
      kinds_[queue_.send(body_of(kind, i))] = kind;
    }
  }

  Verdict run() {
    const std::size_t lanes = 1 + random_.next() % 4;
    std::vector<std::function<void()>> bodies;
    for (std::size_t i = 0; i < lanes; ++i) {
      bodies.emplace_back([this, i] { work(static_cast<int>(i)); });
    }
    scheduler_.run(bodies, [this] { check_step(); });
    check_end();
    return {.violation = violation_,
            .faults = faults_.counts(),
            .steps = scheduler_.steps(),
            .messages = static_cast<std::int64_t>(kinds_.size())};
  }

 private:
  // A worker that is started again when it has crashed.
  void work(int id) {
    for (int crashes = 0;; ++crashes) {
      try {
        run_lane(id, crashes < crashes_max);
        return;
      } catch (const Crash&) {
        ++crashes_;
      } catch (const std::exception& error) {
        violated(fmt::format("lane {} ended: {}", id, error.what()));
        return;
      }
    }
  }

  void run_lane(int id, bool may_crash) {
    const auto between = [this, may_crash] {
      scheduler_.step();
      if (may_crash && faults_.strikes(Fault::worker_crashes) && random_.unit() < 0.2) {
        throw Crash{};
      }
    };
    SimSource source(queue_, &faults_, clock_, between);
    SimSink table_sink(table_, &faults_, clock_, between,
                       [](const Row& row) { return row[0].text.ends_with("-refused"); });
    PlantedSink sink(table_sink, plant_, table_, log_);
    SeededRandom lane_random(random_.next());
    Transform transform(parts(key_), lane_random);
    Lane lane(id,
              {.source = source,
               .sink = sink,
               .transform = transform,
               .random = lane_random,
               .tally = tally_},
              {.clock = clock_,
               .log = log_,
               .queue_outage = queue_outage_,
               .database_outage = database_outage_},
              {.until = Until::empty,
               .on_reject = OnReject::quarantine,
               .demand = {.requests_max = 1 + static_cast<int>(lane_random.next() % 8)}});
    lane.run({});
  }

  static LedgerKey key_of(const std::string& id, WallTime sent_at) {
    Message message;
    message.id = id;
    message.sent_at = sent_at;
    return ledger_key(message);
  }

  void check_durable(const std::string& id) {
    if (!table_.knows(key_of(id, start_))) {
      violated("deleted before it was durable: " + id);
    }
  }

  void check_step() {
    if (scheduler_.now() > faults_end_at) {
      faults_.end();
    }
    if (scheduler_.now() > drained_by) {
      violated("not drained long after the faults had ended");
    }
    const Totals totals = tally_.totals();
    if (totals.in_flight() < 0) {
      violated("more outcomes than messages received");
    }
    if (log_text_.find(canary) != std::string::npos) {
      violated("clear text in a log line");
    }
  }

  void check_end() {
    for (const auto& [id, kind] : kinds_) {
      const LedgerKey key = key_of(id, start_);
      const std::size_t rows = table_.rows.count(key);
      const std::size_t records = table_.quarantine.count(key);
      if (rows != (kind == Kind::good ? 1U : 0U) || records != (kind == Kind::good ? 0U : 1U)) {
        violated(fmt::format("message {}: {} rows, {} quarantine records", id, rows, records));
      }
      if (queue_.has(id)) {
        violated("left in the queue: " + id);
      }
    }
    for (const auto& [key, row] : table_.rows) {
      for (const std::string& cell : row) {
        if (cell.find(canary) != std::string::npos) {
          violated("clear text in a row");
        }
      }
    }
    for (const auto& [key, record] : table_.quarantine) {
      if (record.sealed_body.find(canary) != std::string::npos) {
        violated("clear text in a quarantine record");
      }
    }
    const Totals totals = tally_.totals();
    if (crashes_ == 0 && totals.in_flight() != 0) {
      violated(
          fmt::format("{} messages received and neither stored nor returned", totals.in_flight()));
    }
  }

  void violated(std::string what) {
    if (!violation_) {
      violation_ = std::move(what);
    }
  }

  SeededRandom random_;
  Faults faults_;
  Scheduler scheduler_;
  SimClock clock_;
  std::string log_text_;
  Log log_;
  Outage queue_outage_{"queue", log_};
  Outage database_outage_{"database", log_};
  SimQueue queue_;
  SimTable table_;
  Plant plant_;
  mask::MasterKey key_;
  Tally tally_;
  std::map<std::string, Kind> kinds_;
  WallTime start_ = clock_.wall();
  int crashes_ = 0;
  std::optional<std::string> violation_;
};

}  // namespace

Verdict run_seed(std::uint64_t seed, Plant plant) {
  return World(seed, plant).run();
}

}  // namespace moretta::sim
