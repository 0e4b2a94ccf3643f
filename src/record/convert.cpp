#include "record/convert.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

#include <arpa/inet.h>

#include "base/ensure.hpp"
#include "record/json_token.hpp"
#include "record/rfc3339.hpp"

namespace moretta {

namespace {

Result<Done, Reason> refused(Reason reason) {
  return Failure{reason};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The text is UTF-8: every byte that does not continue a character begins one.
std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(
      text, shape, [](char c, char want) { return want == 'x' ? is_hex_digit(c) : c == want; });
}

bool is_inet(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  char address[INET6_ADDRSTRLEN] = {};  // one NUL stays behind the text
  if (slash >= sizeof address) {
    return false;
  }
  text.copy(address, slash);
  if (text.find('\0') != std::string_view::npos) {
    return false;  // inet_pton would stop there
  }
  unsigned char bytes[sizeof(in6_addr)];
  const bool is_v4 = inet_pton(AF_INET, address, bytes) == 1;
  const bool is_v6 = !is_v4 && inet_pton(AF_INET6, address, bytes) == 1;
  if (!is_v4 && !is_v6) {
    return false;
  }
  if (slash == text.size()) {
    return true;
  }
  const std::string_view prefix = text.substr(slash + 1);
  int bits = 0;
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
  return error == std::errc{} && end == prefix.data() + prefix.size() && is_digit(prefix.front()) &&
         bits <= (is_v4 ? 32 : 128);
}

bool is_integer_type(ColumnType type) {
  return type == ColumnType::smallint || type == ColumnType::integer || type == ColumnType::bigint;
}

// One value on its way into its column.
struct Target {
  const Column& column;
  std::size_t index;
  Event& event;

  Result<Done, Reason> text(std::string_view text) const {
    if (text.find('\0') != std::string_view::npos) {
      return Failure{Reason::nul_character};
    }
    if (column.width && text.size() > static_cast<std::size_t>(*column.width) &&
        code_points(text) > static_cast<std::size_t>(*column.width)) {
      return Failure{Reason::too_long};
    }
    event.set_text(index, text);
    return Done{};
  }

  // Decimal digits, with or without a minus.
  Result<Done, Reason> integer(std::string_view digits) const {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::result_out_of_range) {
      return Failure{Reason::out_of_range};
    }
    ENSURE(error == std::errc{} && end == digits.data() + digits.size());
    const std::int64_t least = integer_min(column.type);
    if (number < least || number > -(least + 1)) {
      return Failure{Reason::out_of_range};
    }
    event.set(index, Value::Kind::integer, number);
    return Done{};
  }

  Result<Done, Reason> number_as_written(std::string_view number) const {
    event.set_text(index, number);
    return Done{};
  }

  Result<Done, Reason> date(std::optional<std::int64_t> days) const {
    if (!days) {
      return Failure{Reason::bad_value};
    }
    event.set(index, Value::Kind::date, *days);
    return Done{};
  }

  Result<Done, Reason> timestamp(std::optional<std::int64_t> micros) const {
    if (!micros) {
      return Failure{Reason::bad_value};
    }
    event.set(index, Value::Kind::timestamp, *micros);
    return Done{};
  }
};

// The digits before the first period, or all of it.
Result<Done, Reason> put_major_version(std::string_view version, const Target& target) {
  const std::string_view major = version.substr(0, version.find('.'));
  if (major.empty() || !std::ranges::all_of(major, is_digit)) {
    return Failure{Reason::bad_value};
  }
  return target.integer(major);
}

Result<Done, Reason> put_integer(std::string_view number, const Target& target) {
  if (number.find_first_of(".eE") != std::string_view::npos) {
    return Failure{Reason::bad_value};
  }
  return target.integer(number);
}

// Milliseconds since 1970, by the years that a date may have in text: 0001 to 9999.
Result<Done, Reason> put_epoch_date(std::string_view number, const Target& target) {
  constexpr std::int64_t year_1_ms = -62'135'596'800'000;
  constexpr std::int64_t year_10000_ms = 253'402'300'800'000;
  if (number.find_first_of(".eE") != std::string_view::npos) {
    return Failure{Reason::bad_value};
  }
  std::int64_t epoch_ms = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), epoch_ms);
  if (error != std::errc{} || epoch_ms < year_1_ms || epoch_ms >= year_10000_ms) {
    return Failure{Reason::out_of_range};
  }
  return target.date(day_of_micros(epoch_ms * 1000));
}

