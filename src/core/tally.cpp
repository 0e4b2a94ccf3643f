#include "core/tally.hpp"

#include <algorithm>
#include <utility>

namespace moretta {

Tally::Tally(std::vector<std::string> columns)
    : columns_(std::move(columns)), rejects_(columns_.size() + 1) {}

Totals& Totals::operator+=(const Totals& other) {
  received += other.received;
  stored += other.stored;
  duplicate += other.duplicate;
  quarantined += other.quarantined;
  returned += other.returned;
  turns += other.turns;
  conflicts += other.conflicts;
  unsettled += other.unsettled;
  for (std::size_t i = 0; i < rejects.size(); ++i) {
    rejects[i] += other.rejects[i];
  }
  return *this;
}

void Tally::received(std::size_t messages) {
  add(received_, messages);
}

void Tally::settled(Outcome outcome) {
  switch (outcome) {
    case Outcome::stored:
      return add(stored_);
    case Outcome::duplicate:
      return add(duplicate_);
    case Outcome::quarantined:
      return add(quarantined_);
    case Outcome::returned:
      return add(returned_);
  }
}

// A name that is not one of ours (a constraint's, say) counts with the whole message.
void Tally::rejected(const Reject& reject) {
  const auto column = std::ranges::find(columns_, reject.column) - columns_.begin();
  add(rejects_[static_cast<std::size_t>(column)].at(static_cast<std::size_t>(reject.reason)));
}

void Tally::conflicted(std::size_t rows) {
  add(conflicts_, rows);
}

void Tally::turn_done(std::size_t unsettled, SteadyTime now) {
  add(unsettled_, unsettled);
  add(turns_);
  last_turn_ = now;
}

Totals Tally::totals() const {
  // Outcomes before receipts, so that a reader in mid-turn never sees more outcomes than messages.
  Totals totals{.stored = stored_.load(),
                .duplicate = duplicate_.load(),
                .quarantined = quarantined_.load(),
                .returned = returned_.load(),
                .turns = turns_.load(),
                .conflicts = conflicts_.load(),
                .unsettled = unsettled_.load(),
                .rejects = {}};
  for (const RejectCounts& column : rejects_by_column()) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      totals.rejects[i] += column[i];
    }
  }
  totals.received = received_.load();
  return totals;
}

std::vector<RejectCounts> Tally::rejects_by_column() const {
  std::vector<RejectCounts> columns(rejects_.size());
  for (std::size_t column = 0; column < columns.size(); ++column) {
    for (std::size_t i = 0; i < reason_count; ++i) {
      columns[column][i] = rejects_[column][i].load();
    }
  }
  return columns;
}

}  // namespace moretta
