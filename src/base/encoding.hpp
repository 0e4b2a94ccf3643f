#pragma once

// Hex and base64 (RFC 4648). Decoders are strict: wrong alphabet, length or padding gives nullopt.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace moretta {

// Lower case.
std::string hex(std::span<const std::byte> bytes);
void write_hex(std::span<const std::byte> bytes, std::span<char> out);  // REQUIRED: out fits
void append_hex(std::span<const std::byte> bytes, std::string& out);
std::optional<std::string> from_hex(std::string_view text);
int hex_value(char c);  // of one digit, in either case; -1 if it is none

// Standard alphabet with padding (section 4).
std::string base64(std::span<const std::byte> bytes);
std::optional<std::string> from_base64(std::string_view text);

// URL-safe alphabet without padding (section 5).
std::string base64url(std::span<const std::byte> bytes);
std::size_t base64url_chars(std::size_t bytes);
void write_base64url(std::span<const std::byte> bytes, std::span<char> out);  // REQUIRED: out fits
void append_base64url(std::span<const std::byte> bytes, std::string& out);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace moretta
