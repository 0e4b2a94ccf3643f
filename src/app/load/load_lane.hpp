#pragma once

// A lane of `load`: takes ranges of files and stores their lines in batches, each with the step of
// its checkpoint in one transaction, until no range is left.

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "app/load/line_encoder.hpp"
#include "app/load/load_plan.hpp"
#include "core/outage.hpp"
#include "core/tally.hpp"
#include "pg/load_sink.hpp"

namespace moretta::app {

// The parts that no lane has taken yet. Thread-safe.
class PartQueue {
 public:
  // `parts` must outlive it.
  explicit PartQueue(std::span<const LoadPart> parts) : parts_(parts) {}

  // Null when none is left.
  const LoadPart* take() {
    const std::size_t mine = taken_.fetch_add(1);
    return mine < parts_.size() ? &parts_[mine] : nullptr;
  }

 private:
  std::span<const LoadPart> parts_;
  std::atomic<std::size_t> taken_ = 0;
};

class LoadLane {
 public:
  // All must outlive the lane; encoder, sink and random are its own.
  struct Own {
    LineEncoder& encoder;
    pg::LoadSink& sink;
    Random& random;
  };
  struct Shared {
    PartQueue& queue;
    Clock& clock;
    Outage& database_outage;
  };

  LoadLane(const Own& own, const Shared& shared) : own_(own), shared_(shared) {}

  // Until no part is left or stop is requested; then the batch under way is stored. What of it is
  // not, because the database is away, counts as returned: it stays in its file. Throws Refused.
  void run(const std::stop_token& stop);

  // From any thread.
  [[nodiscard]] Totals totals() const { return tally_.totals(); }
  [[nodiscard]] std::int64_t bytes_done() const { return bytes_done_.load(); }

 private:
  // Lines that follow each other, and where the line after them begins.
  struct Stretch {
    std::span<const file::PlacedLine> lines;
    std::int64_t end = 0;
  };
  enum class Stored { yes, row_refused, stopped };

  void load(const LoadPart& part, const std::stop_token& stop);
  bool store_batch(const Stretch& batch, const std::stop_token& stop);
  Stored store_or_halve(const Stretch& stretch, const std::stop_token& stop);
  Stored store_encoded(const Stretch& stretch, const std::stop_token& stop);
  bool is_stored_already(const pg::LoadStep& step);
  void count_stored(const Stretch& stretch);
  void count_returned(const Stretch& stretch);

  Own own_;
  Shared shared_;

  // The part under way.
  const LoadPart* part_ = nullptr;
  std::optional<std::int64_t> next_;  // where its checkpoint stands
  std::vector<Stretch> todo_;         // a stack: a batch, halved around what the table refuses
  pg::ServerError refusal_;           // of the last row that the table refused

  // Read by other threads.
  Tally tally_;
  std::atomic<std::int64_t> bytes_done_ = 0;
};

}  // namespace moretta::app
