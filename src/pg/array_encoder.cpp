#include "pg/array_encoder.hpp"

#include <bit>
#include <limits>
#include <utility>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "pg/binary_value.hpp"

namespace moretta::pg {

namespace {

constexpr std::size_t has_nulls_offset = 4;  // after the number of dimensions

}  // namespace

ElementType element_type(ColumnType type) {
  switch (type) {
    case ColumnType::smallint:
      return ElementType::int2;
    case ColumnType::integer:
      return ElementType::int4;
    case ColumnType::bigint:
      return ElementType::int8;
    case ColumnType::double_precision:
      return ElementType::float8;
    case ColumnType::boolean:
      return ElementType::boolean;
    case ColumnType::date:
      return ElementType::date;
    case ColumnType::timestamptz:
      return ElementType::timestamptz;
    case ColumnType::text:
    case ColumnType::varchar:
    case ColumnType::numeric:
    case ColumnType::uuid:
    case ColumnType::inet:
    case ColumnType::jsonb:
      return ElementType::text;
  }
  ENSURE(false);
  return ElementType::text;
}

std::string_view element_name(ElementType type) {
  switch (type) {
    case ElementType::boolean:
      return "bool";
    case ElementType::bytea:
      return "bytea";
    case ElementType::int8:
      return "int8";
    case ElementType::int2:
      return "int2";
    case ElementType::int4:
      return "int4";
    case ElementType::text:
      return "text";
    case ElementType::float8:
      return "float8";
    case ElementType::date:
      return "date";
    case ElementType::timestamptz:
      return "timestamptz";
    case ElementType::uuid:
      return "uuid";
  }
  ENSURE(false);
  return {};
}

std::uint32_t array_oid(ElementType type) {
  switch (type) {
    case ElementType::boolean:
      return 1000;
    case ElementType::bytea:
      return 1001;
    case ElementType::int8:
      return 1016;
    case ElementType::int2:
      return 1005;
    case ElementType::int4:
      return 1007;
    case ElementType::text:
      return 1009;
    case ElementType::float8:
      return 1022;
    case ElementType::date:
      return 1182;
    case ElementType::timestamptz:
      return 1185;
    case ElementType::uuid:
      return 2951;
  }
  ENSURE(false);
  return 0;
}

void ArrayEncoder::put_int2(std::int16_t number) {
  append_big_endian(static_cast<std::uint16_t>(number), buffer_);
}
void ArrayEncoder::put_int4(std::int32_t number) {
  append_big_endian(static_cast<std::uint32_t>(number), buffer_);
}
void ArrayEncoder::put_int8(std::int64_t number) {
  append_big_endian(static_cast<std::uint64_t>(number), buffer_);
}

void ArrayEncoder::begin(ElementType type, std::size_t count) {
  ENSURE(count <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()));
  buffer_.clear();
  type_ = type;
  expected_ = count;
  added_ = 0;
  put_int4(count == 0 ? 0 : 1);  // dimensions
  put_int4(0);                   // no nulls yet
  put_int4(static_cast<std::int32_t>(type));
  if (count > 0) {
    put_int4(static_cast<std::int32_t>(count));
    put_int4(1);  // lower bound
  }
}

void ArrayEncoder::begin_element(std::int32_t bytes) {
  ++added_;
  put_int4(bytes);
}

void ArrayEncoder::add_null() {
  begin_element(-1);
  buffer_[has_nulls_offset + 3] = 1;
}

void ArrayEncoder::add_bytes(std::string_view bytes) {
  ENSURE(type_ == ElementType::text || type_ == ElementType::bytea);
  begin_element(static_cast<std::int32_t>(bytes.size()));
  buffer_.append(bytes);
}

void ArrayEncoder::add_key(const LedgerKey& key) {
  ENSURE(type_ == ElementType::uuid);
  begin_element(static_cast<std::int32_t>(key.bytes.size()));
  buffer_.append(text_of(key.bytes));
}

void ArrayEncoder::add_integer(std::int64_t number) {
  switch (type_) {
    case ElementType::int2:
      ENSURE(std::in_range<std::int16_t>(number));
      begin_element(2);
      put_int2(static_cast<std::int16_t>(number));
      return;
    case ElementType::int4:
      ENSURE(std::in_range<std::int32_t>(number));
      begin_element(4);
      put_int4(static_cast<std::int32_t>(number));
      return;
    default:
      ENSURE(type_ == ElementType::int8);
      begin_element(8);
      put_int8(number);
  }
}

void ArrayEncoder::add_real(double number) {
  ENSURE(type_ == ElementType::float8);
  begin_element(8);
  put_int8(std::bit_cast<std::int64_t>(number));
}

void ArrayEncoder::add_boolean(bool truth) {
  ENSURE(type_ == ElementType::boolean);
  begin_element(1);
  buffer_.push_back(truth ? '\1' : '\0');
}

void ArrayEncoder::add_date(std::int64_t days) {
  ENSURE(type_ == ElementType::date);
  begin_element(4);
  put_int4(binary_date(days));
}

void ArrayEncoder::add_timestamp(std::int64_t micros) {
  ENSURE(type_ == ElementType::timestamptz);
  begin_element(8);
  put_int8(binary_timestamp(micros));
}

void ArrayEncoder::add(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      add_null();
      return;
    case Value::Kind::text:
      add_bytes(value.text);
      return;
    case Value::Kind::integer:
      add_integer(value.integer);
      return;
    case Value::Kind::real:
      add_real(value.real);
      return;
    case Value::Kind::boolean:
      add_boolean(value.integer != 0);
      return;
    case Value::Kind::date:
      add_date(value.integer);
      return;
    case Value::Kind::timestamp:
      add_timestamp(value.integer);
      return;
  }
  ENSURE(false);
}

std::string_view ArrayEncoder::bytes() const {
  ENSURE(added_ == expected_);
  return buffer_;
}

}  // namespace moretta::pg
