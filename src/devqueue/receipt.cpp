#include "devqueue/receipt.hpp"

#include <array>
#include <cstring>
#include <span>

#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::string_view prefix = "AQEB";  // what handles of AWS begin with

// AWS's handles are a few hundred characters long and clients pay for sending them back; ours are
// padded to cost the same order.
constexpr std::size_t filler_size = 144;

struct Fields {
  std::uint64_t sequence;
  Slot slot;
  std::uint32_t number;
  std::uint64_t seal;
};

// Not a secret, only unlikely to be met by chance (the finisher of SplitMix64).
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

std::uint64_t seal_of(const Receipt& receipt, std::uint64_t queue_tag) {
  const std::uint64_t place = (std::uint64_t{receipt.slot} << 32) | receipt.number;
  return mix(mix(queue_tag ^ receipt.sequence) + place);
}

constexpr std::array<char, filler_size> make_filler() {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<char, filler_size> filler{};
  std::uint32_t state = 1;
  for (char& c : filler) {
    state = state * 1664525U + 1013904223U;
    c = alphabet[state >> 26];
  }
  return filler;
}
constexpr std::array<char, filler_size> filler_chars = make_filler();
constexpr std::string_view filler{filler_chars.data(), filler_chars.size()};

}  // namespace

void append_receipt(const Receipt& receipt, std::uint64_t queue_tag, std::string& out) {
  const Fields fields{receipt.sequence, receipt.slot, receipt.number, seal_of(receipt, queue_tag)};
  static_assert(sizeof fields == 24);  // a multiple of 3: base64 without padding
  out += prefix;
  out += base64(std::as_bytes(std::span(&fields, 1)));
  out += filler;
}

std::optional<Receipt> parse_receipt(std::string_view text, std::uint64_t queue_tag) {
  if (!text.starts_with(prefix) || !text.ends_with(filler) ||
      text.size() != prefix.size() + sizeof(Fields) / 3 * 4 + filler.size()) {
    return std::nullopt;
  }
  text.remove_prefix(prefix.size());
  text.remove_suffix(filler.size());
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() != sizeof(Fields)) {
    return std::nullopt;
  }
  Fields fields{};
  std::memcpy(&fields, bytes->data(), sizeof fields);
  const Receipt receipt{fields.sequence, fields.slot, fields.number};
  return fields.seal == seal_of(receipt, queue_tag) ? std::optional(receipt) : std::nullopt;
}

}  // namespace moretta::devqueue
