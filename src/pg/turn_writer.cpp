#include "pg/turn_writer.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "base/ensure.hpp"

namespace moretta::pg {

namespace {

// One for each halving of at most 2^32 items, and more.
constexpr std::size_t parts_waiting_max = 64;

constexpr std::string_view unique_violation = "23505";

// Of the rows of the answer that are wanted, sorted.
std::vector<SortKey> keys_in(const Answer& answer, const auto& is_wanted) {
  std::vector<SortKey> keys;
  keys.reserve(static_cast<std::size_t>(answer.rows()));
  for (int i = 0; i < answer.rows(); ++i) {
    if (!is_wanted(i)) {
      continue;
    }
    const std::string_view bytes = answer.value(i, 0);
    LedgerKey key;
    ENSURE(bytes.size() == key.bytes.size());
    std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
    keys.push_back(sort_key(key.bytes));
  }
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

TurnWriter::TurnWriter(const Writes& writes, TurnParameters& parameters, SinkSession& session)
    : writes_(writes),
      parameters_(parameters),
      session_(session),
      plan_(writes, session.options().rules.order),
      fates_(plan_.initial_fates()) {}

Fates TurnWriter::write(Attempt attempt) {
  if (plan_.whole().size() > 0) {
    todo_.push_back({.part = plan_.whole(), .attempt = attempt});
  }
  while (!todo_.empty()) {
    ENSURE(todo_.size() <= parts_waiting_max);
    Work work = todo_.back();
    todo_.pop_back();
    work.part.rows = without_withheld(work.part.rows);
    if (work.part.size() > 0) {
      step(work);
    }
  }
  if (!fates_.refusals.empty()) {
    refuse_repeats();
  }
  return std::move(fates_);
}

void TurnWriter::step(const Work& work) {
  if (work.surely_bad && work.part.size() > 1) {
    halve(work, Cause::refused);
    return;
  }
  const Shape shape{.attempt = work.attempt,
                    .rows = !work.part.rows.empty(),
                    .vault = parameters_.gather_vault(writes_, work.part, session_.vault_memory()),
                    .quarantine = !work.part.quarantine.empty()};
  const Parameters& parameters = parameters_.encode(writes_, work.part, shape);
  if (parameters_.bytes() > session_.options().parameter_bytes_max && work.part.size() > 1) {
    halve(work, Cause::too_large);
    return;
  }
  const auto answer = session_.execute(shape, parameters);
  if (answer) {
    note_stored(work, answer.value());
  } else {
    note_refused(work, answer.error());
  }
}

void TurnWriter::note_stored(const Work& work, const Answer& answer) {
  if (work.attempt == Attempt::tolerant) {
    const std::vector<SortKey> fresh = keys_in(answer, [](int) { return true; });
    const auto is_fresh = [&fresh](const Item& item) {
      return std::ranges::binary_search(fresh, item.key);
    };
    set_stored(work.part, is_fresh);
    note_conflicts(work.part, answer);
  } else {
    parameters_.teach(session_.vault_memory());
    set_stored(work.part, [](const Item& /*unused*/) { return true; });
  }
  if (work.is_left) {
    todo_.back().surely_bad = true;
  }
}

void TurnWriter::note_conflicts(const Part& part, const Answer& answer) {
  const OnConflict policy = session_.options().rules.key.on_conflict;
  if (policy == OnConflict::error || part.rows.empty()) {
    return;
  }
  const std::vector<SortKey> met = keys_in(answer, [&](int row) { return has_met(answer, row); });
  std::vector<Item> items;
  std::ranges::copy_if(part.rows, std::back_inserter(items), [&met](const Item& item) {
    return std::ranges::binary_search(met, item.key);
  });
  for (const Item& item : items) {
    ++fates_.conflicts;
    fates_.rows[item.index] = policy == OnConflict::ignore ? Fate::duplicate : Fate::stored;
  }
  if (!items.empty() && session_.notes_met()) {
    const Part of_conflicts{.rows = items, .quarantine = {}};
    session_.note_met(parameters_.encode(writes_, of_conflicts, {.attempt = Attempt::tolerant}));
  }
}

void TurnWriter::set_stored(const Part& part, const auto& is_stored) {
  for (const Item& item : part.rows) {
    fates_.rows[item.index] = is_stored(item) ? Fate::stored : Fate::duplicate;
  }
  for (const Item& item : part.quarantine) {
    fates_.quarantine[item.index] = is_stored(item) ? Fate::stored : Fate::duplicate;
  }
}

void TurnWriter::note_refused(const Work& work, const ServerError& error) {
  if (work.attempt == Attempt::optimistic && error.sqlstate == unique_violation) {
    // Most likely the ledger's. If it is the table's own, the tolerant form meets it again.
    Work again = work;
    again.attempt = Attempt::tolerant;
    todo_.push_back(again);
    return;
  }
  if (work.part.rows.empty()) {
    session_.fail(error);  // our own table has to take every record
  }
  if (work.part.size() > 1) {
    halve(work, Cause::refused);
    return;
  }
  refuse(work.part.rows.front().index, error);
}

void TurnWriter::halve(const Work& work, Cause cause) {
  const Halves halves = halves_of(work.part);
  const bool is_left = cause == Cause::refused;
  todo_.push_back({.part = halves.right, .attempt = work.attempt});
  todo_.push_back({.part = halves.left, .attempt = work.attempt, .is_left = is_left});
}

// Parts come in order, so what stands behind a refused row of its group has not been written yet.
std::span<const Item> TurnWriter::without_withheld(std::span<const Item> rows) {
  if (refused_groups_.empty()) {
    return rows;
  }
  std::vector<Item>& rest = rest_.emplace_back();
  for (const Item& item : rows) {
    if (refused_groups_.contains(writes_.rows[item.index].group)) {
      fates_.rows[item.index] = Fate::withheld;
    } else {
      rest.push_back(item);
    }
  }
  return rest;
}

void TurnWriter::refuse(std::size_t row, const ServerError& error) {
  if (writes_.rows[row].group != 0) {
    refused_groups_.insert(writes_.rows[row].group);
  }
  fates_.rows[row] = Fate::refused;
  fates_.refusals.push_back({.row = row,
                             .sqlstate = error.sqlstate,
                             .column = error.column.empty() ? error.constraint : error.column});
}

// A later delivery of a refused or withheld row is no duplicate: nothing is stored that would
// make it one.
void TurnWriter::refuse_repeats() {
  std::map<LedgerKey, const Fates::Refusal*> unwritten;
  const std::vector<Fates::Refusal> first = fates_.refusals;
  for (const Fates::Refusal& refusal : first) {
    unwritten.emplace(writes_.rows[refusal.row].key, &refusal);
  }
  for (std::size_t row = 0; row < writes_.rows.size(); ++row) {
    const LedgerKey& key = writes_.rows[row].key;
    if (fates_.rows[row] == Fate::withheld) {
      unwritten.emplace(key, nullptr);
      continue;
    }
    const auto found = unwritten.find(key);
    if (found == unwritten.end() || fates_.rows[row] == Fate::refused) {
      continue;
    }
    fates_.rows[row] = found->second == nullptr ? Fate::withheld : Fate::refused;
    if (found->second != nullptr) {
      fates_.refusals.push_back(*found->second);
      fates_.refusals.back().row = row;
    }
  }
  std::ranges::sort(fates_.refusals, {}, &Fates::Refusal::row);
}

}  // namespace moretta::pg
