#include "mask/keyset.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::array<std::string_view, 4> state_names = {"primary", "active", "disabled",
                                                         "destroyed"};  // in the order of KeyState

using Fault = std::optional<std::string>;

bool is_in_use(const KeyEntry& entry) {
  return entry.state == KeyState::primary || entry.state == KeyState::active;
}

bool is_readable(const KeyEntry& entry, int min_read_id) {
  return is_in_use(entry) && entry.id >= min_read_id;
}

bool is_key_check_value(std::string_view text) {
  return text.size() == key_check_chars &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Fault fault_of_material(const KeyEntry& entry, const MasterKey& key) {
  if (key.id != entry.id) {
    return fmt::format("key {} was given as key {}", key.id, entry.id);
  }
  if (const auto reason = weakness(key, entry.printable)) {
    return fmt::format("key {} is weak: {}; make another", entry.id, *reason);
  }
  if (key_check_value(key) != entry.kcv) {
    return fmt::format(
        "key {} is not the key that its kcv {} was made from: the wrong key was put in its place",
        entry.id, entry.kcv);
  }
  return std::nullopt;
}

Fault fault_of_place(const KeyEntry& entry) {
  const int places = static_cast<int>(!entry.wrapped.empty()) +
                     static_cast<int>(!entry.ref.empty()) +
                     static_cast<int>(entry.key && entry.wrapped.empty() && entry.ref.empty());
  if (entry.state == KeyState::destroyed) {
    return places == 0 && !entry.key
               ? std::nullopt
               : Fault(fmt::format("key {} is destroyed, yet its material is still there; take it "
                                   "out, and out of the backups",
                                   entry.id));
  }
  return places == 1
             ? std::nullopt
             : Fault(fmt::format("key {} must have one of material, wrapped and ref", entry.id));
}

Fault fault_of(const KeyEntry& entry) {
  if (entry.id < 1 || entry.id > key_id_max) {
    return fmt::format("there is a key {}; ids go from 1 to {}", entry.id, key_id_max);
  }
  if (!is_key_check_value(entry.kcv)) {
    return fmt::format("the kcv of key {} is not {} lower-case hex digits", entry.id,
                       key_check_chars);
  }
  if (auto fault = fault_of_place(entry)) {
    return fault;
  }
  return entry.key ? fault_of_material(entry, *entry.key) : std::nullopt;
}

Fault fault_between(const KeyEntry& one, const KeyEntry& other) {
  if (one.id == other.id) {
    return fmt::format("there are two keys {}; ids are never used again", one.id);
  }
  if (one.kcv == other.kcv) {
    return fmt::format("keys {} and {} are one and the same key (kcv {}); a new id needs a new key",
                       one.id, other.id, one.kcv);
  }
  if (one.period && one.period == other.period && is_in_use(one) && is_in_use(other)) {
    return fmt::format(
        "keys {} and {} are both of {}; disable one, so that the other makes its tokens", one.id,
        other.id, period_text(*one.period));
  }
  return std::nullopt;
}

}  // namespace

Period period_of(WallTime time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return day.year() / day.month();
}

std::string period_text(Period period) {
  return fmt::format("{:04}-{:02}", static_cast<int>(period.year()),
                     static_cast<unsigned>(period.month()));
}

std::optional<Period> parse_period(std::string_view text) {
  constexpr std::size_t year_chars = 4;
  constexpr std::size_t chars = 7;
  int year = 0;
  unsigned month = 0;
  const char* end = text.data() + text.size();
  if (text.size() != chars ||
      std::from_chars(text.data(), end, year).ptr != text.data() + year_chars ||
      std::from_chars(text.data() + year_chars + 1, end, month).ptr != end) {
    return std::nullopt;
  }
  const Period period = std::chrono::year(year) / std::chrono::month(month);
  return year >= 0 && period.ok() && period_text(period) == text ? std::optional(period)
                                                                 : std::nullopt;
}

