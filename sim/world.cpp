#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/lane.hpp"
#include "sim/checker.hpp"
#include "sim/scheduler.hpp"
#include "sim/sim_queue.hpp"
#include "sim/sim_table.hpp"

namespace moretta::sim {

namespace {

constexpr Millis faults_end_at{300'000};
constexpr Millis drained_by{4 * 3'600'000};  // far beyond what the leases and waits add up to
constexpr int restarts_max = 20;  // of a worker; then it is left alone so that the run ends
constexpr int workers_max = 3;
constexpr int lanes_max = 3;
constexpr int messages_max = 120;
constexpr int groups_max = 8;
constexpr int users_of_group_max = 4;  // few, so that their business keys meet
constexpr Seconds outage_time{600};
constexpr int outage_receives_max = 3;

// What goes wrong: everything the seed draws, or an outage alone.
enum class Weather { drawn, outage };

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

std::string body_of(Kind kind, std::string_view user, int number) {
  return fmt::format(R"({{"user_id": "{}", "ip": "{}-{}"{})", user, canary, number,
                     kind == Kind::malformed ? "" : "}");
}

// What the lanes of one process share; they die and are stopped together.
struct Worker {
  explicit Worker(Log& log) : queue_outage("queue", log), database_outage("database", log) {}

  Outage queue_outage;
  Outage database_outage;
  LeftMessages left;
  std::stop_source stop;
  int crashes = 0;
  int stops = 0;
};

class World {
 public:
  World(std::uint64_t seed, Plant plant, Weather weather)
      : random_(seed),
        weather_(weather),
        faults_(random_),
        scheduler_(random_),
        clock_(scheduler_),
        log_(LogFormat::json, LogLevel::debug),
        receives_max_(weather == Weather::outage ? outage_receives_max : below(2) * (3 + below(8))),
        rules_(drawn_rules()),
        queue_(
            {.lease = Seconds{5 + below(60)}, .order = rules_.order, .receives_max = receives_max_},
            clock_),
        checker_({.queue = queue_,
                  .table = table_,
                  .log_text = log_text_,
                  .clock = clock_,
                  .rules = rules_}),
        plant_(plant),
        key_(sim_key()) {
    log_.capture(&log_text_);
    table_.on_conflict = static_cast<OnConflict>(below(3));
    if (weather == Weather::outage) {
      faults_.end();
    }
    const int messages = 1 + below(messages_max);
    const int groups = 1 + below(groups_max);
    for (int i = 0; i < messages; ++i) {
      const int dice = below(20);
      const Kind kind = dice == 0 ? Kind::malformed : dice == 1 ? Kind::refused : Kind::good;
      const std::string group = fmt::format("group-{}", below(groups));
      const std::string user = user_of(kind, group, i);
      checker_.sent(
          {.id = queue_.send(body_of(kind, user, i), group), .kind = kind, .business_key = user},
          group);
    }
  }

  Verdict run() {
    const int workers = 1 + below(workers_max);
    std::vector<std::function<void()>> bodies;
    for (int i = 0; i < workers; ++i) {
      Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(log_));
      const int lanes = 1 + below(lanes_max);
      for (int lane = 0; lane < lanes; ++lane) {
        bodies.emplace_back([this, lane, &worker] { work(lane, worker); });
      }
    }
    scheduler_.run(bodies, [this] { check_step(); });
    checker_.check_end(tally_.totals(), {.crashed = has_crashed_, .write_lost = has_lost_write()});
    return {.violation = checker_.violation(),
            .faults = faults_.counts(),
            .steps = scheduler_.steps(),
            .messages = static_cast<std::int64_t>(checker_.messages()),
            .conflicts = static_cast<std::int64_t>(table_.conflicts),
            .dead = static_cast<std::int64_t>(queue_.dead().size())};
  }

 private:
  // Leaving rejects needs a redrive policy, or the queue would never be empty.
  TurnRules drawn_rules() {
    const bool leaves = weather_ == Weather::drawn && receives_max_ > 0 && below(3) == 0;
    return {.on_reject = leaves ? OnReject::leave : OnReject::quarantine,
            .order = below(2) == 0 ? Order::by_group : Order::any};
  }

  // A message of its own, or one of a few whose business keys meet; those of a group stay in it.
  std::string user_of(Kind kind, const std::string& group, int number) {
    const std::string user = table_.has_business_key()
                                 ? fmt::format("user-{}-{}", group, below(users_of_group_max))
                                 : fmt::format("user-{}", number);
    return kind == Kind::refused ? user + "-refused" : user;
  }

  int below(int limit) { return static_cast<int>(random_.next() % static_cast<unsigned>(limit)); }

  void check_step() {
    if (scheduler_.now() > faults_end_at) {
      faults_.end();
    }
    if (weather_ == Weather::outage) {
      begin_outage_in_the_middle();
    }
    if (scheduler_.now() > drained_by) {
      checker_.violated("not drained long after the faults had ended");
    }
    checker_.check_step(tally_.totals());
  }

  void begin_outage_in_the_middle() {
    if (table_.away_until == SteadyTime{} && 2 * table_.ledger.size() >= checker_.messages()) {
      table_.away_until = clock_.steady() + outage_time;
    }
    if (!queue_.dead().empty()) {
      checker_.violated("an outage of ten minutes spent a message's receives");
    }
  }

  // One lane, started again with its worker until it finds the queue empty.
  void work(int id, Worker& worker) {
    bool is_drained = false;
    while (!is_drained) {
      try {
        is_drained = run_lane(id, worker);
      } catch (const Crash&) {
        has_crashed_ = true;
      } catch (const std::exception& error) {
        checker_.violated(fmt::format("lane {} ended: {}", id, error.what()));
        return;
      }
    }
  }

  // Of turns with refused rows, also what is lost between the rows and the records.
  [[nodiscard]] bool has_lost_write() const {
    constexpr std::array losing = {Fault::connection_lost_before_commit,
                                   Fault::connection_lost_after_commit, Fault::table_away,
                                   Fault::failover};
    return weather_ == Weather::outage || std::ranges::any_of(losing, [this](Fault fault) {
             return faults_.counts()[static_cast<std::size_t>(fault)] > 0;
           });
  }

  // What happens to a worker between any two steps of a lane that saw it crash `crashes` times.
  void live(Worker& worker, int crashes) {
    scheduler_.step();
    const bool may_end =
        worker.crashes + worker.stops < restarts_max && !worker.stop.stop_requested();
    if (may_end && faults_.strikes(Fault::worker_crashes) && random_.unit() < 0.2) {
      ++worker.crashes;
    } else if (may_end && faults_.strikes(Fault::worker_stops) && random_.unit() < 0.1) {
      worker.stop.request_stop();
    }
    if (worker.crashes != crashes) {
      throw Crash{};
    }
  }

  // Gives whether the lane ended by itself, not because it was told to.
  bool run_lane(int id, Worker& worker) {
    const auto between = [this, crashes = worker.crashes, &worker] {
      live(worker, crashes);
    };
    SimSource queue(queue_, &faults_, clock_, between);
    const int requests_max = 1 + below(8);
    PlantedSource source(queue, plant_, [this, requests_max](std::size_t messages) {
      if (std::cmp_greater(messages,
                           static_cast<std::size_t>(requests_max) * receive_messages_max)) {
        checker_.violated("a lane holds more than it may ask for");
      }
    });
    SimSink table(table_, &faults_, clock_, between,
                  [](const Row& row) { return row[0].text.ends_with("-refused"); });
    table.on_stall = [this, &queue](Millis time) {
      if (time > queue_.lease() / 10) {
        queue.excuse_held();
      }
    };
    PlantedSink sink(table, plant_, table_, log_);
    SeededRandom lane_random(random_.next());
    Transform transform(parts(key_), lane_random);
    TurnRules rules = rules_;
    if (plant_ == Plant::order_ignored) {
      rules.order = Order::any;
    }
    Lane lane(id,
              {.source = source,
               .sink = sink,
               .transform = transform,
               .random = lane_random,
               .tally = tally_},
              {.clock = clock_,
               .log = log_,
               .queue_outage = worker.queue_outage,
               .database_outage = worker.database_outage,
               .left = worker.left},
              {.until = Until::empty, .rules = rules, .demand = {.requests_max = requests_max}});
    const std::stop_token stop = worker.stop.get_token();
    try {
      lane.run(stop);
    } catch (const Crash&) {
      queue.excuse_held();
      throw;
    }
    queue.excuse_held();  // what it gave back
    if (stop.stop_requested() && stop == worker.stop.get_token()) {
      ++worker.stops;  // the first lane to be done starts it again
      worker.stop = std::stop_source();
    }
    return !stop.stop_requested();
  }

  SeededRandom random_;
  Weather weather_;
  Faults faults_;
  Scheduler scheduler_;
  SimClock clock_;
  std::string log_text_;
  Log log_;
  int receives_max_;  // of the queue's redrive policy; 0: it has none
  TurnRules rules_;
  SimQueue queue_;
  SimTable table_;
  Checker checker_;
  Plant plant_;
  mask::MasterKey key_;
  Tally tally_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool has_crashed_ = false;
};

}  // namespace

Verdict run_seed(std::uint64_t seed, Plant plant) {
  return World(seed, plant, Weather::drawn).run();
}

Verdict run_outage(std::uint64_t seed, Plant plant) {
  return World(seed, plant, Weather::outage).run();
}

}  // namespace moretta::sim
