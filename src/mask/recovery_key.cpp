#include "mask/recovery_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view public_word = "recovery-public:";
constexpr std::string_view private_word = "recovery-private:";

// Whoever knows RFC 7748 knows these scalars (sections 5.2 and 6.1), and its test vectors are ours.
constexpr std::array<std::string_view, 4> published_scalars = {
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

struct Parsed {
  int id = 0;
  SecretBytes bytes;
};

// <id>:<base64url of 32 bytes>
std::optional<Parsed> parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  Parsed parsed;
  const auto [stopped, error] =
      std::from_chars(text.data(), text.data() + std::min(colon, text.size()), parsed.id);
  if (colon == std::string_view::npos || error != std::errc{} || stopped != text.data() + colon ||
      parsed.id < 1 || parsed.id > key_id_max || text.starts_with('0')) {
    return std::nullopt;
  }
  auto decoded = from_base64url(text.substr(colon + 1));
  if (!decoded) {
    return std::nullopt;
  }
  parsed.bytes = SecretBytes(std::string_view(*decoded));
  wipe(*decoded);
  return parsed.bytes.size() == x25519_bytes ? std::optional(std::move(parsed)) : std::nullopt;
}

bool is_published(const SecretBytes& scalar) {
  std::string text = hex(scalar.bytes());
  const bool found = std::ranges::find(published_scalars, text) != published_scalars.end();
  wipe(text);
  return found;
}

}  // namespace

RecoveryPrivate new_recovery_key(int id, Random& random) {
  ENSURE(id >= 1 && id <= key_id_max);
  RecoveryPrivate key{.id = id, .scalar = SecretBytes(x25519_bytes)};
  random.fill(key.scalar.bytes());
  return key;
}

RecoveryPublic public_half(const RecoveryPrivate& key) {
  return {.id = key.id, .point = x25519_public(std::as_const(key.scalar).bytes())};
}

Result<RecoveryPublic, std::string> parse_recovery_public(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with(private_word)) {
    return Failure{std::string(
        "cannot use the recovery key: it is the private half, which nobody but the recovery "
        "officer may have; write the public half, and make a new pair, for this one was shown")};
  }
  const auto parsed =
      text.starts_with(public_word) ? parse(text.substr(public_word.size())) : std::nullopt;
  if (!parsed) {
    return Failure{std::string(
        "cannot use the recovery key: it is not recovery-public:<id>:<43 characters>; make a pair "
        "with `moretta-unmask recovery-key FILE`")};
  }
  RecoveryPublic key{.id = parsed->id};
  std::ranges::copy(parsed->bytes.bytes(), key.point.begin());
  // Any scalar tells: all are multiples of 8, so a point of small order gives zero with every one.
  const X25519Point any = {std::byte{8}};
  if (!x25519(any, key.point)) {
    return Failure{std::string(
        "cannot use the recovery key: it is a point of small order, to which everybody has the "
        "private half; make a pair with `moretta-unmask recovery-key FILE`")};
  }
  return key;
}

Result<RecoveryPrivate, std::string> parse_recovery_private(std::string_view text) {
  text = trimmed(text);
  auto parsed =
      text.starts_with(private_word) ? parse(text.substr(private_word.size())) : std::nullopt;
  if (!parsed) {
    const bool is_public = text.starts_with(public_word);
    return Failure{std::string("cannot use the recovery key: ") +
                   (is_public ? "it is the public half, which opens nothing; give the private one"
                              : "it is not recovery-private:<id>:<43 characters>; give the file "
                                "that `moretta-unmask recovery-key` wrote")};
  }
  if (is_published(parsed->bytes)) {
    return Failure{std::string(
        "cannot use the recovery key: it is a test key that everybody can read in RFC 7748; make a "
        "pair with `moretta-unmask recovery-key FILE`")};
  }
  return RecoveryPrivate{.id = parsed->id, .scalar = std::move(parsed->bytes)};
}

std::string shown(const RecoveryPublic& key) {
  return std::string(public_word) + std::to_string(key.id) + ":" + base64url(key.point);
}

SecretBytes shown(const RecoveryPrivate& key) {
  std::string text = std::string(private_word) + std::to_string(key.id) + ":";
  std::string scalar = base64url(std::as_const(key.scalar).bytes());
  text.reserve(text.size() + scalar.size());
  text += scalar;
  SecretBytes out{std::string_view(text)};
  wipe(scalar);
  wipe(text);
  return out;
}

}  // namespace moretta::mask
