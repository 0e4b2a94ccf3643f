#pragma once

// What a stored value looks like from outside: which method made it, as far as its text tells, or
// what personal data it seems to be. Looks only; nothing of the value is kept.

#include <cstddef>
#include <string_view>

namespace moretta::audit {

enum class Shape {
  empty,
  // Tokens.
  md5,       // 32 hex digits; also hmac-sha256 of 128 bits without its prefix
  sha256,    // 64 hex digits; also hmac-sha256 without its prefix
  hmac,      // h1:…
  siv,       // s1:…
  cbc,       // c1:…
  token,     // t1:…
  seed_cbc,  // base64 of salt, IV and ciphertext
  // Personal data in clear, as it seems.
  ipv4,
  ipv6,
  email,
  card,  // 13 to 19 digits with Luhn's check digit
  id,    // ddd-dd-dddd
  uuid,
  other,
};

inline constexpr std::size_t shapes = 15;

std::string_view shape_name(Shape shape);  // "md5", "IPv4 address"
bool is_token(Shape shape);
bool is_unkeyed(Shape shape);     // a digest that anybody can make
bool is_look_alike(Shape shape);  // of personal data: all from ipv4 to id; a uuid may be anything

struct Recognised {
  Shape shape = Shape::other;
  int key_id = 0;  // 0: the text names none

  bool operator==(const Recognised&) const = default;
};

Recognised recognise(std::string_view value);

}  // namespace moretta::audit
