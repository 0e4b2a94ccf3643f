// What `moretta keys` may do to a keyset: every step of a key's life, and what each refuses.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mask/keyset.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

Failure<std::string> no_such_key(int id) {
  return Failure{fmt::format("there is no key {}; `moretta keys list` has them all", id)};
}

Failure<std::string> is_gone(int id) {
  return Failure{fmt::format("key {} is destroyed, and that is for good", id)};
}

Failure<std::string> is_primary(int id) {
  return Failure{
      fmt::format("key {} is the primary, which makes the tokens; promote another first", id)};
}

}  // namespace

Result<Done, std::string> Keyset::add(KeyEntry entry) {
  entry.state = KeyState::active;
  if (entry.id < next_id()) {
    return Failure{
        fmt::format("a new key must have an id above {}; ids are never used again", next_id() - 1)};
  }
  entries_.push_back(std::move(entry));
  if (auto found = fault(entries_, min_read_id_)) {
    entries_.pop_back();
    return Failure{std::move(*found)};
  }
  return Done{};
}

Result<Done, std::string> Keyset::promote(int id) {
  KeyEntry* chosen = own_entry(id);
  if (chosen == nullptr) {
    return no_such_key(id);
  }
  if (chosen->state == KeyState::destroyed) {
    return is_gone(id);
  }
  if (chosen->state == KeyState::disabled) {
    return Failure{fmt::format("key {} is disabled; enable it first, wherever it is used", id)};
  }
  if (chosen->period) {
    return Failure{fmt::format("key {} is of {}, and makes the tokens of that period only", id,
                               period_text(*chosen->period))};
  }
  if (id < min_read_id_) {
    return Failure{fmt::format("key {} is below min_read_id, which is {}: its tokens are not read",
                               id, min_read_id_)};
  }
  const auto before = std::ranges::find(entries_, KeyState::primary, &KeyEntry::state);
  before->state = KeyState::active;
  chosen->state = KeyState::primary;
  return Done{};
}

Result<Done, std::string> Keyset::disable(int id) {
  KeyEntry* chosen = own_entry(id);
  if (chosen == nullptr) {
    return no_such_key(id);
  }
  if (chosen->state == KeyState::primary) {
    return is_primary(id);
  }
  if (chosen->state == KeyState::destroyed) {
    return is_gone(id);
  }
  chosen->state = KeyState::disabled;
  return Done{};
}

Result<Done, std::string> Keyset::enable(int id) {
  KeyEntry* chosen = own_entry(id);
  if (chosen == nullptr) {
    return no_such_key(id);
  }
  if (chosen->state == KeyState::destroyed) {
    return is_gone(id);
  }
  if (chosen->state == KeyState::disabled) {
    chosen->state = KeyState::active;
    if (auto found = fault(entries_, min_read_id_)) {
      chosen->state = KeyState::disabled;
      return Failure{std::move(*found)};
    }
  }
  return Done{};
}

Result<Done, std::string> Keyset::destroy(int id) {
  KeyEntry* chosen = own_entry(id);
  if (chosen == nullptr) {
    return no_such_key(id);
  }
  if (chosen->state == KeyState::primary) {
    return is_primary(id);
  }
  chosen->state = KeyState::destroyed;
  chosen->key.reset();
  chosen->wrapped.clear();
  chosen->ref.clear();
  return Done{};
}

Result<Done, std::string> Keyset::set_min_read_id(int id) {
  const int primary_id = primary_entry().id;
  if (id < 1 || id > primary_id) {
    return Failure{fmt::format("min_read_id may be 1 to {}, the primary key", primary_id)};
  }
  min_read_id_ = id;
  return Done{};
}

}  // namespace moretta::mask
