#pragma once

// Tokens of the shape of their values by FF1: 593-47-5928 becomes 449-98-4162. No room for a key id
// or a tag: every text of the shape is a token of another.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mask/ff1.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "mask/token_batch.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

inline constexpr char ff1_place = '#';  // in a pattern: one character of the alphabet

std::string_view alphabet_characters(Alphabet alphabet);

// What is wrong with the pattern for its alphabet, for whoever wrote the configuration.
std::optional<std::string> pattern_fault(std::string_view pattern, Alphabet alphabet);

// A pattern, and the values of characters under it.
class Ff1Pattern {
 public:
  // REQUIRED: no pattern_fault.
  explicit Ff1Pattern(const Policy& policy);

  [[nodiscard]] Ff1::Shape shape() const;

  // The numerals of a text, valid until the next call; nullopt if the text is not of the pattern.
  [[nodiscard]] std::optional<std::span<std::uint8_t>> numerals_of(std::string_view text);

  // As many characters as the pattern has.
  void write(std::span<const std::uint8_t> numerals, char* to) const;
  [[nodiscard]] std::size_t chars() const { return pattern_.size(); }

 private:
  std::string pattern_;
  std::string_view characters_;
  std::array<std::int16_t, 256> values_{};  // by character; -1 if not of the alphabet
  std::vector<std::uint8_t> numerals_;
};

// FF1 under subkey("ff1", domain, 32), the domain as tweak.
Ff1 ff1_of(const MasterKey& key, std::string_view domain, const Ff1::Shape& shape);

// For one thread.
class Ff1Token : public TokenBatch {
 public:
  Ff1Token(const MasterKey& key, const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out);  // as Tokenizer::append

  [[nodiscard]] bool takes(std::size_t value_bytes) const override;
  Result<Done, Reason> add(std::string_view value) override;
  [[nodiscard]] bool write(std::span<char* const> tokens) override;
  void drop() override;

 private:
  Ff1Pattern pattern_;
  Ff1 ff1_;
  std::vector<std::uint8_t> batch_;  // the numerals of one value behind those of another
};

}  // namespace moretta::mask
