#include "app/column_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/mask_fit.hpp"

namespace moretta::app {

namespace {

bool has_epoch(const mask::Policy& policy) {
  return policy.epoch != mask::Epoch::none;
}

std::string no_period_key(const std::string& column) {
  return fmt::format(
      "column `{}` has an `epoch`, and the keyset no key of a month that may be read; make "
      "them with `moretta keys add KEYSET --month 2026-11 --until 2027-10` (docs/keys.md)",
      column);
}

}  // namespace

std::vector<std::string> column_key_faults(const Table& table, const mask::Keyset& keys) {
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < table.policies.size(); ++i) {
    const mask::Policy& policy = table.policies[i];
    if (policy.key_id != 0 && keys.find(policy.key_id) == nullptr) {
      faults.push_back(
          fmt::format("`dual_write`: there is no key {} that may be read; `moretta keys add` puts "
                      "one into a keyset (docs/keys.md)",
                      policy.key_id));
    }
    if (!has_epoch(policy)) {
      continue;
    }
    const auto months = keys.readable(policy.epoch);
    if (months.empty()) {
      faults.push_back(no_period_key(table.mapping[i].name));
      continue;
    }
    const int longest = (*std::ranges::max_element(months, {}, &mask::MasterKey::id))->id;
    if (const auto wrong = misfit(table.mapping[i], policy, longest)) {
      faults.push_back(fmt::format("column `{}`: {}", table.mapping[i].name, wrong->text));
    }
  }
  return faults;
}

std::vector<mask::Period> months_without_key(const Config& config, WallTime now) {
  std::vector<mask::Period> missing;
  if (!config.keys.set || std::ranges::none_of(config.table.policies, has_epoch)) {
    return missing;
  }
  const auto is_there = [&](mask::Period month) {
    const auto keys = config.keys.set->readable(mask::Epoch::month);
    return std::ranges::any_of(keys, [&](const mask::MasterKey* key) {
      return config.keys.set->entry(key->id)->period == month;
    });
  };
  const mask::Period month = mask::period_of(now);
  for (const mask::Period needed : {month, month + std::chrono::months(1)}) {
    if (!is_there(needed)) {
      missing.push_back(needed);
    }
  }
  return missing;
}

}  // namespace moretta::app
