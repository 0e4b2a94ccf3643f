#include "core/turn.hpp"

namespace moretta {

namespace {

Outcome outcome_of(Fate fate, Outcome when_stored) {
  return fate == Fate::duplicate ? Outcome::duplicate : when_stored;
}

// Which message each row and each record came from.
struct Origins {
  std::vector<std::size_t> rows;
  std::vector<std::size_t> quarantine;
};

class Turn {
 public:
  Turn(std::span<const Message> messages, Transform& transform, OnReject on_reject)
      : messages_(messages), transform_(transform), on_reject_(on_reject) {
    result_.outcomes.assign(messages.size(), Outcome::returned);
    writes_.rows.reserve(messages.size());
    origins_.rows.reserve(messages.size());
  }

  void prepare(std::size_t index) {
    const Message& message = messages_[index];
    writes_.maybe_seen |= message.receive_count > 1;
    auto row = transform_.row_of(message);
    if (!row) {
      reject(index, row.error());
      return;
    }
    writes_.rows.push_back({.key = ledger_key(message), .row = std::move(row).value()});
    origins_.rows.push_back(index);
  }

  void write(Sink& sink) {
    if (writes_.rows.empty() && writes_.quarantine.empty()) {
      return;
    }
    const Fates fates = sink.write(writes_);
    settle(fates);
    if (!fates.refusals.empty()) {
      quarantine_refused(fates, sink);
    }
  }

  TurnResult take_result() { return std::move(result_); }

 private:
  void reject(std::size_t index, const Reject& reject) {
    result_.rejects.push_back(reject);
    if (on_reject_ == OnReject::leave) {
      return;
    }
    writes_.quarantine.push_back(transform_.record_of(messages_[index], reject));
    origins_.quarantine.push_back(index);
  }

  void settle(const Fates& fates) {
    ENSURE(fates.rows.size() == writes_.rows.size());
    ENSURE(fates.quarantine.size() == writes_.quarantine.size());
    for (std::size_t i = 0; i < fates.rows.size(); ++i) {
      if (fates.rows[i] != Fate::refused) {
        result_.outcomes[origins_.rows[i]] = outcome_of(fates.rows[i], Outcome::stored);
      }
    }
    for (std::size_t i = 0; i < fates.quarantine.size(); ++i) {
      ENSURE(fates.quarantine[i] != Fate::refused);
      result_.outcomes[origins_.quarantine[i]] =
          outcome_of(fates.quarantine[i], Outcome::quarantined);
    }
  }

  // The rows that the table would not have become records, in a write of their own.
  void quarantine_refused(const Fates& fates, Sink& sink) {
    Origins origins;
    std::swap(origins, origins_);
    writes_.rows.clear();
    writes_.quarantine.clear();
    for (const Fates::Refusal& refusal : fates.refusals) {
      reject(origins.rows.at(refusal.row), {.reason = Reason::refused_by_table,
                                            .column = refusal.column,
                                            .sqlstate = refusal.sqlstate});
    }
    if (!writes_.quarantine.empty()) {
      settle(sink.write(writes_));
    }
  }

  std::span<const Message> messages_;
  Transform& transform_;
  OnReject on_reject_;
  Writes writes_;
  Origins origins_;
  TurnResult result_;
};

}  // namespace

TurnResult run_turn(std::span<const Message> messages, Transform& transform, OnReject on_reject,
                    Sink& sink) {
  struct Forget {
    Transform& transform;
    ~Forget() { transform.forget(); }
  } const forget{transform};
  Turn turn(messages, transform, on_reject);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    turn.prepare(i);
  }
  turn.write(sink);
  return turn.take_result();
}

}  // namespace moretta
