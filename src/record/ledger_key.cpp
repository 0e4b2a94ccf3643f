#include "record/ledger_key.hpp"

#include <algorithm>
#include <span>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta {

namespace {

constexpr std::size_t time_bytes = 6;
constexpr std::int64_t time_ms_max = (std::int64_t{1} << (8 * time_bytes)) - 1;  // the year 10889

// The sixteen bytes of 8-4-4-4-12 hex digits.
std::optional<std::array<std::byte, 16>> uuid_bytes(std::string_view text) {
  constexpr std::array<std::uint8_t, 16> places = {0,  2,  4,  6,  9,  11, 14, 16,
                                                   19, 21, 24, 26, 28, 30, 32, 34};
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
      text[23] != '-') {
    return std::nullopt;
  }
  std::array<std::byte, 16> bytes{};
  int faults = 0;  // negative once a character was none
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_value(text[places[i]]);
    const int low = hex_value(text[places[i] + 1]);
    faults |= high | low;
    bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return faults < 0 ? std::nullopt : std::optional(bytes);
}

}  // namespace

LedgerKey ledger_key(const Message& message) {
  LedgerKey key;
  const std::span<std::byte> time = std::span(key.bytes).first<time_bytes>();
  const std::span<std::byte> id = std::span(key.bytes).subspan<time_bytes>();

  std::int64_t sent_ms = message.sent_at ? message.sent_at->time_since_epoch().count() : 0;
  sent_ms = std::clamp(sent_ms, std::int64_t{0}, time_ms_max);
  for (std::size_t i = time.size(); i-- > 0; sent_ms >>= 8) {
    time[i] = static_cast<std::byte>(sent_ms & 0xFF);
  }

  if (const auto uuid = uuid_bytes(message.id)) {
    std::ranges::copy(std::span(*uuid).last(id.size()), id.begin());
  } else {
    const Sha256 digest = sha256(message.id);
    std::ranges::copy(std::span(digest).first(id.size()), id.begin());
  }
  return key;
}

WallTime sent_at(const LedgerKey& key) {
  std::int64_t sent_ms = 0;
  for (const std::byte byte : std::span(key.bytes).first<time_bytes>()) {
    sent_ms = (sent_ms << 8) | std::to_integer<std::int64_t>(byte);
  }
  return WallTime{Millis{sent_ms}};
}

}  // namespace moretta
