#include "mask/token.hpp"

#include <charconv>

#include "base/encoding.hpp"
#include "base/ensure.hpp"

namespace moretta::mask {

std::string token_prefix(char letter, int key_id) {
  ENSURE(key_id >= 1 && key_id <= key_id_max);
  return letter + std::to_string(key_id) + ':';
}

std::optional<TokenParts> parse_token(std::string_view token) {
  const std::size_t colon = token.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 1 == token.size()) {
    return std::nullopt;
  }
  TokenParts parts{.letter = token[0], .payload = token.substr(colon + 1)};
  const char* end = token.data() + colon;
  const auto [stopped, error] = std::from_chars(token.data() + 1, end, parts.key_id);
  if (error != std::errc{} || stopped != end || parts.key_id < 1 || parts.key_id > key_id_max) {
    return std::nullopt;
  }
  const bool spelled_our_way = token.substr(0, colon + 1) == token_prefix(token[0], parts.key_id);
  return spelled_our_way ? std::optional(parts) : std::nullopt;
}

void append_encoded(std::span<const std::byte> bytes, Encoding encoding, std::string& out) {
  if (encoding == Encoding::hex) {
    append_hex(bytes, out);
    return;
  }
  append_base64url(bytes, out);
}

void write_encoded(std::span<const std::byte> bytes, Encoding encoding, char* to) {
  const std::span<char> out(to, encoded_chars(bytes.size(), encoding));
  if (encoding == Encoding::hex) {
    write_hex(bytes, out);
    return;
  }
  write_base64url(bytes, out);
}

std::size_t encoded_chars(std::size_t bytes, Encoding encoding) {
  return encoding == Encoding::hex ? 2 * bytes : base64url_chars(bytes);
}

std::size_t padded_bytes(std::size_t value_bytes, int pad_bytes) {
  const auto unit = static_cast<std::size_t>(pad_bytes);
  return (value_bytes / unit + 1) * unit;
}

}  // namespace moretta::mask
