#include "app/plan/comparison.hpp"

#include <algorithm>
#include <array>

#include "app/masked_text.hpp"

namespace moretta::app {

namespace {

std::optional<std::size_t> place_of(const std::string& column, const Mapping& mapping) {
  const auto found = std::ranges::find(mapping, column, &Column::name);
  return found == mapping.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - mapping.begin()));
}

bool equal(const Value& a, const Value& b) {
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer && a.real == b.real;
}

}  // namespace

std::string_view fate_word(RowFate fate) {
  constexpr std::array<std::string_view, 5> words = {"same", "changed", "lost", "gained",
                                                     "rejected"};
  return words.at(static_cast<std::size_t>(fate));
}

Comparison::Side::Side(const Config& side, Random& random)
    : config(side), key(test_key(side.keys.id)), transform(dry_parts(side, key), random) {}

std::string Comparison::Side::shown(const Row& row, std::size_t column) const {
  return masked_text(row[column], config.table.mapping[column], config.table.policies[column]);
}

Comparison::Comparison(const Config& old, const Config& now, Random& random)
    : old_(old, random), now_(now, random) {
  const Mapping& before = old.table.mapping;
  const Mapping& after = now.table.mapping;
  for (std::size_t i = 0; i < after.size(); ++i) {
    pairs_.push_back(
        {.column = after[i].name, .before = place_of(after[i].name, before), .after = i});
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!place_of(before[i].name, after)) {
      pairs_.push_back({.column = before[i].name, .before = i, .after = std::nullopt});
    }
  }
}

Compared Comparison::compare(const Message& message) {
  const auto before = old_.transform.row_of(message);
  const auto after = now_.transform.row_of(message);
  Compared compared;
  if (!before) {
    compared.before = before.error();
  }
  if (!after) {
    compared.after = after.error();
  }
  if (before && after) {
    compared.cells = changes(before.value(), after.value());
    compared.fate = compared.cells.empty() ? RowFate::same : RowFate::changed;
  } else if (before) {
    compared.fate = RowFate::lost;
  } else {
    compared.fate = after ? RowFate::gained : RowFate::rejected;
  }
  return compared;
}

std::vector<CellChange> Comparison::changes(const Row& before, const Row& after) const {
  std::vector<CellChange> changes;
  for (const Pair& pair : pairs_) {
    if (pair.before && pair.after && equal(before[*pair.before], after[*pair.after])) {
      continue;
    }
    changes.push_back({.column = pair.column,
                       .before = pair.before ? old_.shown(before, *pair.before) : "",
                       .after = pair.after ? now_.shown(after, *pair.after) : ""});
  }
  return changes;
}

}  // namespace moretta::app
