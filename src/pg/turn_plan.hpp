#pragma once

// Which of a turn's items go into which statement: sorted by key, or as they came where the order
// means something; each key once, and halved around what the server refuses. Pure.

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "core/ports.hpp"

namespace moretta::pg {

// A ledger key as two big-endian numbers, which compare as the server compares uuids.
struct SortKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const SortKey&) const = default;
};

SortKey sort_key(std::span<const std::byte, 16> bytes);

// An item of Writes::rows or Writes::quarantine.
struct Item {
  SortKey key;
  std::uint32_t index = 0;

  auto operator<=>(const Item&) const = default;
};

// What one statement writes.
struct Part {
  std::span<const Item> rows;
  std::span<const Item> quarantine;

  [[nodiscard]] std::size_t size() const { return rows.size() + quarantine.size(); }
};

class TurnPlan {
 public:
  TurnPlan(const Writes& writes, Order order);

  // All items but those whose key an earlier item has (rows come before quarantine); valid while
  // the plan lives.
  [[nodiscard]] Part whole() const { return {.rows = rows_, .quarantine = quarantine_}; }

  // Every item a duplicate until its statement says otherwise.
  [[nodiscard]] Fates initial_fates() const;

 private:
  std::vector<Item> rows_;
  std::vector<Item> quarantine_;
  std::size_t row_count_;
  std::size_t quarantine_count_;
};

struct Halves {
  Part left;
  Part right;
};

// Quarantine and rows apart if there are both, else the middle, so that the left half comes before
// the right one. REQUIRED: part.size() > 1.
Halves halves_of(const Part& part);

}  // namespace moretta::pg
