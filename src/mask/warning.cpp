#include "mask/warning.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace moretta::mask {

namespace {

// To try every input once against all stored tokens, on one core. MD5: measured, 16 lanes. SHA-256:
// reckoned from 87 ns a hash.
struct BreakTime {
  std::string_view addresses;    // 2^32 dotted quads
  std::string_view nine_digits;  // 10^9 ids such as ddd-dd-dddd
};

constexpr BreakTime md5_break_time = {.addresses = "84 s", .nine_digits = "9 s"};
constexpr BreakTime sha256_break_time = {.addresses = "6 min", .nine_digits = "90 s"};

// By its domain only: `ip`, `client_ip`, `ip_address`.
bool holds_addresses(std::string_view domain) {
  constexpr std::array<std::string_view, 3> suffixes = {"_ip", "-ip", ".ip"};
  return domain == "ip" || domain.starts_with("ip_") || domain.starts_with("ip-") ||
         std::ranges::any_of(suffixes, [&](auto suffix) { return domain.ends_with(suffix); });
}

}  // namespace

std::optional<std::string> guessing_warning(std::string_view column, const Policy& policy) {
  if (policy.method == Method::ipcrypt_pfx) {
    return fmt::format(
        "{}: ipcrypt-pfx shows which addresses share a network, and one address that is known "
        "gives "
        "away its networks for everybody; take it for counting networks only, else "
        "ipcrypt-deterministic or aes-siv",
        column);
  }
  if (policy.method != Method::md5 && policy.method != Method::sha256) {
    return std::nullopt;
  }
  const bool is_md5 = policy.method == Method::md5;
  const BreakTime time = is_md5 ? md5_break_time : sha256_break_time;
  const std::string_view method = is_md5 ? "MD5" : "SHA-256";
  constexpr std::string_view advice =
      "on one core of our reference machine; use hmac-sha256 or aes-siv, as the preset "
      "logins-keyed does";
  if (holds_addresses(policy.domain)) {
    return fmt::format(
        "{}: plain {} of an IPv4 address falls to guessing: all 2^32 addresses take about {} {}",
        column, method, time.addresses, advice);
  }
  return fmt::format(
      "{}: plain {} falls to guessing: all 10^9 ids of nine digits take about {}, all 2^32 IPv4 "
      "addresses about {} {}",
      column, method, time.nine_digits, time.addresses, advice);
}

}  // namespace moretta::mask
