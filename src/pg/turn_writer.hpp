#pragma once

// Writes one turn: all of it in the first statement if it can be, else in halves around what the
// server refuses, so that k bad rows of n cost about k log2(n) statements and the rest is stored.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <vector>

#include "core/ports.hpp"
#include "pg/sink_session.hpp"
#include "pg/statements.hpp"
#include "pg/turn_parameters.hpp"
#include "pg/turn_plan.hpp"

namespace moretta::pg {

// For one turn.
class TurnWriter {
 public:
  // All outlive it.
  TurnWriter(const Writes& writes, TurnParameters& parameters, SinkSession& session);

  // What became of each item. Throws Unavailable if anything of the rest may or may not be durable;
  // Refused if nothing can be stored at all.
  Fates write(Attempt attempt);

 private:
  enum class Cause { refused, too_large };

  struct Work {
    Part part;
    Attempt attempt = Attempt::optimistic;
    bool is_left = false;     // of a refused whole, whose other half is next
    bool surely_bad = false;  // the whole was refused, and its left half was not
  };

  void step(const Work& work);
  void note_stored(const Work& work, const Answer& answer);
  void note_conflicts(const Part& part, const Answer& answer);
  void set_stored(const Part& part, const auto& is_stored);
  void note_refused(const Work& work, const ServerError& error);
  void halve(const Work& work, Cause cause);
  std::span<const Item> without_withheld(std::span<const Item> rows);
  void refuse(std::size_t row, const ServerError& error);
  void refuse_repeats();

  const Writes& writes_;
  TurnParameters& parameters_;
  SinkSession& session_;
  TurnPlan plan_;
  Fates fates_;
  std::vector<Work> todo_;  // a stack
  std::set<std::uint32_t> refused_groups_;
  std::deque<std::vector<Item>> rest_;  // what parts point to that are not the plan's any more
};

}  // namespace moretta::pg
