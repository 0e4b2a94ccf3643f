#include "mask/generalise.hpp"

#include <algorithm>
#include <charconv>

#include "base/ensure.hpp"
#include "mask/ip_address.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t v4_kept_bytes = 15;  // of the 16: /24
constexpr std::size_t v6_kept_bytes = 6;   // /48, what one site gets (RFC 6177)

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

// Bytes of the first `count` characters; all of them if there are fewer.
std::size_t bytes_of_first(std::string_view utf8, std::size_t count) {
  std::size_t at = 0;
  for (; at < utf8.size(); ++at) {
    if (begins_character(utf8[at]) && count-- == 0) {
      break;
    }
  }
  return at;
}

void append_number(std::int64_t number, std::string& out) {
  constexpr std::size_t digits_max = 20;  // and the minus
  char text[digits_max];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  ENSURE(error == std::errc{});
  out.append(text, end);
}

}  // namespace

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, begins_character));
}

Result<Done, Reason> TruncateIp::append(std::string_view value, std::string& out) const {
  auto address = parse_ip(value);
  if (!address) {
    return Failure{Reason::bad_value};
  }
  const bool v4 = is_v4(*address);
  std::ranges::fill(std::span(*address).subspan(v4 ? v4_kept_bytes : v6_kept_bytes), std::byte{0});
  IpText text;
  out.append(text.data(), write_ip(*address, text));
  out += v4 ? "/24" : "/48";
  return Done{};
}

CharacterMask::CharacterMask(const Policy& policy)
    : keep_first_(static_cast<std::size_t>(policy.keep_first)),
      keep_last_(static_cast<std::size_t>(policy.keep_last)),
      mask_char_(policy.mask_char) {
  ENSURE(policy.keep_first >= 0 && policy.keep_last >= 0);
}

Result<Done, Reason> CharacterMask::append(std::string_view value, std::string& out) const {
  const std::size_t count = characters(value);
  if (count <= keep_first_ + keep_last_) {
    out.append(count, mask_char_);
    return Done{};
  }
  const std::size_t head = bytes_of_first(value, keep_first_);
  const std::size_t tail = bytes_of_first(value, count - keep_last_);
  out += value.substr(0, head);
  out.append(count - keep_first_ - keep_last_, mask_char_);
  out += value.substr(tail);
  return Done{};
}

Bucket::Bucket(const Policy& policy) : size_(policy.bucket_size) {
  ENSURE(size_ >= 1);
}

std::optional<std::int64_t> Bucket::start_of(std::int64_t number) const {
  const std::int64_t rest = number % size_;  // below zero for numbers below zero
  std::int64_t start = number - rest;
  if (rest < 0 && __builtin_sub_overflow(start, size_, &start)) {
    return std::nullopt;
  }
  return start;
}

Result<Done, Reason> Bucket::append(std::string_view value, std::string& out) const {
  std::int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc::result_out_of_range) {
    return Failure{Reason::out_of_range};
  }
  if (error != std::errc{} || stopped != end) {
    return Failure{Reason::bad_value};
  }
  const auto start = start_of(number);
  std::int64_t last = 0;
  if (!start || __builtin_add_overflow(*start, size_ - 1, &last)) {
    return Failure{Reason::out_of_range};
  }
  append_number(*start, out);
  out += '-';
  append_number(last, out);
  return Done{};
}

}  // namespace moretta::mask
