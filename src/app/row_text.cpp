#include "app/row_text.hpp"

#include <charconv>
#include <chrono>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

namespace {

// By hand: a date stands in most rows, and a formatter reads its format each time.
void append_padded(std::uint64_t number, std::size_t digits, std::string& out) {
  out.append(digits, '0');
  for (std::size_t end = out.size(), i = 0; i < digits; ++i, number /= 10) {
    out[end - 1 - i] = static_cast<char>('0' + number % 10);
  }
}

void append_date(std::int64_t days, std::string& out) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const auto year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) {
    fmt::format_to(std::back_inserter(out), "{:04}", year);
  } else {
    append_padded(static_cast<std::uint64_t>(year), 4, out);
  }
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.month()), 2, out);
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.day()), 2, out);
}

void append_timestamp(std::int64_t microseconds, std::string& out) {
  const std::chrono::sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds{microseconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  const auto count = [](auto duration) {
    return static_cast<std::uint64_t>(duration.count());
  };
  append_date(day.time_since_epoch().count(), out);
  out.push_back('T');
  append_padded(count(clock.hours()), 2, out);
  out.push_back(':');
  append_padded(count(clock.minutes()), 2, out);
  out.push_back(':');
  append_padded(count(clock.seconds()), 2, out);
  out.push_back('.');
  append_padded(count(clock.subseconds()), 6, out);
  out.push_back('Z');
}

void append_integer(std::int64_t number, std::string& out) {
  char digits[std::numeric_limits<std::int64_t>::digits10 + 2];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), number);
  ENSURE(error == std::errc{});
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// Everything but null and text, which need quoting of the one kind or the other.
void append_plain(const Value& value, std::string& out) {
  switch (value.kind) {
    case Value::Kind::integer:
      append_integer(value.integer, out);
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

void append_json_value(const Value& value, IsJson is_json, std::string& out) {
  if (value.is_null()) {
    out += "null";
  } else if (value.kind == Value::Kind::text && is_json == IsJson::no) {
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

std::string plain_text(const Value& value) {
  ENSURE(!value.is_null());
  std::string text;
  append_plain(value, text);
  return text;
}

RowText::RowText(const Mapping& mapping, RowFormat format) : format_(format) {
  for (const Column& column : mapping) {
    Field field{.before = fields_.empty() ? "" : ",",
                .is_json = column.type == ColumnType::jsonb ? IsJson::yes : IsJson::no};
    if (format == RowFormat::csv) {
      header_ += field.before;
      append_csv_text(column.name, header_);
    } else {
      field.before = (fields_.empty() ? "{" : ",") + json_string(column.name) + ":";
    }
    fields_.push_back(std::move(field));
  }
  header_ += format == RowFormat::csv ? csv_line_end : "";
}

void RowText::append_header(std::string& out) const {
  out += header_;
}

void RowText::append_row(const Row& row, std::string& out) const {
  ENSURE(fields_.size() == row.size());
  format_ == RowFormat::csv ? append_csv_row(row, out) : append_json_row(row, out);
}

void RowText::append_json_row(const Row& row, std::string& out) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    out += fields_[i].before;
    append_json_value(row[i], fields_[i].is_json, out);
  }
  out += "}\n";
}

void RowText::append_csv_row(const Row& row, std::string& out) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    out += fields_[i].before;
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
