#include "audit/shape.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <arpa/inet.h>

#include "base/encoding.hpp"
#include "mask/token.hpp"

namespace moretta::audit {

namespace {

constexpr std::array<std::string_view, shapes> names = {
    "empty",       "md5",         "sha256",           "hmac-sha256",  "aes-siv",
    "aes-256-cbc", "tokenize",    "seed-cbc",         "IPv4 address", "IPv6 address",
    "e-mail",      "card number", "id (ddd-dd-dddd)", "uuid",         "other"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Of one case: no digest is written in both.
bool is_hex(std::string_view text) {
  bool has_lower = false;
  bool has_upper = false;
  for (const char c : text) {
    has_lower |= c >= 'a' && c <= 'f';
    has_upper |= c >= 'A' && c <= 'F';
    if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) {
      return false;
    }
  }
  return !has_lower || !has_upper;
}

// Each letter of `pattern` stands for itself, but d for a digit and x for a hex digit.
bool fits(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_right = pattern[i] == 'd' ? is_digit(text[i])
                          : pattern[i] == 'x'
                              ? std::isxdigit(static_cast<unsigned char>(text[i])) != 0
                              : text[i] == pattern[i];
    if (!is_right) {
      return false;
    }
  }
  return true;
}

std::optional<Shape> address(std::string_view text) {
  constexpr std::size_t chars_max = INET6_ADDRSTRLEN;
  if (text.size() < 2 || text.size() > chars_max) {
    return std::nullopt;
  }
  std::array<char, chars_max + 1> terminated{};
  std::ranges::copy(text, terminated.begin());
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, terminated.data(), bytes.data()) == 1) {
    return Shape::ipv4;
  }
  return ::inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1 ? std::optional(Shape::ipv6)
                                                                     : std::nullopt;
}

// One @ with something before it and a name with a period behind it: what RFC 5321 calls a mailbox,
// as it occurs.
bool is_email(std::string_view text) {
  constexpr std::size_t chars_max = 254;  // RFC 5321 section 4.5.3.1.3
  const std::size_t at = text.find('@');
  if (text.size() > chars_max || at == std::string_view::npos || at == 0 ||
      text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  const std::string_view domain = text.substr(at + 1);
  const std::size_t period = domain.rfind('.');
  return period != std::string_view::npos && period > 0 && domain.size() - period > 2 &&
         std::ranges::all_of(
             domain, [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
}

// ISO/IEC 7812-1: 13 to 19 digits, perhaps in groups, with a check digit.
bool is_card(std::string_view text) {
  constexpr std::size_t chars_max = 23;  // 19 digits in groups of four
  constexpr int digits_min = 13;
  constexpr int digits_max = 19;
  if (text.size() > chars_max) {
    return false;
  }
  int digits = 0;
  int sum = 0;
  for (std::size_t i = text.size(); i > 0; --i) {
    const char c = text[i - 1];
    if (c == ' ' || c == '-') {
      continue;
    }
    if (!is_digit(c)) {
      return false;
    }
    const int doubled = (c - '0') * (digits % 2 == 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
    ++digits;
  }
  return digits >= digits_min && digits <= digits_max && sum % 10 == 0;
}

// base64(salt 16 || IV 16 || at least one AES block).
bool is_seed_cbc(std::string_view text) {
  constexpr std::size_t bytes_min = 48;
  constexpr std::size_t chars_max = 4096;
  constexpr std::size_t block = 16;
  if (text.size() < bytes_min * 4 / 3 || text.size() > chars_max || text.size() % 4 != 0) {
    return false;
  }
  const auto bytes = from_base64(text);
  return bytes && bytes->size() >= bytes_min && bytes->size() % block == 0;
}

std::optional<Recognised> token(std::string_view value) {
  const auto parts = mask::parse_token(value);
  if (!parts) {
    return std::nullopt;
  }
  constexpr std::size_t hmac_128_chars = 32;
  constexpr std::size_t hmac_chars = 64;
  const std::string_view payload = parts->payload;
  const bool is_tag =
      (payload.size() == hmac_128_chars || payload.size() == hmac_chars) && is_hex(payload);
  const bool is_cipher =
      payload.size() >= hmac_128_chars && std::ranges::all_of(payload, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
      });
  if (parts->letter == mask::hmac_letter && is_tag) {
    return Recognised{Shape::hmac, parts->key_id};
  }
  if (parts->letter == mask::vault_letter && is_tag) {
    return Recognised{Shape::token, parts->key_id};
  }
  if (parts->letter == mask::siv_letter && is_cipher) {
    return Recognised{Shape::siv, parts->key_id};
  }
  if (parts->letter == mask::cbc_letter && is_cipher) {
    return Recognised{Shape::cbc, parts->key_id};
  }
  return std::nullopt;
}

}  // namespace

std::string_view shape_name(Shape shape) {
  return names.at(static_cast<std::size_t>(shape));
}

bool is_token(Shape shape) {
  return shape >= Shape::md5 && shape <= Shape::seed_cbc;
}

bool is_unkeyed(Shape shape) {
  return shape == Shape::md5 || shape == Shape::sha256;
}

bool is_look_alike(Shape shape) {
  return shape >= Shape::ipv4 && shape <= Shape::id;
}

Recognised recognise(std::string_view value) {
  constexpr std::size_t md5_chars = 32;
  constexpr std::size_t sha256_chars = 64;
  if (value.empty()) {
    return {Shape::empty};
  }
  if (value.size() == md5_chars && is_hex(value)) {
    return {Shape::md5};
  }
  if (value.size() == sha256_chars && is_hex(value)) {
    return {Shape::sha256};
  }
  if (const auto ours = token(value)) {
    return *ours;
  }
  if (fits(value, "ddd-dd-dddd")) {
    return {Shape::id};
  }
  if (fits(value, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) {
    return {Shape::uuid};
  }
  if (const auto found = address(value)) {
    return {*found};
  }
  if (is_email(value)) {
    return {Shape::email};
  }
  if (is_card(value)) {
    return {Shape::card};
  }
  return {is_seed_cbc(value) ? Shape::seed_cbc : Shape::other};
}

}  // namespace moretta::audit
