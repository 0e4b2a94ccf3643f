#include "app/column_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/column_type.hpp"
#include "app/dual_write_reader.hpp"
#include "app/mask_fit.hpp"
#include "app/mask_reader.hpp"
#include "app/settings.hpp"
#include "app/yaml_map.hpp"
#include "base/json_text.hpp"
#include "record/decode.hpp"

namespace moretta::app {

namespace {

using mask::Method;
using mask::Policy;

constexpr std::size_t pointer_bytes_max = 1024;  // ample for nesting_max names

constexpr std::string_view origin_words =
    "$sent_at, $received_at, $message_id, $receive_count, $group_id, $attribute.NAME";
constexpr std::string_view attribute_prefix = "$attribute.";

// SQS: up to 256 letters, digits, _, - and periods.
bool is_attribute(std::string_view from) {
  constexpr std::size_t name_chars_max = 256;
  if (!from.starts_with(attribute_prefix)) {
    return false;
  }
  const std::string_view name = from.substr(attribute_prefix.size());
  return !name.empty() && name.size() <= name_chars_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

// The last name of a JSON pointer, unescaped (RFC 6901 section 4).
std::string field_of(std::string_view pointer) {
  const std::string_view escaped = pointer.substr(pointer.rfind('/') + 1);
  std::string name;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == '~' && i + 1 < escaped.size()) {
      name.push_back(escaped[++i] == '1' ? '/' : '~');
    } else {
      name.push_back(escaped[i]);
    }
  }
  return name;
}

bool is_pointer(std::string_view text) {
  if (!text.starts_with('/') || text.size() > pointer_bytes_max) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return false;
    }
  }
  return true;
}

bool is_integer(ColumnType type) {
  return type == ColumnType::smallint || type == ColumnType::integer || type == ColumnType::bigint;
}

bool takes_tokens(ColumnType type) {
  return type == ColumnType::text || type == ColumnType::varchar;
}

// One column while it is read.
class ColumnReader {
 public:
  ColumnReader(const YamlReader::Entry& entry, int key_id, YamlReader& yaml)
      : map_(entry, fmt::format("column `{}`", entry.key), yaml), key_id_(key_id), yaml_(yaml) {
    column_.name = entry.key;
  }

  void read(Table& table) {
    read_name();
    if (!map_.read(column_keys())) {
      return;
    }
    read_from();
    read_type();
    read_convert();
    read_truth("required", column_.required);
    read_truth("nullable", column_.nullable);
    read_default();
    read_mask();
    check_type_fits_source();
    check_mask_fits_type();
    // What only the decoder knows, such as a default that does not fit.
    if (const auto rest = map_.is_sound() ? fault_of(column_) : std::nullopt) {
      map_.fault(map_.place_of(column_.default_text ? "default" : "type"), *rest);
    }
    read_second();
    if (!map_.is_sound()) {
      return;
    }
    if (second_) {
      table.dual_writes.push_back({.column = column_.name, .into = second_->column.name});
    }
    table.mapping.push_back(std::move(column_));
    table.policies.push_back(std::move(policy_));
    if (second_) {
      table.mapping.push_back(std::move(second_->column));
      table.policies.push_back(std::move(second_->policy));
    }
  }

 private:
  void read_name() {
    if (!is_column_name(column_.name)) {
      map_.rename("a column");
      map_.fault(map_.place(),
                 fmt::format("its name is not one that Postgres takes; allowed: {} bytes",
                             identifier_bytes_max));
    }
  }

