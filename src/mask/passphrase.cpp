#include "mask/passphrase.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/encoding.hpp"
#include "base/take.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view scheme = "scrypt:";
constexpr std::uint64_t n_min = 32'768;    // below it, guessing is cheap
constexpr std::uint64_t n_max = 1U << 22;  // 4 GiB with r = 8: refused by memory_max anyway
constexpr std::uint64_t small_max = 32;    // of r and p
constexpr std::uint64_t memory_max = 1U << 30;
constexpr std::size_t salt_bytes_min = 16;
constexpr std::size_t salt_bytes_max = 64;
constexpr std::size_t passphrase_chars_min = 20;  // six diceware words have 25 or more
constexpr std::size_t passphrase_chars_max = 1024;

// Takes "name=value" off the front, with the comma behind it.
std::optional<std::string_view> take(std::string_view name, std::string_view& rest) {
  if (!rest.starts_with(name) || rest.size() <= name.size() || rest[name.size()] != '=') {
    return std::nullopt;
  }
  rest.remove_prefix(name.size() + 1);
  return take_until(rest, ',');
}

bool take_number(std::string_view name, std::string_view& rest, std::uint64_t& out) {
  const auto text = take(name, rest);
  if (!text) {
    return false;
  }
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  return error == std::errc{} && end == text->data() + text->size();
}

std::uint64_t memory_of(const ScryptParameters& parameters) {
  return 128 * parameters.n * parameters.r;
}

}  // namespace

Result<ScryptParameters, std::string> parse_scrypt(std::string_view text) {
  ScryptParameters read;
  std::string_view rest = text.substr(std::min(scheme.size(), text.size()));
  const bool has_numbers = text.starts_with(scheme) && take_number("n", rest, read.n) &&
                           take_number("r", rest, read.r) && take_number("p", rest, read.p);
  const auto salt = has_numbers ? take("salt", rest) : std::nullopt;
  const auto salt_bytes = salt && rest.empty() ? from_base64url(*salt) : std::nullopt;
  if (!salt_bytes) {
    return Failure{std::string(
        "this is not scrypt:n=131072,r=8,p=1,salt=BASE64URL, with all four in this order; "
        "`moretta keys passphrase` prints one with a new salt")};
  }
  read.salt = *salt_bytes;
  if (read.n < n_min || read.n > n_max || !std::has_single_bit(read.n) || read.r < 1 ||
      read.r > small_max || read.p < 1 || read.p > small_max || memory_of(read) > memory_max) {
    return Failure{
        fmt::format("these parameters of scrypt are too cheap or too dear; n is a power of two "
                    "from {}, r and p "
                    "1 to {}, 128 * n * r at most {} bytes",
                    n_min, small_max, memory_max)};
  }
  if (read.salt.size() < salt_bytes_min || read.salt.size() > salt_bytes_max) {
    return Failure{fmt::format("the salt has {} bytes; it must have {} to {}", read.salt.size(),
                               salt_bytes_min, salt_bytes_max)};
  }
  return read;
}

std::string scrypt_text(const ScryptParameters& parameters) {
  return fmt::format("{}n={},r={},p={},salt={}", scheme, parameters.n, parameters.r, parameters.p,
                     base64url(bytes_of(parameters.salt)));
}

Result<MasterKey, std::string> key_of_passphrase(int id, std::string_view passphrase,
                                                 const ScryptParameters& parameters) {
  const bool is_one_character =
      passphrase.find_first_not_of(passphrase.substr(0, 1)) == std::string_view::npos;
  if (passphrase.size() < passphrase_chars_min || passphrase.size() > passphrase_chars_max ||
      is_one_character) {
    return Failure{
        fmt::format("the passphrase has {} characters; take {} to {}, six random words or more",
                    passphrase.size(), passphrase_chars_min, passphrase_chars_max)};
  }
  MasterKey key{.id = id, .bytes = SecretBytes(master_key_bytes)};
  const auto* salt = reinterpret_cast<const unsigned char*>(parameters.salt.data());
  auto* out = reinterpret_cast<unsigned char*>(key.bytes.bytes().data());
  constexpr std::uint64_t slack = 1U << 20;  // what scrypt needs beside its table
  require_openssl(EVP_PBE_scrypt(passphrase.data(), passphrase.size(), salt, parameters.salt.size(),
                                 parameters.n, parameters.r, parameters.p,
                                 memory_of(parameters) + 128 * parameters.r * parameters.p + slack,
                                 out, master_key_bytes) == 1,
                  "scrypt");
  return key;
}

}  // namespace moretta::mask
