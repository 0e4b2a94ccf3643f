#include "mask/normalize.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace moretta::mask {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::optional<std::string_view> Normalizer::apply(std::string_view value) {
  switch (how_) {
    case Normalize::none:
      return value;
    case Normalize::trim:
      return trimmed(value);
    case Normalize::lower:
      return lower(value);
    case Normalize::ip:
      break;
  }
  if (value.empty()) {
    return value;
  }
  const auto address = parse_ip(value);
  if (!address) {
    return std::nullopt;
  }
  return std::string_view(ip_.data(), write_ip(*address, ip_));
}

std::string_view Normalizer::lower(std::string_view value) {
  if (lower_.size() < value.size()) {
    lower_ = SecretBytes(value.size());
  }
  const auto text = lower_.bytes().first(value.size());
  std::ranges::transform(value, text.begin(), [](char c) {
    return static_cast<std::byte>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  });
  return text_of(text);
}

void Normalizer::forget() {
  if (how_ == Normalize::ip) {
    wipe(std::as_writable_bytes(std::span(ip_)));
  } else if (how_ == Normalize::lower) {
    wipe(lower_.bytes());
  }
}

}  // namespace moretta::mask
