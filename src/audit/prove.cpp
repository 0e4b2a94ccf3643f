#include "audit/prove.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>

#include "audit/sweep.hpp"
#include "audit/targets.hpp"
#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

using Nanos = std::chrono::nanoseconds;

constexpr std::uint64_t slice_texts = 1U << 20U;  // between two looks at the clock: 10 to 60 ms
constexpr Millis tell_every{250};

std::size_t count_of(const std::vector<bool>& flags) {
  return static_cast<std::size_t>(std::ranges::count(flags, true));
}

double seconds(Nanos time) {
  return std::chrono::duration<double>(time).count();
}

// One space against the targets of one kind, by several threads.
class SharedSweep {
 public:
  SharedSweep(const Space& space, DigestKind kind, const Targets& targets, Clock& clock,
              SteadyTime deadline)
      : space_(space),
        kind_(kind),
        targets_(targets),
        clock_(clock),
        deadline_(deadline),
        slice_prefixes_(std::max<std::uint64_t>(1, slice_texts / space.suffixes().size())),
        fallen_(targets.size()) {}

  void run(int threads, const std::function<void(double)>& tell) {
    working_ = threads;
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([this] { work(); });
    }
    while (working_.load() > 0) {
      clock_.sleep(tell_every, finished_.get_token());
      tell(static_cast<double>(tried_.load()) / static_cast<double>(space_.size()));
    }
  }

  [[nodiscard]] SweepResult result() const {
    const double time = seconds(Nanos(cpu_time_.load()));
    const std::uint64_t tried = tried_.load();
    return {.kind = kind_,
            .space = space_.name(),
            .size = space_.size(),
            .tried = tried,
            .targets = targets_.size(),
            .fallen = count_of(fallen_),
            .per_core_second = time > 0 ? static_cast<double>(tried) / time : 0};
  }

  [[nodiscard]] const std::vector<bool>& fallen() const { return fallen_; }

 private:
  void work() {
    Sweep sweep(space_, kind_, targets_, *usable_kernels().front());
    const Nanos begun = thread_cpu_time();
    std::size_t known = 0;
    while (!all_fallen_.load() && clock_.steady() < deadline_) {
      const std::uint64_t first = next_prefix_.fetch_add(slice_prefixes_);
      if (first >= space_.prefixes()) {
        break;
      }
      const std::uint64_t count = std::min(slice_prefixes_, space_.prefixes() - first);
      sweep.try_prefixes(first, count);
      tried_ += count * space_.suffixes().size();
      if (const std::size_t now = count_of(sweep.fallen()); now > known) {
        known = now;
        merge(sweep.fallen());
      }
    }
    cpu_time_ += (thread_cpu_time() - begun).count();
    if (--working_ == 0) {
      finished_.request_stop();
    }
  }

  void merge(const std::vector<bool>& more) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < more.size(); ++i) {
      if (more[i]) {
        fallen_[i] = true;
      }
    }
    all_fallen_ = count_of(fallen_) == fallen_.size();
  }

  const Space& space_;
  DigestKind kind_;
  const Targets& targets_;
  Clock& clock_;
  SteadyTime deadline_;
  std::uint64_t slice_prefixes_;
  std::stop_source finished_;

  // Shared by the threads.
  std::atomic<std::uint64_t> next_prefix_{0};
  std::atomic<std::uint64_t> tried_{0};
  std::atomic<Nanos::rep> cpu_time_{0};
  std::atomic<int> working_{0};
  std::atomic<bool> all_fallen_{false};

  // Guarded by mutex_ while threads run.
  std::mutex mutex_;
  std::vector<bool> fallen_;
};

// The digests of all samples of one kind, each once, and where they come from.
struct Pool {
  std::vector<DigestWords> digests;
  std::map<DigestWords, std::size_t> number;
  std::vector<bool> fallen;
};

Pool pool_of(DigestKind kind, const std::vector<DigestSample>& samples) {
  Pool pool;
  for (const DigestSample& sample : samples) {
    if (sample.kind != kind) {
      continue;
    }
    for (const DigestWords& digest : sample.digests) {
      if (pool.number.emplace(digest, pool.digests.size()).second) {
        pool.digests.push_back(digest);
      }
    }
  }
  pool.fallen.resize(pool.digests.size());
  return pool;
}

void merge(const std::vector<bool>& more, std::vector<bool>& fallen) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    fallen[i] = fallen[i] || more[i];
  }
}

struct Planned {
  DigestKind kind;
  const Space* space;
};

std::vector<Planned> plan(const std::vector<Space>& spaces) {
  std::vector<Planned> planned;
  for (const Space& space : spaces) {
    planned.push_back({DigestKind::md5, &space});
    planned.push_back({DigestKind::sha256, &space});
  }
  std::ranges::stable_sort(planned, {}, [](const Planned& one) { return one.space->size(); });
  return planned;
}

}  // namespace

Proof prove(const std::vector<DigestSample>& samples, const ProveOptions& options, Clock& clock,
            const std::function<void(const ProveProgress&)>& tell) {
  ENSURE(options.threads >= 1 && options.threads <= prove_threads_max);
  std::map<DigestKind, Pool> pools;
  pools.emplace(DigestKind::md5, pool_of(DigestKind::md5, samples));
  pools.emplace(DigestKind::sha256, pool_of(DigestKind::sha256, samples));

  std::vector<Planned> planned = plan(options.spaces);
  std::erase_if(planned, [&](const Planned& one) { return pools.at(one.kind).digests.empty(); });
  const SteadyTime end = clock.steady() + options.budget;
  Proof proof;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    Pool& pool = pools.at(planned[i].kind);
    if (count_of(pool.fallen) == pool.fallen.size()) {
      continue;
    }
    const auto left = std::max(Nanos(0), Nanos(end - clock.steady()));
    const Targets targets(pool.digests);
    SharedSweep sweep(*planned[i].space, planned[i].kind, targets, clock,
                      clock.steady() + left / (planned.size() - i));
    sweep.run(options.threads, [&](double share) {
      tell({.sweep = SweepResult{.kind = planned[i].kind,
                                 .space = planned[i].space->name(),
                                 .size = planned[i].space->size()},
            .share = share});
    });
    merge(sweep.fallen(), pool.fallen);
    proof.sweeps.push_back(sweep.result());
  }
  for (const DigestSample& sample : samples) {
    const Pool& pool = pools.at(sample.kind);
    proof.fallen.push_back(static_cast<std::size_t>(std::ranges::count_if(
        sample.digests,
        [&](const DigestWords& digest) { return pool.fallen[pool.number.at(digest)]; })));
  }
  return proof;
}

double measured_rate(DigestKind kind, Millis cpu_time) {
  const Space space = Space::parse("ipv4").value();
  const std::vector<DigestWords> nothing{DigestWords{}};  // no text is known to have this digest
  const Targets targets(nothing);
  Sweep sweep(space, kind, targets, *usable_kernels().front());
  constexpr std::uint64_t prefixes_a_look = 256;
  const Nanos begun = thread_cpu_time();
  std::uint64_t prefixes = 0;
  Nanos used{0};
  while (used < cpu_time && prefixes + prefixes_a_look <= space.prefixes()) {
    sweep.try_prefixes(prefixes, prefixes_a_look);
    prefixes += prefixes_a_look;
    used = thread_cpu_time() - begun;
  }
  const auto texts = static_cast<double>(prefixes * space.suffixes().size());
  return used.count() > 0 ? texts / seconds(used) : 0;
}

}  // namespace moretta::audit
