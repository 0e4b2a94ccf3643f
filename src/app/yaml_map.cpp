#include "app/yaml_map.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace moretta::app {

bool YamlMap::read(std::span<const KeyFacts> keys) {
  std::vector<std::string_view> allowed;
  allowed.reserve(keys.size());
  for (const KeyFacts& facts : keys) {
    allowed.push_back(facts.path);
  }
  entries_ = yaml_.entries(entry_.value, entry_.place, what_, allowed);
  return entry_.value.IsMap();
}

const YamlMap::Entry* YamlMap::find(std::string_view key) const {
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  return found == entries_.end() ? nullptr : &*found;
}

Place YamlMap::place_of(std::string_view key) const {
  const Entry* entry = find(key);
  return entry == nullptr ? entry_.place : entry->place;
}

std::optional<Scalar> YamlMap::scalar(std::string_view key) {
  const Entry* entry = find(key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  auto scalar = yaml_.scalar(*entry, fmt::format("`{}` of {}", key, what_));
  is_sound_ = is_sound_ && scalar.has_value();
  return scalar;
}

void YamlMap::fault(Place place, std::string_view text) {
  yaml_.problem(place, fmt::format("{}: {}", what_, text));
  is_sound_ = false;
}

}  // namespace moretta::app
