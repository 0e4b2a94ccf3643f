#include "app/row_text.hpp"

#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

namespace {

void append_date(std::int64_t days, std::string& out) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void append_timestamp(std::int64_t microseconds, std::string& out) {
  const std::chrono::sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds{microseconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  append_date(day.time_since_epoch().count(), out);
  fmt::format_to(std::back_inserter(out), "T{:02}:{:02}:{:02}.{:06}Z", clock.hours().count(),
                 clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

// Everything but null and text, which need quoting of the one kind or the other.
void append_plain(const Value& value, std::string& out) {
  switch (value.kind) {
    case Value::Kind::integer:
      fmt::format_to(std::back_inserter(out), "{}", value.integer);
      break;
    case Value::Kind::real:
      fmt::format_to(std::back_inserter(out), "{}", value.real);  // the shortest that reads back
      break;
    case Value::Kind::boolean:
      out += value.integer != 0 ? "true" : "false";
      break;
    case Value::Kind::date:
      append_date(value.integer, out);
      break;
    case Value::Kind::timestamp:
      append_timestamp(value.integer, out);
      break;
    case Value::Kind::null:
    case Value::Kind::text:
      out += value.text;
      break;
  }
}

bool is_time(Value::Kind kind) {
  return kind == Value::Kind::date || kind == Value::Kind::timestamp;
}

void append_json_value(const Column& column, const Value& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
  } else if (value.kind == Value::Kind::text && column.type != ColumnType::jsonb) {
    append_json_string(value.text, out);
  } else if (is_time(value.kind)) {
    out.push_back('"');
    append_plain(value, out);
    out.push_back('"');
  } else {
    append_plain(value, out);
  }
}

void append_csv_text(std::string_view text, std::string& out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') {
      out.push_back('"');
    }
    out.push_back(c);
  }
  out.push_back('"');
}

constexpr std::string_view csv_line_end = "\r\n";

}  // namespace

void append_json_row(const Mapping& mapping, const Row& row, std::string& out) {
  ENSURE(mapping.size() == row.size());
  out.push_back('{');
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    if (i > 0) {
      out.push_back(',');
    }
    append_json_string(mapping[i].name, out);
    out.push_back(':');
    append_json_value(mapping[i], row[i], out);
  }
  out += "}\n";
}

void append_csv_header(const Mapping& mapping, std::string& out) {
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    if (i > 0) {
      out.push_back(',');
    }
    append_csv_text(mapping[i].name, out);
  }
  out += csv_line_end;
}

void append_csv_row(const Mapping& mapping, const Row& row, std::string& out) {
  ENSURE(mapping.size() == row.size());
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    if (i > 0) {
      out.push_back(',');
    }
    const Value value = row[i];
    if (value.kind == Value::Kind::text) {
      append_csv_text(value.text, out);
    } else if (!value.is_null()) {
      append_plain(value, out);
    }
  }
  out += csv_line_end;
}

}  // namespace moretta::app
