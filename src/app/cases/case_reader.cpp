#include "app/cases/case_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/yaml_json.hpp"
#include "record/rfc3339.hpp"

namespace moretta::app {

namespace {

constexpr KeyFacts all_case_keys[] = {
    {"name", "text", "its number", "a version without a period", "What the test is called."},
    {"message", "map or text", "", R"({app_version: "10"})",
     "The message: as YAML, or its very bytes as a text."},
    {"sent_at", "time", "2024-02-29T12:00:00Z", "2026-01-31T23:59:59Z",
     "When the queue got the message."},
    {"row", "map of columns", "none", "{app_version: 10, masked_ip: {token_of: 192.0.2.1}}",
     "What must stand in these columns, as `moretta mask` prints it; null is NULL, `token_of` "
     "what the column's mask makes of a value. Columns that are not named may hold anything."},
    {"reject", "reason, or map of reason and column", "none", "missing_key",
     "Instead of `row`: why there must be none (docs/reasons.md)."},
};

std::vector<std::string_view> reason_words() {
  std::vector<std::string_view> words;
  for (int i = 0; i < reason_count; ++i) {
    words.push_back(reason_code(static_cast<Reason>(i)));
  }
  return words;
}

std::vector<std::string_view> column_names(const Mapping& mapping) {
  std::vector<std::string_view> names;
  for (const Column& column : mapping) {
    names.push_back(column.name);
  }
  return names;
}

// One entry while it is read.
class CaseReader {
 public:
  CaseReader(const YAML::Node& node, std::size_t number, const Mapping& mapping, YamlReader& yaml)
      : node_(node),
        what_(fmt::format("test {}", number)),
        place_(place_of(node)),
        mapping_(mapping),
        yaml_(yaml) {
    case_.name = what_;
    case_.place = place_;
  }

  void read(Cases& cases) {
    std::vector<std::string_view> allowed;
    for (const KeyFacts& facts : all_case_keys) {
      allowed.push_back(facts.path);
    }
    bool has_message = false;
    bool has_row = false;
    for (const auto& entry : yaml_.entries(node_, place_, what_, allowed)) {
      if (entry.key == "name") {
        read_name(entry);
      } else if (entry.key == "message") {
        read_message(entry);
        has_message = true;
      } else if (entry.key == "sent_at") {
        read_sent_at(entry);
      } else if (entry.key == "row") {
        read_row(entry);
        has_row = true;
      } else {
        read_reject(entry);
      }
    }
    if (!node_.IsMap()) {
      return;
    }
    if (!has_message) {
      fault(place_, "`message` is missing; write the message that is to be tried");
    }
    if (has_row == has_reject_) {
      fault(place_, "it must expect one thing; write either `row: {…}` or `reject: REASON`");
    }
    if (sound_) {
      cases.push_back(std::move(case_));
    }
  }

 private:
  void fault(Place place, const std::string& text) {
    yaml_.problem(place, fmt::format("{}: {}", what_, text));
    sound_ = false;
  }

  void read_name(const YamlReader::Entry& entry) {
    const auto name = yaml_.scalar(entry, fmt::format("`name` of {}", what_));
    sound_ = sound_ && name.has_value();
    if (name) {
      case_.name = name->text;
    }
  }

  void read_message(const YamlReader::Entry& entry) {
    if (entry.value.IsScalar()) {
      case_.body = entry.value.Scalar();
      return;
    }
    auto body = json_of(entry.value);
    if (!body) {
      fault(entry.place, fmt::format("`message` cannot be written as JSON: {}", body.error()));
      return;
    }
    case_.body = std::move(body).value();
  }

  void read_sent_at(const YamlReader::Entry& entry) {
    const auto text = yaml_.scalar(entry, fmt::format("`sent_at` of {}", what_));
    const auto micros = text ? micros_of(text->text) : std::nullopt;
    if (text && !micros) {
      fault(entry.place, "`sent_at` is not a time; allowed: RFC 3339, as 2026-01-31T23:59:59Z");
    }
    sound_ = sound_ && micros.has_value();
    if (micros) {
      case_.sent_at = WallTime{Millis{*micros / 1000}};
    }
  }

