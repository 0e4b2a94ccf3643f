#pragma once

// Bugs put in on purpose: the checker must find each of them, or it finds nothing.

#include <functional>
#include <utility>

#include "base/log.hpp"
#include "core/passing_source.hpp"
#include "sim/sim_table.hpp"

namespace moretta::sim {

inline constexpr std::string_view canary = "canary-7f3a";  // in all that must never be seen again

enum class Plant {
  none,
  delete_before_commit,
  no_ledger,
  ledger_outside_transaction,  // rows are committed, their ledger keys in a second transaction
  lost_lease_ignored,          // nothing is held while the table is away
  clear_text_in_log,
  clear_text_in_row,
  order_ignored,       // of a FIFO queue: a lane that takes it for a standard one
  conflict_stored,     // a row whose business key is there already is stored beside it
  asks_for_more,       // than its settings let it hold
  conflict_uncounted,  // settled, but nobody hears of it
};

class PlantedSink final : public Sink {
 public:
  PlantedSink(Sink& sink, Plant plant, SimTable& table, Log& log)
      : sink_(sink), plant_(plant), table_(table), log_(log) {}

  void open() override { sink_.open(); }
  Fates write(const Writes& writes) override;

 private:
  Fates write_ledger_apart(const Writes& writes);

  Sink& sink_;
  Plant plant_;
  SimTable& table_;
  Log& log_;
};

class PlantedSource final : public PassingSource {
 public:
  // `received` hears how many messages each receive gave.
  PlantedSource(Source& source, Plant plant, std::function<void(std::size_t)> received)
      : PassingSource(source), plant_(plant), received_(std::move(received)) {}

  std::vector<Message> receive(const Ask& ask) override {
    Ask asked = ask;
    asked.requests *= plant_ == Plant::asks_for_more ? 4 : 1;
    std::vector<Message> messages = PassingSource::receive(asked);
    received_(messages.size());
    return messages;
  }
  std::size_t hold(std::span<const Message> messages, Seconds lease) override {
    return plant_ == Plant::lost_lease_ignored ? 0 : PassingSource::hold(messages, lease);
  }

 private:
  Plant plant_;
  std::function<void(std::size_t)> received_;
};

}  // namespace moretta::sim
