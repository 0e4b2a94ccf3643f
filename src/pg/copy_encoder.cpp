#include "pg/copy_encoder.hpp"

#include <bit>
#include <utility>

#include "base/ensure.hpp"
#include "pg/binary_value.hpp"

namespace moretta::pg {

namespace {

// PostgreSQL manual, COPY, "Binary Format": signature, flags, length of the header's extension.
constexpr std::string_view header("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\xff\xff", 2);
constexpr char jsonb_version = 1;

void append_length(std::size_t bytes, std::string& out) {
  append_big_endian(static_cast<std::uint32_t>(bytes), out);
}

template <typename Unsigned>
void append_number(Unsigned number, std::string& out) {
  append_length(sizeof number, out);
  append_big_endian(number, out);
}

void append_integer(ColumnType type, std::int64_t number, std::string& out) {
  switch (type) {
    case ColumnType::smallint:
      ENSURE(std::in_range<std::int16_t>(number));
      return append_number(static_cast<std::uint16_t>(number), out);
    case ColumnType::integer:
      ENSURE(std::in_range<std::int32_t>(number));
      return append_number(static_cast<std::uint32_t>(number), out);
    default:
      ENSURE(type == ColumnType::bigint);
      return append_number(static_cast<std::uint64_t>(number), out);
  }
}

}  // namespace

std::vector<std::uint32_t> copy_types(const Column& column) {
  switch (column.type) {
    case ColumnType::text:
    case ColumnType::varchar:
      return {25, 1043, 1042};  // text, varchar, bpchar: one format
    case ColumnType::smallint:
      return {21};
    case ColumnType::integer:
      return {23};
    case ColumnType::bigint:
      return {20};
    case ColumnType::double_precision:
      return {701};
    case ColumnType::numeric:
      return {1700};
    case ColumnType::boolean:
      return {16};
    case ColumnType::date:
      return {1082};
    case ColumnType::timestamptz:
      return {1184};
    case ColumnType::uuid:
      return {2950};
    case ColumnType::inet:
      return {869};
    case ColumnType::jsonb:
      return {3802};
  }
  ENSURE(false);
  return {};
}

CopyEncoder::CopyEncoder(const Mapping& mapping) {
  for (const Column& column : mapping) {
    types_.push_back(column.type);
  }
  begin();
}

void CopyEncoder::begin() {
  buffer_ = header;
  rows_ = 0;
  is_finished_ = false;
}

void CopyEncoder::add(const Row& row) {
  ENSURE(row.size() == types_.size());
  ENSURE(!is_finished_);
  ++rows_;
  append_big_endian(static_cast<std::uint16_t>(types_.size()), buffer_);
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const Value value = row[i];
    switch (value.kind) {
      case Value::Kind::null:
        append_big_endian(~std::uint32_t{0}, buffer_);  // a length of -1
        break;
      case Value::Kind::text:
        add_text(types_[i], value.text);
        break;
      case Value::Kind::integer:
        append_integer(types_[i], value.integer, buffer_);
        break;
      case Value::Kind::real:
        append_number(std::bit_cast<std::uint64_t>(value.real), buffer_);
        break;
      case Value::Kind::boolean:
        append_number(static_cast<std::uint8_t>(value.integer != 0 ? 1 : 0), buffer_);
        break;
      case Value::Kind::date:
        append_number(static_cast<std::uint32_t>(binary_date(value.integer)), buffer_);
        break;
      case Value::Kind::timestamp:
        append_number(static_cast<std::uint64_t>(binary_timestamp(value.integer)), buffer_);
        break;
    }
  }
}

// Most texts are as long as they stand; of the others the length is known only behind them.
void CopyEncoder::add_text(ColumnType type, std::string_view text) {
  if (type == ColumnType::text || type == ColumnType::varchar) {
    append_length(text.size(), buffer_);
    buffer_ += text;
    return;
  }
  const std::size_t start = buffer_.size();
  append_length(0, buffer_);
  const std::size_t value_start = buffer_.size();
  switch (type) {
    case ColumnType::numeric:
      append_binary_numeric(text, buffer_);
      break;
    case ColumnType::uuid:
      append_binary_uuid(text, buffer_);
      break;
    case ColumnType::inet:
      append_binary_inet(text, buffer_);
      break;
    default:
      ENSURE(type == ColumnType::jsonb);
      buffer_.push_back(jsonb_version);
      buffer_ += text;
  }
  std::string length;
  append_length(buffer_.size() - value_start, length);
  buffer_.replace(start, length.size(), length);
}

std::string_view CopyEncoder::finish() {
  buffer_ += std::exchange(is_finished_, true) ? std::string_view() : trailer;
  return buffer_;
}

}  // namespace moretta::pg
