#include "core/metered.hpp"

#include <algorithm>

namespace moretta {

namespace {

// Ends the phase however the call ends; what it took goes to nobody if it throws.
class Spell {
 public:
  Spell(LaneMeter& meter, const Clock& clock, Phase phase, Phase after_failure)
      : meter_(meter), clock_(clock), after_(after_failure) {
    meter_.enter(phase, clock_.steady());
  }
  Spell(const Spell&) = delete;
  Spell& operator=(const Spell&) = delete;
  ~Spell() {
    if (!is_over_) {
      meter_.enter(after_, clock_.steady());
    }
  }

  std::int64_t over(Phase next) {
    is_over_ = true;
    return meter_.enter(next, clock_.steady()).count();
  }

 private:
  LaneMeter& meter_;
  const Clock& clock_;
  Phase after_;
  bool is_over_ = false;
};

void count(std::atomic<std::int64_t>& cell, std::size_t more = 1) {
  cell.fetch_add(static_cast<std::int64_t>(more), std::memory_order_relaxed);
}

// Counts what is left by an exception.
class Attempt {
 public:
  explicit Attempt(std::atomic<std::int64_t>& failures) : failures_(failures) {}
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() {
    if (!succeeded_) {
      count(failures_);
    }
  }
  void succeeded() { succeeded_ = true; }

 private:
  std::atomic<std::int64_t>& failures_;
  bool succeeded_ = false;
};

std::optional<WallTime> oldest_of(std::span<const Message> messages) {
  std::optional<WallTime> oldest;
  for (const Message& message : messages) {
    if (message.sent_at && (!oldest || *message.sent_at < *oldest)) {
      oldest = message.sent_at;
    }
  }
  return oldest;
}

}  // namespace

std::vector<Message> MeteredSource::receive(const Ask& ask) {
  const bool waits = ask.wait > Seconds{0};
  Attempt attempt(meter_.failed_receives);
  Spell spell(meter_, clock_, waits ? Phase::wait : Phase::receive, Phase::idle);
  std::vector<Message> messages = PassingSource::receive(ask);
  attempt.succeeded();
  const std::int64_t took = spell.over(messages.empty() ? Phase::idle : Phase::prepare);
  if (!waits) {
    meter_.receive.note(took);
  }
  if (!messages.empty()) {
    meter_.turn_began(messages.size(), oldest_of(messages), clock_.steady());
  }
  return messages;
}

std::size_t MeteredSource::settle(std::span<const Message> messages,
                                  std::span<const Outcome> outcomes) {
  const WallTime now = clock_.wall();  // just after the commit
  Spell spell(meter_, clock_, Phase::settle, Phase::idle);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (outcomes[i] == Outcome::stored && messages[i].sent_at) {
      meter_.lag.note((now - *messages[i].sent_at).count());
    }
  }
  const std::size_t left = PassingSource::settle(messages, outcomes);
  meter_.settle.note(spell.over(Phase::idle));
  meter_.turn_ended(clock_.steady());
  return left;
}

std::size_t MeteredSource::hold(std::span<const Message> messages, Seconds lease) {
  const std::size_t lost = PassingSource::hold(messages, lease);
  count(meter_.held, messages.size() - std::min(lost, messages.size()));
  meter_.enter(meter_.phase(), clock_.steady());
  return lost;
}

// The first time it is not yet at anything: a lane has begun when it could write.
void MeteredSink::open() {
  if (!meter_.has_begun()) {
    sink_.open();
    meter_.enter(Phase::idle, clock_.steady());
    return;
  }
  Spell spell(meter_, clock_, Phase::hold, Phase::hold);
  sink_.open();
  spell.over(Phase::idle);
}

Fates MeteredSink::write(const Writes& writes) {
  Attempt attempt(meter_.failed_writes);
  Spell spell(meter_, clock_, Phase::write, Phase::hold);
  Fates fates = sink_.write(writes);
  attempt.succeeded();
  meter_.write.note(spell.over(Phase::prepare));
  if (tapping_.tap != nullptr && tapping_.tap->is_open()) {
    tapping_.tap->rows(tapping_.lane, writes, fates);
  }
  return fates;
}

}  // namespace moretta