  void read_row(const YamlReader::Entry& entry) {
    const auto cells = yaml_.entries(entry.value, entry.place, fmt::format("`row` of {}", what_),
                                     column_names(mapping_));
    sound_ = sound_ && entry.value.IsMap();
    if (entry.value.IsMap() && entry.value.size() == 0) {
      fault(entry.place, "`row` is empty; name at least one column");
    }
    for (const auto& cell : cells) {
      read_cell(cell);
    }
  }

  void read_cell(const YamlReader::Entry& cell) {
    ExpectedCell expected{.column = cell.key};
    if (is_yaml_null(cell.value)) {
      expected.kind = ExpectedCell::Kind::null;
    } else if (cell.value.IsScalar()) {
      expected.text = cell.value.Scalar();
    } else if (const auto original = token_of(cell)) {
      expected.kind = ExpectedCell::Kind::token_of;
      expected.text = *original;
    } else if (const auto json = json_of(cell.value); json && is_json_column(cell.key)) {
      expected.text = json.value();
    } else {
      fault(cell.place,
            fmt::format("column `{}` must be a value, null, or {{token_of: VALUE}}", cell.key));
      return;
    }
    case_.row.push_back(std::move(expected));
  }

  static std::optional<std::string> token_of(const YamlReader::Entry& cell) {
    const YAML::Node& node = cell.value;
    if (!node.IsMap() || node.size() != 1 || !node["token_of"] || !node["token_of"].IsScalar()) {
      return std::nullopt;
    }
    return node["token_of"].Scalar();
  }

  [[nodiscard]] bool is_json_column(std::string_view name) const {
    return std::ranges::any_of(mapping_, [&](const Column& column) {
      return column.name == name && column.type == ColumnType::jsonb;
    });
  }

  void read_reject(const YamlReader::Entry& entry) {
    has_reject_ = true;
    ExpectedReject expected;
    if (!entry.value.IsMap()) {
      read_reason(entry, expected);
    } else {
      for (const auto& part :
           yaml_.entries(entry.value, entry.place, fmt::format("`reject` of {}", what_),
                         {"reason", "column"})) {
        if (part.key == "reason") {
          read_reason(part, expected);
        } else if (const auto column = yaml_.scalar(part, "`column`")) {
          expected.column = column->text;
        }
      }
      if (!entry.value["reason"]) {
        fault(entry.place, "`reject` names no reason; write `reject: {reason: missing_key}`");
      }
    }
    case_.reject = std::move(expected);
  }

  void read_reason(const YamlReader::Entry& entry, ExpectedReject& expected) {
    const auto word = yaml_.scalar(entry, fmt::format("`reject` of {}", what_));
    if (!word) {
      sound_ = false;
      return;
    }
    const auto words = reason_words();
    const auto found = std::ranges::find(words, word->text);
    if (found == words.end()) {
      fault(word->place, fmt::format("{} is not a reason; allowed: {}{}", shown(*word),
                                     list_of(words), suggestion(word->raw, words)));
      return;
    }
    expected.reason = static_cast<Reason>(found - words.begin());
  }

  const YAML::Node& node_;
  std::string what_;
  Place place_;
  const Mapping& mapping_;
  YamlReader& yaml_;
  Case case_;
  bool has_reject_ = false;
  bool sound_ = true;
};

}  // namespace

std::span<const KeyFacts> case_keys() {
  return all_case_keys;
}

Cases read_cases(const YamlReader::Entry& tests, const Mapping& mapping, YamlReader& yaml) {
  Cases cases;
  if (!tests.value.IsSequence()) {
    yaml.problem(tests.place, "`tests` must be a list; write `- message: …` lines below it");
    return cases;
  }
  if (tests.value.size() > cases_max) {
    yaml.problem(tests.place,
                 fmt::format("`tests` has {} entries; allowed: {}", tests.value.size(), cases_max));
    return cases;
  }
  std::size_t number = 0;
  for (const auto& node : tests.value) {
    CaseReader(node, ++number, mapping, yaml).read(cases);
  }
  return cases;
}

}  // namespace moretta::app
