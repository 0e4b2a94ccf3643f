#include "app/load/load_lane.hpp"

#include "base/backoff.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr BackoffPolicy retry{.base = Millis{100}, .cap = Millis{5'000}};

// Stretches that wait: one for each time that the lines of a batch can be halved, and one more.
constexpr std::size_t todo_max = 32;

}  // namespace

void LoadLane::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const LoadPart* part = shared_.queue.take();
    if (part == nullptr) {
      return;
    }
    load(*part, stop);
  }
}

void LoadLane::load(const LoadPart& part, const std::stop_token& stop) {
  part_ = &part;
  next_ = part.next;
  own_.encoder.begin(*part.input);
  file::BatchReader reader = reader_of(part);
  while (!stop.stop_requested()) {
    const Stretch batch{.lines = reader.next(), .end = reader.end()};
    // A range without a line is done all the same, and says so in its checkpoint.
    if ((batch.lines.empty() && batch.end == next_) || !store_batch(batch, stop)) {
      break;
    }
  }
  own_.encoder.wipe_lines();
}

// False if stop was requested before all of it was stored.
bool LoadLane::store_batch(const Stretch& batch, const std::stop_token& stop) {
  tally_.received(batch.lines.size());
  todo_.assign(1, batch);
  while (!todo_.empty()) {
    ENSURE(todo_.size() <= todo_max);
    const Stretch stretch = todo_.back();
    todo_.pop_back();
    if (store_or_halve(stretch, stop) == Stored::stopped) {
      count_returned(stretch);
      for (const Stretch& left : todo_) {
        count_returned(left);
      }
      return false;
    }
  }
  tally_.turn_done(0, shared_.clock.steady());
  return true;
}

LoadLane::Stored LoadLane::store_or_halve(const Stretch& stretch, const std::stop_token& stop) {
  own_.encoder.encode(stretch.lines);
  const Stored stored = store_encoded(stretch, stop);
  if (stored != Stored::row_refused) {
    return stored;
  }
  if (stretch.lines.size() == 1) {
    own_.encoder.encode_refused(stretch.lines.front(), refusal_);
    return store_encoded(stretch, stop);
  }
  // The checkpoint moves from front to back, so the first half goes first.
  const std::size_t half = stretch.lines.size() / 2;
  todo_.push_back({.lines = stretch.lines.subspan(half), .end = stretch.end});
  todo_.push_back({.lines = stretch.lines.first(half), .end = stretch.lines[half].offset});
  return Stored::yes;
}

// Tries until the database has it, or has refused it, or somebody stops us.
LoadLane::Stored LoadLane::store_encoded(const Stretch& stretch, const std::stop_token& stop) {
  const pg::LoadStep step{.file = part_->input->known_as,
                          .range_begin = part_->range.begin,
                          .range_end = part_->range.end,
                          .from = next_,
                          .to = stretch.end,
                          .stored = own_.encoder.stored(),
                          .quarantined = own_.encoder.quarantined().size()};
  OutageSpell spell(shared_.database_outage);
  Backoff backoff(retry, own_.random);
  bool in_doubt = false;  // an earlier try may have been committed
  do {
    try {
      if (!in_doubt || !is_stored_already(step)) {
        if (auto refused = own_.sink.store(own_.encoder.batch(), step)) {
          spell.over();
          refusal_ = *std::move(refused);
          return Stored::row_refused;
        }
      }
      spell.over();
      count_stored(stretch);
      return Stored::yes;
    } catch (const Unavailable& error) {
      spell.begin(error.what());
      in_doubt = true;
    }
  } while (shared_.clock.sleep(backoff.next(), stop));
  return Stored::stopped;
}

bool LoadLane::is_stored_already(const pg::LoadStep& step) {
  return own_.sink.next_offset(step) == step.to;
}

void LoadLane::count_stored(const Stretch& stretch) {
  bytes_done_ += stretch.end - next_.value_or(part_->range.begin);
  next_ = stretch.end;
  for (std::size_t i = 0; i < own_.encoder.stored(); ++i) {
    tally_.settled(Outcome::stored);
  }
  for (const QuarantineRecord& record : own_.encoder.quarantined()) {
    tally_.settled(Outcome::quarantined);
    tally_.rejected(record.reject);
  }
}

void LoadLane::count_returned(const Stretch& stretch) {
  for (std::size_t i = 0; i < stretch.lines.size(); ++i) {
    tally_.settled(Outcome::returned);
  }
}

}  // namespace moretta::app