Result<Done, Reason> put_string(std::string_view text, const Target& target) {
  switch (target.column.convert) {
    case Convert::major_version:
      return put_major_version(text, target);
    case Convert::date_utc: {
      const std::optional<std::int64_t> micros = micros_of(text);
      return target.date(micros ? std::optional(day_of_micros(*micros)) : std::nullopt);
    }
    case Convert::none:
      break;
  }
  switch (target.column.type) {
    case ColumnType::text:
    case ColumnType::varchar:
      return target.text(text);
    case ColumnType::numeric:
      return is_json_number(text) ? target.number_as_written(text) : refused(Reason::bad_value);
    case ColumnType::date:
      return target.date(days_of(text));
    case ColumnType::timestamptz:
      return target.timestamp(micros_of(text));
    case ColumnType::uuid:
      return is_uuid(text) ? target.text(text) : refused(Reason::bad_value);
    case ColumnType::inet:
      return is_inet(text) ? target.text(text) : refused(Reason::bad_value);
    default:
      return Failure{Reason::wrong_type};
  }
}

Result<Done, Reason> put_number(std::string_view number, const Target& target) {
  switch (target.column.convert) {
    case Convert::major_version:
      // An exponent would move the period.
      return number.find_first_of("eE") == std::string_view::npos
                 ? put_major_version(number, target)
                 : refused(Reason::bad_value);
    case Convert::date_utc:
      return put_epoch_date(number, target);
    case Convert::none:
      break;
  }
  if (is_integer_type(target.column.type)) {
    return put_integer(number, target);
  }
  if (target.column.type == ColumnType::numeric) {
    return target.number_as_written(number);
  }
  if (target.column.type == ColumnType::double_precision) {
    target.event.set_real(target.index, to_double(number));
    return Done{};
  }
  return Failure{Reason::wrong_type};
}

}  // namespace

std::int64_t integer_min(ColumnType type) {
  switch (type) {
    case ColumnType::smallint:
      return std::numeric_limits<std::int16_t>::min();
    case ColumnType::integer:
      return std::numeric_limits<std::int32_t>::min();
    default:
      return std::numeric_limits<std::int64_t>::min();
  }
}

bool can_convert(Origin origin, Convert convert, ColumnType type) {
  const bool is_time = origin == Origin::sent_at || origin == Origin::received_at;
  switch (convert) {
    case Convert::major_version:
      return is_of_sender(origin) && is_integer_type(type);
    case Convert::date_utc:
      return (is_of_sender(origin) || is_time) && type == ColumnType::date;
    case Convert::none:
      break;
  }
  if (is_time) {
    return type == ColumnType::timestamptz;
  }
  if (origin == Origin::receive_count) {
    return is_integer_type(type);
  }
  if (origin == Origin::group_id || origin == Origin::attribute) {
    return type != ColumnType::jsonb;  // they are texts
  }
  if (origin == Origin::message_id) {
    return type == ColumnType::text || type == ColumnType::varchar || type == ColumnType::uuid;
  }
  return true;
}

Result<Done, Reason> convert_json(const JsonValue& json, const Column& column, std::size_t index,
                                  Event& event) {
  const Target target{.column = column, .index = index, .event = event};
  if (column.type == ColumnType::jsonb) {
    if (json.holds_nul) {
      return Failure{Reason::nul_character};
    }
    event.set_text(index, json.source);
    return Done{};
  }
  switch (json.kind) {
    case JsonValue::Kind::string:
      return put_string(json.text, target);
    case JsonValue::Kind::number:
      return put_number(json.source, target);
    case JsonValue::Kind::boolean:
      if (column.type != ColumnType::boolean) {
        return Failure{Reason::wrong_type};
      }
      event.set(index, Value::Kind::boolean, json.source == "true" ? 1 : 0);
      return Done{};
    case JsonValue::Kind::array:
    case JsonValue::Kind::object:
      return Failure{Reason::wrong_type};
    case JsonValue::Kind::absent:
    case JsonValue::Kind::null:
      break;
  }
  ENSURE(json.kind != JsonValue::Kind::absent && json.kind != JsonValue::Kind::null);
  return Failure{Reason::wrong_type};
}

Result<Done, Reason> convert_attribute(const Message& message, const Column& column,
                                       std::size_t index, Event& event) {
  const Target target{.column = column, .index = index, .event = event};
  if (column.origin == Origin::message_id) {
    return column.type == ColumnType::uuid && !is_uuid(message.id) ? refused(Reason::bad_value)
                                                                   : target.text(message.id);
  }
  if (column.origin == Origin::receive_count) {
    event.set(index, Value::Kind::integer, message.receive_count);
    return Done{};
  }
  const bool when_sent = column.origin == Origin::sent_at;
  const WallTime time =
      when_sent ? message.sent_at.value_or(message.received_at) : message.received_at;
  const std::int64_t micros = micros_of(time);
  return column.convert == Convert::date_utc ? target.date(day_of_micros(micros))
                                             : target.timestamp(micros);
}

}  // namespace moretta
