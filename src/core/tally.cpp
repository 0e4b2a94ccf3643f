#include "core/tally.hpp"

namespace moretta {

Totals& Totals::operator+=(const Totals& other) {
  received += other.received;
  stored += other.stored;
  duplicate += other.duplicate;
  quarantined += other.quarantined;
  returned += other.returned;
  turns += other.turns;
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

void Tally::rejected(Reason reason) {
  add(rejects_.at(static_cast<std::size_t>(reason)));
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
                .unsettled = unsettled_.load(),
                .rejects = {}};
  for (std::size_t i = 0; i < rejects_.size(); ++i) {
    totals.rejects[i] = rejects_[i].load();
  }
  totals.received = received_.load();
  return totals;
}

}  // namespace moretta
