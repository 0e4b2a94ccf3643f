#pragma once

// Columns of rows as binary array parameters (src/backend/utils/adt/arrayfuncs.c, array_recv): one
// parameter for each column of a whole turn, which is what makes one round trip cheap.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "record/column.hpp"
#include "record/ledger_key.hpp"
#include "record/value.hpp"

namespace moretta::pg {

// Of pg_type; fixed for ever.
enum class ElementType : std::uint32_t {
  boolean = 16,
  bytea = 17,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  float8 = 701,
  date = 1082,
  timestamptz = 1184,
  uuid = 2950,
};

// What a column travels as. numeric, uuid, inet and jsonb go as text and are cast by the statement.
ElementType element_type(ColumnType type);
std::string_view element_name(ElementType type);  // "text", "int4": as SQL spells it
std::uint32_t array_oid(ElementType type);

// One array under construction; keeps its memory between turns.
class ArrayEncoder {
 public:
  // Begins an array of exactly `count` elements.
  void begin(ElementType type, std::size_t count);

  void add_null();
  void add_bytes(std::string_view bytes);  // text and bytea
  void add_key(const LedgerKey& key);
  // REQUIRED: fits an int2 or int4 where the type is one; the decoder has rejected what does not.
  void add_integer(std::int64_t number);
  void add_real(double number);
  void add_boolean(bool truth);
  // Days, microseconds since 1970. What Postgres cannot hold becomes a value that it refuses
  // (22008).
  void add_date(std::int64_t days);
  void add_timestamp(std::int64_t micros);
  void add(const Value& value);

  // The finished parameter; valid until the next begin(). REQUIRED: as many elements as announced.
  [[nodiscard]] std::string_view bytes() const;

 private:
  void put_int2(std::int16_t number);
  void put_int4(std::int32_t number);
  void put_int8(std::int64_t number);
  void begin_element(std::int32_t bytes);

  std::string buffer_;
  ElementType type_ = ElementType::text;
  std::size_t expected_ = 0;
  std::size_t added_ = 0;
};

}  // namespace moretta::pg