std::string_view name_of(KeyState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::optional<KeyState> key_state_of(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  return found == state_names.end()
             ? std::nullopt
             : std::optional(static_cast<KeyState>(found - state_names.begin()));
}

std::optional<std::string> Keyset::fault(std::span<const KeyEntry> entries, int min_read_id) {
  if (entries.empty() || entries.size() > keyset_keys_max) {
    return fmt::format("it has {} keys; it may have 1 to {}", entries.size(), keyset_keys_max);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (auto found = fault_of(entries[i])) {
      return found;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (auto found = fault_between(entries[j], entries[i])) {
        return found;
      }
    }
  }
  const auto is_primary = [](const KeyEntry& entry) {
    return entry.state == KeyState::primary;
  };
  const auto primaries = std::ranges::count_if(entries, is_primary);
  if (primaries != 1) {
    return fmt::format("it has {} primary keys; exactly one makes the tokens", primaries);
  }
  if (const auto entry = std::ranges::find_if(entries, is_primary); entry->period) {
    return fmt::format(
        "key {} is of {} and primary; a period's key makes tokens of that period only", entry->id,
        period_text(*entry->period));
  }
  const int primary = std::ranges::find_if(entries, is_primary)->id;
  if (min_read_id < 1 || min_read_id > primary) {
    return fmt::format("min_read_id is {}; it may be 1 to {}, the primary key", min_read_id,
                       primary);
  }
  return std::nullopt;
}

Keyset::Keyset(std::vector<KeyEntry> entries, int min_read_id)
    : entries_(std::move(entries)), min_read_id_(min_read_id) {}

Keyset::Keyset(const MasterKey& only) {
  KeyEntry entry{.id = only.id, .state = KeyState::primary};
  entry.kcv = key_check_value(only);
  entry.key = only.clone();
  entries_.push_back(std::move(entry));
}

Result<Keyset, std::string> Keyset::make(std::vector<KeyEntry> entries, int min_read_id) {
  if (auto found = fault(entries, min_read_id)) {
    return Failure{std::move(*found)};
  }
  return Keyset(std::move(entries), min_read_id);
}

const KeyEntry& Keyset::primary_entry() const {
  const auto found = std::ranges::find(entries_, KeyState::primary, &KeyEntry::state);
  ENSURE(found != entries_.end());
  return *found;
}

const MasterKey& Keyset::primary() const {
  const KeyEntry& entry = primary_entry();
  ENSURE(entry.key.has_value());
  return *entry.key;
}

const KeyEntry* Keyset::entry(int id) const {
  const auto found = std::ranges::find(entries_, id, &KeyEntry::id);
  return found == entries_.end() ? nullptr : &*found;
}

KeyEntry* Keyset::own_entry(int id) {
  return const_cast<KeyEntry*>(entry(id));
}

const MasterKey* Keyset::find(int id) const {
  const KeyEntry* found = entry(id);
  return found != nullptr && found->key && is_readable(*found, min_read_id_) ? &*found->key
                                                                             : nullptr;
}

std::vector<const MasterKey*> Keyset::readable() const {
  std::vector<const MasterKey*> keys;
  for (const KeyEntry& entry : entries_) {
    if (const MasterKey* key = find(entry.id)) {
      keys.push_back(key);
    }
  }
  const int first = primary_entry().id;
  std::ranges::sort(keys, [first](const MasterKey* a, const MasterKey* b) {
    return std::pair(a->id == first, a->id) > std::pair(b->id == first, b->id);
  });
  return keys;
}

std::vector<const MasterKey*> Keyset::readable(Epoch epoch) const {
  std::vector<const MasterKey*> keys = readable();
  std::erase_if(keys, [&](const MasterKey* key) {
    return entry(key->id)->period.has_value() != (epoch != Epoch::none);
  });
  return keys;
}

int Keyset::next_id() const {
  return std::ranges::max_element(entries_, {}, &KeyEntry::id)->id + 1;
}

std::vector<const KeyEntry*> Keyset::missing() const {
  std::vector<const KeyEntry*> found;
  for (const KeyEntry& entry : entries_) {
    if (!entry.key && is_readable(entry, min_read_id_)) {
      found.push_back(&entry);
    }
  }
  return found;
}

Result<Done, std::string> Keyset::supply(int id, SecretBytes material) {
  KeyEntry* found = own_entry(id);
  ENSURE(found != nullptr && !found->key && is_readable(*found, min_read_id_));
  MasterKey key{.id = id, .bytes = std::move(material)};
  if (auto wrong = fault_of_material(*found, key)) {
    return Failure{std::move(*wrong)};
  }
  found->key = std::move(key);
  return Done{};
}

}  // namespace moretta::mask
