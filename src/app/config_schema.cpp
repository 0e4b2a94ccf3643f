#include "app/config_schema.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/cases/case_reader.hpp"
#include "app/settings.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text, std::string_view separator) {
  Words words;
  while (true) {
    const std::size_t at = text.find(separator);
    words.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return words;
    }
    text.remove_prefix(at + separator.size());
  }
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+';
  });
}

// `auto, json, query`: the words that there are.
std::optional<Words> choices(std::string_view type) {
  Words words = split(type, ", ");
  if (words.size() < 2 || !std::ranges::all_of(words, is_word)) {
    return std::nullopt;
  }
  return words;
}

// `number, 1 to 64`
std::optional<std::pair<int, int>> range(std::string_view type) {
  constexpr std::string_view start = "number, ";
  const std::size_t to = type.find(" to ");
  if (!type.starts_with(start) || to == std::string_view::npos) {
    return std::nullopt;
  }
  const auto low = parse_int(type.substr(start.size(), to - start.size()));
  const auto high = parse_int(type.substr(to + 4));
  return low && high ? std::optional(std::pair(*low, *high)) : std::nullopt;
}

// YAML turns on, off, true and numbers into values of their own; so editors must allow both forms.
std::string scalar_schema(const KeyFacts& facts) {
  const std::string purpose = json_string(facts.purpose);
  if (const auto limits = range(facts.type)) {
    return fmt::format(R"({{"description":{},"type":"integer","minimum":{},"maximum":{}}})",
                       purpose, limits->first, limits->second);
  }
  if (const auto words = choices(facts.type)) {
    std::string list;
    for (const std::string& word : *words) {
      list += (list.empty() ? "" : ",") + json_string(word);
    }
    const bool is_truth = std::ranges::find(*words, "on") != words->end() ||
                          std::ranges::find(*words, "true") != words->end();
    return fmt::format(R"({{"description":{},"enum":[{}{}]}})", purpose, list,
                       is_truth ? ",true,false" : "");
  }
  return fmt::format(R"({{"description":{},"type":["string","number","boolean"]}})", purpose);
}

std::string object_schema(const std::vector<std::pair<std::string, std::string>>& members,
                          const Words& required = {}) {
  std::string properties;
  for (const auto& [name, schema] : members) {
    properties += fmt::format("{}{}:{}", properties.empty() ? "" : ",", json_string(name), schema);
  }
  std::string needed;
  for (const std::string& name : required) {
    needed += (needed.empty() ? "" : ",") + json_string(name);
  }
  return fmt::format(
      R"({{"type":"object","additionalProperties":false,"properties":{{{}}},"required":[{}]}})",
      properties, needed);
}

std::string mask_schema() {
  std::vector<std::pair<std::string, std::string>> members;
  std::string methods;
  for (const KeyFacts& facts : mask_keys()) {
    const std::string schema = scalar_schema(facts);
    members.emplace_back(facts.path, schema);
    methods = facts.path == "method" ? schema : methods;
  }
  return fmt::format(R"({{"anyOf":[{},{}]}})", methods, object_schema(members, {"method"}));
}

std::string columns_schema() {
  std::vector<std::pair<std::string, std::string>> members;
  for (const KeyFacts& facts : column_keys()) {
    members.emplace_back(facts.path, facts.path == "mask" ? mask_schema() : scalar_schema(facts));
  }
  return fmt::format(
      R"({{"description":"One entry for each column of the table that is written.","type":"object",)"
      R"("minProperties":1,"additionalProperties":{}}})",
      object_schema(members, {"from", "type"}));
}

std::string case_member(std::string_view key, const std::string& purpose) {
  if (key == "message") {
    return fmt::format(R"({{"description":{},"type":["object","string"]}})", purpose);
  }
  if (key == "row") {
    return fmt::format(R"({{"description":{},"type":"object","minProperties":1}})", purpose);
  }
  return fmt::format(R"({{"description":{},"type":["string","object"]}})", purpose);
}

std::string cases_schema() {
  std::vector<std::pair<std::string, std::string>> members;
  for (const KeyFacts& facts : case_keys()) {
    members.emplace_back(facts.path, case_member(facts.path, json_string(facts.purpose)));
  }
  return fmt::format(R"({{"description":"What `moretta test` runs.","type":"array","items":{}}})",
                     object_schema(members, {"message"}));
}

}  // namespace

std::string config_schema() {
  std::vector<std::pair<std::string, std::string>> top;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> groups;
  const auto add = [&](std::string_view path, const std::string& schema) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) {
      top.emplace_back(path, schema);
      return;
    }
    const std::string group(path.substr(0, dot));
    groups[group].emplace_back(path.substr(dot + 1), schema);
  };
  for (const Setting& setting : settings()) {
    add(setting.facts.path, scalar_schema(setting.facts));
  }
  add("table.columns", columns_schema());
  add("tests", cases_schema());
  for (const auto& [name, members] : groups) {
    top.emplace_back(name,
                     object_schema(members, name == "table" ? Words{"name", "columns"} : Words{}));
  }
  std::string schema = object_schema(top, {"table"});
  schema.insert(1,
                R"("$schema":"https://json-schema.org/draft/2020-12/schema","title":"moretta",)");
  return schema + "\n";
}

}  // namespace moretta::app
