#pragma once

// Values as the server's binary formats have them (src/backend/utils/adt, the *_recv functions):
// integers in network order, times counted from 2000-01-01.

#include <cstdint>
#include <string>
#include <string_view>

namespace moretta::pg {

template <typename Unsigned>
void append_big_endian(Unsigned number, std::string& out) {
  char bytes[sizeof number];
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes[i] = static_cast<char>(number >> (8 * (sizeof number - 1 - i)));
  }
  out.append(bytes, sizeof bytes);
}

// From days and microseconds since 1970-01-01. What Postgres cannot hold becomes a value that it
// refuses (22008).
std::int32_t binary_date(std::int64_t days);
std::int64_t binary_timestamp(std::int64_t micros);

// A JSON number as a numeric, digits and scale as written. One with an exponent beyond all sense
// becomes a value that the server refuses (22P03).
void append_binary_numeric(std::string_view number, std::string& out);

// REQUIRED: text that the decoder took for a uuid, an inet.
void append_binary_uuid(std::string_view text, std::string& out);
void append_binary_inet(std::string_view text, std::string& out);

}  // namespace moretta::pg
