#include "sim/planted.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::sim {

Fates PlantedSink::write(const Writes& writes) {
  if (plant_ == Plant::delete_before_commit) {
    return {.rows = std::vector(writes.rows.size(), Fate::stored),
            .quarantine = std::vector(writes.quarantine.size(), Fate::stored)};
  }
  if (plant_ == Plant::ledger_outside_transaction) {
    return write_ledger_apart(writes);
  }
  Fates fates = sink_.write(writes);
  if (plant_ == Plant::conflict_uncounted) {
    fates.conflicts = 0;
  }
  for (std::size_t i = 0; i < writes.rows.size(); ++i) {
    const LedgerKey& key = writes.rows[i].key;
    if (plant_ == Plant::no_ledger && fates.rows[i] == Fate::duplicate) {
      table_.rows.emplace(key, SimTable::Stored{"again"});
    }
    if (plant_ == Plant::conflict_stored && table_.passed_over.contains(key)) {
      table_.rows.emplace(key, SimTable::Stored{"beside"});
    }
    if (plant_ == Plant::clear_text_in_row && fates.rows[i] == Fate::stored) {
      table_.rows.find(key)->second.emplace_back(canary);
    }
  }
  if (plant_ == Plant::clear_text_in_log) {
    log_.info("stored", {{"ip", fmt::format("{}-1", canary)}});
  }
  return fates;
}

Fates PlantedSink::write_ledger_apart(const Writes& writes) {
  try {
    return sink_.write(writes);
  } catch (const Unavailable&) {
    for (const KeyedRow& row : writes.rows) {
      table_.ledger.erase(row.key);
    }
    throw;
  }
}

}  // namespace moretta::sim
