#include "audit/digest_kind.hpp"

#include "base/encoding.hpp"

namespace moretta::audit {

namespace {

constexpr std::size_t word_bytes = 4;

// Where byte `i` of a word stands in it: MD5 reads words little-endian, SHA-256 big-endian.
unsigned shift_of(DigestKind kind, std::size_t i) {
  const auto bits = static_cast<unsigned>(8 * i);
  return kind == DigestKind::md5 ? bits : 24 - bits;
}

}  // namespace

std::string_view digest_name(DigestKind kind) {
  return kind == DigestKind::md5 ? "md5" : "sha256";
}

std::size_t digest_words(DigestKind kind) {
  return kind == DigestKind::md5 ? 4 : 8;
}

std::optional<DigestWords> digest_words_of(DigestKind kind, std::string_view hex_digits) {
  const auto bytes = from_hex(hex_digits);
  if (!bytes || bytes->size() != word_bytes * digest_words(kind)) {
    return std::nullopt;
  }
  DigestWords words{};
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    const auto byte = static_cast<unsigned char>((*bytes)[i]);
    words[i / word_bytes] |= std::uint32_t{byte} << shift_of(kind, i % word_bytes);
  }
  return words;
}

}  // namespace moretta::audit
