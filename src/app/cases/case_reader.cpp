#include "app/cases/case_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/yaml_json.hpp"
#include "app/yaml_map.hpp"
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
  words.reserve(reason_count);
  for (int i = 0; i < reason_count; ++i) {
    words.push_back(reason_code(static_cast<Reason>(i)));
  }
  return words;
}

std::vector<std::string_view> column_names(const Mapping& mapping) {
  std::vector<std::string_view> names;
  names.reserve(mapping.size());
  for (const Column& column : mapping) {
    names.push_back(column.name);
  }
  return names;
}

// One entry while it is read.
class CaseReader {
 public:
  CaseReader(const YamlReader::Entry& entry, const Mapping& mapping, YamlReader& yaml)
      : what_(entry.key), map_(entry, what_, yaml), mapping_(mapping), yaml_(yaml) {
    case_.name = what_;
    case_.place = entry.place;
  }

  void read(Cases& cases) {
    if (!map_.read(all_case_keys)) {
      return;
    }
    read_name();
    read_message();
    read_sent_at();
    read_expectation();
    if (map_.is_sound()) {
      cases.push_back(std::move(case_));
    }
  }

 private:
  void read_name() {
    if (const auto name = map_.scalar("name")) {
      case_.name = name->text;
    }
  }

  void read_message() {
    const YamlReader::Entry* entry = map_.find("message");
    if (entry == nullptr) {
      map_.fault(map_.place(), "`message` is missing; write the message that is to be tried");
      return;
    }
    if (entry->value.IsScalar()) {
      case_.body = entry->value.Scalar();
      return;
    }
    auto body = json_of(entry->value);
    if (!body) {
      map_.fault(entry->place,
                 fmt::format("`message` cannot be written as JSON: {}", body.error()));
      return;
    }
    case_.body = std::move(body).value();
  }

  void read_sent_at() {
    const auto text = map_.scalar("sent_at");
    if (!text) {
      return;
    }
    const auto micros = micros_of(text->text);
    if (!micros) {
      map_.fault(map_.place_of("sent_at"),
                 "`sent_at` is not a time; allowed: RFC 3339, as 2026-01-31T23:59:59Z");
      return;
    }
    case_.sent_at = WallTime{Millis{*micros / 1000}};
  }

  void read_expectation() {
    const YamlReader::Entry* row = map_.find("row");
    const YamlReader::Entry* reject = map_.find("reject");
    if ((row == nullptr) == (reject == nullptr)) {
      map_.fault(map_.place(),
                 "it must expect one thing; write either `row: {…}` or `reject: REASON`");
    }
    if (row != nullptr) {
      read_row(*row);
    }
    if (reject != nullptr) {
      read_reject(*reject);
    }
  }

  void read_row(const YamlReader::Entry& entry) {
    const auto cells = yaml_.entries(entry.value, entry.place, fmt::format("`row` of {}", what_),
                                     column_names(mapping_));
    if (!entry.value.IsMap()) {
      map_.spoil();
    } else if (entry.value.size() == 0) {
      map_.fault(entry.place, "`row` is empty; name at least one column");
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
      map_.fault(
          cell.place,
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
        map_.fault(entry.place, "`reject` names no reason; write `reject: {reason: missing_key}`");
      }
    }
    case_.reject = std::move(expected);
  }

  void read_reason(const YamlReader::Entry& entry, ExpectedReject& expected) {
    const auto word = yaml_.scalar(entry, fmt::format("`reject` of {}", what_));
    if (!word) {
      map_.spoil();
      return;
    }
    const auto words = reason_words();
    const auto found = std::ranges::find(words, word->text);
    if (found == words.end()) {
      map_.fault(word->place, fmt::format("{} is not a reason; allowed: {}{}", shown(*word),
                                          list_of(words), suggestion(word->raw, words)));
      return;
    }
    expected.reason = static_cast<Reason>(found - words.begin());
  }

  const std::string& what_;
  YamlMap map_;
  const Mapping& mapping_;
  YamlReader& yaml_;
  Case case_;
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
  for (const YAML::Node& node : tests.value) {
    const YamlReader::Entry entry{
        .key = fmt::format("test {}", ++number), .place = place_of(node), .value = node};
    CaseReader(entry, mapping, yaml).read(cases);
  }
  return cases;
}

}  // namespace moretta::app