  void read_from() {
    const auto from = map_.scalar("from");
    if (!from) {
      if (map_.find("from") == nullptr) {
        map_.fault(
            map_.place(),
            fmt::format("`from` is missing; allowed: a JSON pointer, {}; write `from: /name`",
                        origin_words));
      }
      return;
    }
    has_from_ = true;
    if (from->text == "$sent_at") {
      column_.origin = Origin::sent_at;
    } else if (from->text == "$received_at") {
      column_.origin = Origin::received_at;
    } else if (from->text == "$message_id") {
      column_.origin = Origin::message_id;
    } else if (from->text == "$receive_count") {
      column_.origin = Origin::receive_count;
    } else if (from->text == "$group_id") {
      column_.origin = Origin::group_id;
    } else if (is_attribute(from->text)) {
      column_.origin = Origin::attribute;
      column_.pointer = from->text.substr(attribute_prefix.size());
    } else if (is_pointer(from->text)) {
      column_.pointer = from->text;
    } else {
      has_from_ = false;
      map_.fault(
          from->place,
          fmt::format("`from` {} is not a JSON pointer; allowed: /name, /outer/inner (~1 for /, "
                      "~0 for ~), {}{}",
                      shown(*from), origin_words, pointer_hint(from->text)));
    }
  }

  static std::string pointer_hint(std::string_view text) {
    const std::string with_slash = fmt::format("/{}", text);
    if (text.empty() || text.starts_with('$') || text.starts_with('/') || !is_pointer(with_slash)) {
      return {};
    }
    return "; put a / in front";
  }

  void read_type() {
    if (map_.find("type") == nullptr) {
      map_.fault(map_.place(),
                 fmt::format("`type` is missing; allowed: {}; write the type that the "
                             "table has",
                             column_type_words));
      return;
    }
    if (const auto declared = read_column_type(map_)) {
      has_type_ = true;
      column_.type = declared->type;
      column_.width = declared->width;
    }
  }

  void read_convert() {
    const auto convert = map_.scalar("convert");
    if (!convert) {
      return;
    }
    if (convert->text == "none") {
      return;
    }
    if (convert->text == "major_version") {
      column_.convert = Convert::major_version;
      if (has_type_ && !is_integer(column_.type)) {
        map_.fault(convert->place, fmt::format("major_version gives an integer, the type is {}; "
                                               "allowed: smallint, integer, bigint",
                                               declared_type(column_)));
      }
    } else if (convert->text == "date_utc") {
      column_.convert = Convert::date_utc;
      if (has_type_ && column_.type != ColumnType::date) {
        map_.fault(convert->place,
                   fmt::format("date_utc gives a date, the type is {}; allowed: date",
                               declared_type(column_)));
      }
    } else {
      map_.fault(
          convert->place,
          fmt::format("{} is not a conversion; allowed: none, major_version, "
                      "date_utc{}",
                      shown(*convert), suggestion(convert->raw, {"major_version", "date_utc"})));
    }
  }

  void read_truth(std::string_view key, bool& target) {
    const auto value = map_.scalar(key);
    if (!value) {
      return;
    }
    const auto truth = parse_truth(value->text);
    if (!truth) {
      map_.fault(value->place,
                 fmt::format("`{}` {} is not a choice; allowed: true, false", key, shown(*value)));
      return;
    }
    target = *truth;
  }

  void read_default() {
    const auto value = map_.scalar("default");
    if (!value) {
      return;
    }
    if (column_.required && !column_.nullable) {
      map_.fault(map_.place_of("default"),
                 "`default` can never be used, because the key must be there and not null; add "
                 "`required: false` or `nullable: true`");
    }
    column_.default_text = json_of(*value);
  }

  // YAML knows types only by their looks; the column says whether the value is a text.
  std::string json_of(const Scalar& value) const {
    switch (column_.type) {
      case ColumnType::smallint:
      case ColumnType::integer:
      case ColumnType::bigint:
      case ColumnType::double_precision:
      case ColumnType::numeric:
      case ColumnType::boolean:
      case ColumnType::jsonb:
        return column_.convert == Convert::none ? value.text : json_string(value.text);
      case ColumnType::text:
      case ColumnType::varchar:
      case ColumnType::date:
      case ColumnType::timestamptz:
      case ColumnType::uuid:
      case ColumnType::inet:
        return json_string(value.text);
    }
    return json_string(value.text);
  }

