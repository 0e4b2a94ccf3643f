#pragma once

// The texts that somebody who wants to undo a digest would try: every IPv4 address, or every text
// of a pattern such as ddd-dd-dddd. A text is a prefix and one of a fixed set of short suffixes, so
// that the lanes of a vector differ in two words only.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace moretta::audit {

inline constexpr std::size_t suffix_chars_max = 3;
inline constexpr std::size_t space_text_chars_max = 55;  // one block of MD5 or SHA-256
inline constexpr int pattern_digits_max = 12;            // 10^12 texts: hours; more is not tried

// Text without a terminator.
using SpaceText = std::array<char, space_text_chars_max>;

class Space {
 public:
  // "ipv4" (dotted quads), or a pattern in which d is any digit and every other character itself:
  // ddd-dd-dddd, +4917dddddddd. The error says what is wrong.
  static Result<Space, std::string> parse(std::string_view name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t size() const { return prefixes_ * suffixes_.size(); }

  [[nodiscard]] std::uint64_t prefixes() const { return prefixes_; }
  [[nodiscard]] const std::vector<std::string>& suffixes() const { return suffixes_; }

  // Writes prefix number `index` and gives its length. REQUIRED: index < prefixes().
  std::size_t write_prefix(std::uint64_t index, SpaceText& out) const;

 private:
  enum class Form { ipv4, pattern };

  static Space addresses();
  static Space of_pattern(std::string_view pattern);

  Form form_ = Form::ipv4;
  std::string name_;
  std::string prefix_pattern_;
  std::uint64_t prefixes_ = 0;
  std::vector<std::string> suffixes_;
};

}  // namespace moretta::audit
