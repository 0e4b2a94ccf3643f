#include "pg/turn_plan.hpp"

#include <algorithm>
#include <iterator>

#include "base/ensure.hpp"

namespace moretta::pg {

namespace {

std::uint64_t big_endian(std::span<const std::byte, 8> bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) {
    number = number << 8 | std::to_integer<std::uint64_t>(byte);
  }
  return number;
}

// By key, then by place in the turn; of equal keys only the first stays.
template <typename Keyed>
std::vector<Item> sorted_once(const std::vector<Keyed>& keyed) {
  std::vector<Item> items;
  items.reserve(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    items.push_back({.key = sort_key(keyed[i].key.bytes), .index = static_cast<std::uint32_t>(i)});
  }
  std::ranges::sort(items);
  const auto same = [](const Item& a, const Item& b) {
    return a.key == b.key;
  };
  items.erase(std::unique(items.begin(), items.end(), same), items.end());
  return items;
}

}  // namespace

SortKey sort_key(std::span<const std::byte, 16> bytes) {
  return {.high = big_endian(bytes.first<8>()), .low = big_endian(bytes.last<8>())};
}

TurnPlan::TurnPlan(const Writes& writes, Order order)
    : rows_(sorted_once(writes.rows)),
      row_count_(writes.rows.size()),
      quarantine_count_(writes.quarantine.size()) {
  std::ranges::set_difference(sorted_once(writes.quarantine), rows_,
                              std::back_inserter(quarantine_), {}, &Item::key, &Item::key);
  if (order == Order::by_group) {
    std::ranges::sort(rows_, {}, &Item::index);
  }
}

Fates TurnPlan::initial_fates() const {
  return {.rows = std::vector<Fate>(row_count_, Fate::duplicate),
          .quarantine = std::vector<Fate>(quarantine_count_, Fate::duplicate),
          .refusals = {}};
}

Halves halves_of(const Part& part) {
  ENSURE(part.size() > 1);
  if (!part.rows.empty() && !part.quarantine.empty()) {
    return {.left = {.rows = {}, .quarantine = part.quarantine},
            .right = {.rows = part.rows, .quarantine = {}}};
  }
  const std::size_t rows = part.rows.size() / 2;
  const std::size_t quarantine = part.quarantine.size() / 2;
  return {.left = {part.rows.first(rows), part.quarantine.first(quarantine)},
          .right = {part.rows.subspan(rows), part.quarantine.subspan(quarantine)}};
}

}  // namespace moretta::pg