  [[nodiscard]] std::string default_domain() const {
    return column_.origin == Origin::body ? field_of(column_.pointer) : column_.name;
  }

  void read_mask() {
    const auto* entry = map_.find("mask");
    if (entry == nullptr) {
      policy_.method = Method::keep;
      if (is_of_sender(column_.origin)) {
        map_.fault(
            map_.place(),
            fmt::format("`mask` is missing, and what comes from a message is never stored in "
                        "clear by accident; allowed: {}; write `mask: keep` if it may be read by "
                        "everybody",
                        list_of(method_words())));
      }
      return;
    }
    const auto policy = app::read_mask(*entry, column_.name, default_domain(), yaml_);
    if (!policy) {
      map_.spoil();
      return;
    }
    policy_ = *policy;
    has_mask_ = true;
  }

  void check_type_fits_source() {
    if (!has_from_ || !has_type_) {
      return;
    }
    const Place place = map_.place_of("type");
    if (column_.origin == Origin::message_id && !takes_tokens(column_.type) &&
        column_.type != ColumnType::uuid) {
      map_.fault(place,
                 fmt::format("$message_id is a text, the type is {}; allowed: text, varchar(N), "
                             "uuid",
                             declared_type(column_)));
    }
    if (column_.origin == Origin::receive_count && !is_integer(column_.type)) {
      map_.fault(place, fmt::format("$receive_count is a whole number, the type is {}; allowed: "
                                    "smallint, integer, bigint",
                                    declared_type(column_)));
    }
    if (column_.origin == Origin::sent_at || column_.origin == Origin::received_at) {
      const bool as_date = column_.type == ColumnType::date && column_.convert == Convert::date_utc;
      if (column_.type != ColumnType::timestamptz && !as_date) {
        map_.fault(place, fmt::format("a time of the queue does not fit the type {}; allowed: "
                                      "timestamptz, or date with `convert: date_utc`",
                                      declared_type(column_)));
      }
    }
  }

  void check_mask_fits_type() {
    if (!has_mask_ || !has_type_) {
      return;
    }
    if (const auto wrong = misfit(column_, policy_, key_id_)) {
      map_.fault(map_.place_of(wrong->key), wrong->text);
    }
  }

  // Last: it depends on all the rest.
  void read_second() {
    const auto* entry = map_.find("dual_write");
    if (entry == nullptr || !map_.is_sound()) {
      return;
    }
    second_ = read_dual_write(
        *entry,
        {.column = column_, .policy = policy_, .domain = default_domain(), .key_id = key_id_},
        yaml_);
    if (!second_) {
      map_.spoil();
    }
  }

  YamlMap map_;
  int key_id_;
  YamlReader& yaml_;
  Column column_;
  Policy policy_;
  bool has_from_ = false;
  bool has_type_ = false;
  std::optional<SecondColumn> second_;
  bool has_mask_ = false;
};

}  // namespace

void read_columns(const YamlReader::Entry& columns, int key_id, YamlReader& yaml, Table& table) {
  const auto entries = yaml.entries(columns.value, columns.place, "`table.columns`", {});
  if (entries.size() > columns_max) {
    yaml.problem(
        columns.place,
        fmt::format("`table.columns` has {} columns; allowed: {}, as many as Postgres takes",
                    entries.size(), columns_max));
    return;
  }
  if (columns.value.IsMap() && columns.value.size() == 0) {
    yaml.problem(columns.place, "`table.columns` is empty; write at least one column");
  }
  for (const auto& entry : entries) {
    ColumnReader(entry, key_id, yaml).read(table);
  }
  for (const DualWrite& dual : table.dual_writes) {
    if (std::ranges::count(table.mapping, dual.into, &Column::name) > 1) {
      yaml.problem(columns.place,
                   fmt::format("`dual_write` of column `{}`: there is another column "
                               "`{}`; name one that nothing else writes",
                               dual.column, dual.into));
    }
  }
}

}  // namespace moretta::app
