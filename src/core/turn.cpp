#include "core/turn.hpp"

#include <algorithm>
#include <unordered_map>

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

// The groups of a turn in which a reject stops what comes after it, by numbers from 1. Group 0 is
// that of all messages which wait for nobody, and never stops.
class Groups {
 public:
  explicit Groups(const TurnRules& rules)
      : stop_(rules.order == Order::by_group && rules.on_reject == OnReject::leave) {}

  std::uint32_t number_of(const Message& message) {
    if (!stop_) {
      return 0;
    }
    const auto next = static_cast<std::uint32_t>(numbers_.size() + 1);
    return numbers_.try_emplace(message.group_id, next).first->second;
  }
  void stop(std::uint32_t group) {
    if (group != 0) {
      stopped_.resize(std::max<std::size_t>(stopped_.size(), group + 1));
      stopped_[group] = true;
    }
  }
  [[nodiscard]] bool is_stopped(std::uint32_t group) const {
    return group < stopped_.size() && stopped_[group];
  }

 private:
  bool stop_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<bool> stopped_;
};

class Turn {
 public:
  Turn(std::span<const Message> messages, Transform& transform, const TurnRules& rules)
      : messages_(messages), transform_(transform), on_reject_(rules.on_reject), groups_(rules) {
    result_.outcomes.assign(messages.size(), Outcome::returned);
    writes_.rows.reserve(messages.size());
    origins_.rows.reserve(messages.size());
  }

  void prepare() {
    std::vector<Result<Row, Reject>> rows;
    for (std::size_t start = 0; start < messages_.size(); start += rows.size()) {
      rows.clear();
      const auto some = messages_.subspan(start);
      transform_.rows_of(some.first(std::min(some.size(), Transform::messages_at_once)), rows);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        prepare(start + i, rows[i]);
      }
    }
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
  void prepare(std::size_t index, Result<Row, Reject>& row) {
    const Message& message = messages_[index];
    const std::uint32_t group = groups_.number_of(message);
    if (groups_.is_stopped(group)) {
      return;
    }
    writes_.maybe_seen |= message.receive_count > 1;
    if (!row) {
      reject(index, row.error());
      groups_.stop(group);
      return;
    }
    writes_.rows.push_back(
        {.key = ledger_key(message), .row = std::move(row).value(), .group = group});
    origins_.rows.push_back(index);
  }

  void reject(std::size_t index, const Reject& reject) {
    result_.rejects.push_back(reject);
    result_.rejected.push_back(index);
    if (on_reject_ == OnReject::leave) {
      return;
    }
    writes_.quarantine.push_back(transform_.record_of(messages_[index], reject));
    origins_.quarantine.push_back(index);
  }

  void settle(const Fates& fates) {
    ENSURE(fates.rows.size() == writes_.rows.size());
    result_.conflicts += fates.conflicts;
    ENSURE(fates.quarantine.size() == writes_.quarantine.size());
    for (std::size_t i = 0; i < fates.rows.size(); ++i) {
      if (fates.rows[i] != Fate::refused && fates.rows[i] != Fate::withheld) {
        result_.outcomes[origins_.rows[i]] = outcome_of(fates.rows[i], Outcome::stored);
      }
    }
    for (std::size_t i = 0; i < fates.quarantine.size(); ++i) {
      ENSURE(fates.quarantine[i] == Fate::stored || fates.quarantine[i] == Fate::duplicate);
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
  Groups groups_;
  Writes writes_;
  Origins origins_;
  TurnResult result_;
};

}  // namespace

TurnResult run_turn(std::span<const Message> messages, Transform& transform, const TurnRules& rules,
                    Sink& sink) {
  struct Forget {
    Transform& transform;
    ~Forget() { transform.forget(); }
  } const forget{transform};
  Turn turn(messages, transform, rules);
  turn.prepare();
  turn.write(sink);
  return turn.take_result();
}

}  // namespace moretta
