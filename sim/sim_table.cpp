#include "sim/sim_table.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::sim {

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "\\N";
    case Value::Kind::text:
      return std::string(value.text);
    case Value::Kind::real:
      return fmt::format("{}", value.real);
    default:
      return std::to_string(value.integer);
  }
}

void SimSink::connect() {
  if (clock_.steady() < table_.away_until) {
    throw Unavailable("simulated: database away");
  }
}

Fates SimSink::write(const Writes& writes) {
  between_();
  if (faults_ != nullptr && strikes(Fault::table_away)) {
    table_.away_until = clock_.steady() + faults_->length(Seconds{600});
  }
  connect();
  if (strikes(Fault::connection_lost_before_commit)) {
    throw Unavailable("simulated: connection lost before commit");
  }

  SimTable next = table_;
  Fates fates;
  for (std::size_t i = 0; i < writes.rows.size(); ++i) {
    const KeyedRow& item = writes.rows[i];
    if (next.knows(item.key)) {
      fates.rows.push_back(Fate::duplicate);
    } else if (refuses_(item.row)) {
      fates.rows.push_back(Fate::refused);
      fates.refusals.push_back({.row = i, .sqlstate = "23514"});
    } else {
      SimTable::Stored stored;
      for (std::size_t column = 0; column < item.row.size(); ++column) {
        stored.push_back(text_of(item.row[column]));
      }
      next.rows.emplace(item.key, std::move(stored));
      fates.rows.push_back(Fate::stored);
    }
  }
  for (const QuarantineRecord& record : writes.quarantine) {
    const bool known = next.knows(record.key);
    fates.quarantine.push_back(known ? Fate::duplicate : Fate::stored);
    if (!known) {
      next.quarantine.emplace(record.key, record);
    }
  }
  table_ = std::move(next);

  if (strikes(Fault::table_stalls)) {
    between_();
    between_();
  }
  if (strikes(Fault::connection_lost_after_commit)) {
    throw Unavailable("simulated: connection lost after commit");
  }
  between_();
  return fates;
}

}  // namespace moretta::sim
