#include "app/key_share.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view share_name = "moretta-share:";
constexpr std::size_t pair_bytes = 4;   // tells pairs of one drawer apart
constexpr std::size_t check_bytes = 8;  // of the wrong pair, one in 2^64 would pass

struct Share {
  std::string_view pair;
  SecretBytes bytes;
};

std::optional<Share> parse(std::string_view text) {
  if (!text.starts_with(share_name)) {
    return std::nullopt;
  }
  text.remove_prefix(share_name.size());
  const std::size_t colon = text.find(':');
  if (colon != 2 * pair_bytes) {
    return std::nullopt;
  }
  auto decoded = from_base64url(text.substr(colon + 1));
  if (!decoded || decoded->size() <= check_bytes) {
    return std::nullopt;
  }
  Share share{.pair = text.substr(0, colon), .bytes = SecretBytes(std::string_view(*decoded))};
  wipe(*decoded);
  return share;
}

void add(std::span<std::byte> to, std::span<const std::byte> from) {
  std::ranges::transform(to, from, to.begin(), std::bit_xor<>());
}

std::array<std::byte, check_bytes> check_of(std::string_view secret) {
  const Sha256 digest = sha256(secret);
  std::array<std::byte, check_bytes> check;
  std::copy_n(digest.begin(), check_bytes, check.begin());
  return check;
}

SecretBytes text_of(std::string_view pair, std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(share_chars(bytes.size()));  // so that no growth leaves a copy behind
  text += share_name;
  text += pair;
  text += ':';
  append_base64url(bytes, text);
  text += '\n';
  SecretBytes out{std::string_view(text)};
  wipe(text);
  return out;
}

}  // namespace

std::size_t share_chars(std::size_t secret_bytes) {
  const std::size_t encoded = (4 * (secret_bytes + check_bytes) + 2) / 3;
  return share_name.size() + 2 * pair_bytes + 1 + encoded + 1;
}

Shares make_shares(const SecretBytes& secret, Random& random) {
  SecretBytes noise(check_bytes + secret.size());
  random.fill(noise.bytes());
  SecretBytes sum = noise.clone();
  add(sum.bytes().first(check_bytes), check_of(secret.view()));
  add(sum.bytes().subspan(check_bytes), secret.bytes());
  std::array<std::byte, pair_bytes> number;
  random.fill(number);
  const std::string pair = hex(number);
  return {.one = text_of(pair, std::as_const(noise).bytes()),
          .other = text_of(pair, std::as_const(sum).bytes())};
}

Result<SecretBytes, std::string> join_shares(const SecretBytes& one, const SecretBytes& other) {
  auto first = parse(one.view());
  const auto second = parse(other.view());
  if (!first || !second) {
    return Failure{fmt::format("the {} place of split: holds no share that `keys split` made",
                               first ? "second" : "first")};
  }
  if (first->pair != second->pair || first->bytes.size() != second->bytes.size()) {
    return Failure{
        fmt::format("the shares are of different pairs, {} and {}", first->pair, second->pair)};
  }
  add(first->bytes.bytes(), second->bytes.bytes());
  const std::span<const std::byte> joined = std::as_const(first->bytes).bytes();
  SecretBytes secret(joined.subspan(check_bytes));
  const auto check = check_of(secret.view());
  if (CRYPTO_memcmp(check.data(), joined.data(), check_bytes) != 0) {
    return Failure{
        std::string("the shares do not make a secret: one of them was changed, or given "
                    "twice")};
  }
  return secret;
}

}  // namespace moretta::app
