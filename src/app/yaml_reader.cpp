#include "app/yaml_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/interpolate.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t shown_chars_max = 40;  // a word or a type; longer may be a secret gone astray

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= shown_chars_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

bool is_key_like(std::string_view text) {
  return is_plain(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '_' || c == '-' || c == '.' || c == '$';
         });
}

}  // namespace

Place place_of(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) {
    return {.line = 1, .column = 1};
  }
  return {.line = mark.line + 1, .column = mark.column + 1};
}

std::string shown(const Scalar& scalar) {
  return is_plain(scalar.raw) ? fmt::format("`{}`", scalar.raw) : "this value";
}

bool YamlReader::is_allowed(const Entry& entry, std::string_view what,
                            const std::vector<std::string_view>& allowed) {
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), entry.key) != allowed.end()) {
    return true;
  }
  if (!is_key_like(entry.key)) {
    problem(entry.place, fmt::format("this is not a key of {}; allowed: {}; write `key: value`",
                                     what, list_of(allowed)));
    return false;
  }
  problem(entry.place, fmt::format("unknown key `{}` in {}; allowed: {}{}", entry.key, what,
                                   list_of(allowed), suggestion(entry.key, allowed)));
  return false;
}

std::vector<YamlReader::Entry> YamlReader::entries(const YAML::Node& map, Place place,
                                                   std::string_view what,
                                                   const std::vector<std::string_view>& allowed) {
  std::vector<Entry> entries;
  if (!map.IsMap()) {
    std::string text = fmt::format("{} must be a map", what);
    if (!allowed.empty()) {
      text += fmt::format("; allowed: {}", list_of(allowed));
    }
    problem(place, text + "; write `key: value` lines below it");
    return entries;
  }
  for (const auto& pair : map) {
    const Place key_place = place_of(pair.first);
    if (!pair.first.IsScalar() || pair.first.Scalar().empty()) {
      problem(key_place, fmt::format("a key of {} must be a name; write `key: value`", what));
      continue;
    }
    Entry entry{.key = pair.first.Scalar(), .place = key_place, .value = pair.second};
    if (!is_allowed(entry, what, allowed)) {
      continue;
    }
    const auto first = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& other) { return other.key == entry.key; });
    if (first != entries.end()) {
      problem(key_place, fmt::format("{} stands twice in {}, first in line {}; remove one of them",
                                     is_key_like(entry.key) ? "`" + entry.key + "`" : "this key",
                                     what, first->place.line));
      continue;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<Scalar> YamlReader::scalar(const Entry& entry, std::string_view what,
                                         UnsetVariables unset) {
  const YAML::Node& node = entry.value;
  if (node.IsNull()) {
    problem(entry.place, fmt::format("{} has no value; write one, or remove the key", what));
    return std::nullopt;
  }
  if (!node.IsScalar()) {
    problem(place_of(node), fmt::format("{} must be a single value, not a {}", what,
                                        node.IsMap() ? "map" : "list"));
    return std::nullopt;
  }
  Scalar scalar{
      .place = place_of(node), .raw = node.Scalar(), .text = {}, .quoted = node.Tag() == "!"};
  Interpolated filled = interpolate(scalar.raw, environment_);
  for (const std::string& fault : filled.malformed) {
    problem(scalar.place, fmt::format("{}: {}", what, fault));
  }
  if (unset == UnsetVariables::refuse) {
    for (const std::string& name : filled.unset) {
      problem(scalar.place,
              fmt::format("{}: the variable {} is not set; set it, or write ${{{}:-default}}", what,
                          name, name));
    }
    if (!filled.ok()) {
      return std::nullopt;
    }
  }
  scalar.text = std::move(filled.text);
  return scalar;
}

}  // namespace moretta::app
