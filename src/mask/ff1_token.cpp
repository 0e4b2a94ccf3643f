#include "mask/ff1_token.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t ff1_key_bytes = 32;
constexpr std::size_t pattern_bytes_max = 255;  // ample: numerals end at 192, the rest separates

std::size_t places(std::string_view pattern) {
  return static_cast<std::size_t>(std::ranges::count(pattern, ff1_place));
}

}  // namespace

std::string_view alphabet_characters(Alphabet alphabet) {
  constexpr std::string_view all = "0123456789abcdefghijklmnopqrstuvwxyz";
  switch (alphabet) {
    case Alphabet::digits:
      return all.substr(0, 10);
    case Alphabet::hex:
      return all.substr(0, 16);
    case Alphabet::base36:
      return all;
    case Alphabet::base62:
      break;
  }
  return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
}

std::optional<std::string> pattern_fault(std::string_view pattern, Alphabet alphabet) {
  const auto radix = static_cast<unsigned>(alphabet_characters(alphabet).size());
  const auto fits = [&](std::size_t numerals) {
    return Ff1::fits({.radix = radix, .numerals = numerals});
  };
  std::size_t least = 2;
  while (!fits(least)) {
    ++least;
  }
  std::size_t most = least;
  while (fits(most + 1)) {
    ++most;
  }
  const std::size_t count = places(pattern);
  if (count >= least && count <= most && pattern.size() <= pattern_bytes_max) {
    return std::nullopt;
  }
  return "`pattern` has " + std::to_string(count) +
         " places `#`; allowed: " + std::to_string(least) + " to " + std::to_string(most) +
         " for " + std::to_string(radix) +
         " characters, so that there are 10^6 texts or more (NIST SP 800-38G), in " +
         std::to_string(pattern_bytes_max) + " bytes";
}

Ff1Pattern::Ff1Pattern(const Policy& policy)
    : pattern_(policy.pattern),
      characters_(alphabet_characters(policy.alphabet)),
      numerals_(places(policy.pattern)) {
  ENSURE(!pattern_fault(policy.pattern, policy.alphabet));
  values_.fill(-1);
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    values_[static_cast<unsigned char>(characters_[i])] = static_cast<std::int16_t>(i);
  }
}

Ff1::Shape Ff1Pattern::shape() const {
  return {.radix = static_cast<unsigned>(characters_.size()), .numerals = numerals_.size()};
}

std::optional<std::span<std::uint8_t>> Ff1Pattern::numerals_of(std::string_view text) {
  if (text.size() != pattern_.size()) {
    return std::nullopt;
  }
  const auto refused = [&]() -> std::optional<std::span<std::uint8_t>> {
    wipe(std::as_writable_bytes(std::span(numerals_)));
    return std::nullopt;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (pattern_[i] != ff1_place) {
      if (text[i] != pattern_[i]) {
        return refused();
      }
      continue;
    }
    const std::int16_t value = values_[static_cast<unsigned char>(text[i])];
    if (value < 0) {
      return refused();
    }
    numerals_[count++] = static_cast<std::uint8_t>(value);
  }
  return std::span(numerals_);
}

void Ff1Pattern::write(std::span<const std::uint8_t> numerals, char* to) const {
  std::size_t next = 0;
  for (const char c : pattern_) {
    *to++ = c == ff1_place ? characters_[numerals[next++]] : c;
  }
}

Ff1 ff1_of(const MasterKey& key, std::string_view domain, const Ff1::Shape& shape) {
  return {subkey(key, "ff1", domain, ff1_key_bytes).bytes(), bytes_of(domain), shape};
}

Ff1Token::Ff1Token(const MasterKey& key, const Policy& policy)
    : pattern_(policy), ff1_(ff1_of(key, policy.domain, pattern_.shape())) {}

Result<Done, Reason> Ff1Token::append(std::string_view value, std::string& out) {
  const auto numerals = pattern_.numerals_of(value);
  if (!numerals) {
    return Failure{Reason::bad_value};
  }
  if (!ff1_.encrypt(*numerals)) {
    wipe(std::as_writable_bytes(*numerals));
    return Failure{Reason::mask_failed};
  }
  const std::size_t start = out.size();
  out.resize(start + pattern_.chars());
  pattern_.write(*numerals, out.data() + start);
  return Done{};
}

bool Ff1Token::takes(std::size_t) const {
  return batch_.size() < batch_values_max * pattern_.shape().numerals;
}

Result<Done, Reason> Ff1Token::add(std::string_view value) {
  const auto numerals = pattern_.numerals_of(value);
  if (!numerals) {
    return Failure{Reason::bad_value};
  }
  batch_.reserve(batch_values_max * numerals->size());  // once: what moves would leave clear text
  batch_.insert(batch_.end(), numerals->begin(), numerals->end());
  wipe(std::as_writable_bytes(*numerals));
  return Done{};
}

bool Ff1Token::write(std::span<char* const> tokens) {
  const std::size_t numerals = pattern_.shape().numerals;
  ENSURE(tokens.size() * numerals == batch_.size());
  if (!ff1_.encrypt(batch_)) {
    drop();
    return false;
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] != nullptr) {
      pattern_.write(std::span(batch_).subspan(i * numerals, numerals), tokens[i]);
    }
  }
  batch_.clear();
  return true;
}

void Ff1Token::drop() {
  wipe(std::as_writable_bytes(std::span(batch_)));
  batch_.clear();
}

}  // namespace moretta::mask
