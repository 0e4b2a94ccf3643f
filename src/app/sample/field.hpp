#pragma once

// What sample events say of one field: counts and looks. Values pass by and are not kept.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "audit/shape.hpp"

namespace moretta::app {

inline constexpr std::size_t distinct_max = 100'000;  // hashes remembered; more is "many"

struct Field {
  std::string pointer;             // RFC 6901
  std::vector<std::string> names;  // the way to it, unescaped

  std::size_t seen = 0;  // events that have it, null included
  std::size_t nulls = 0;
  std::size_t strings = 0;
  std::size_t integers = 0;
  std::size_t reals = 0;
  std::size_t booleans = 0;
  std::size_t lists = 0;

  std::size_t chars_max = 0;  // Unicode characters of the longest string
  std::int64_t integer_min = std::numeric_limits<std::int64_t>::max();
  std::int64_t integer_max = std::numeric_limits<std::int64_t>::min();
  std::array<std::size_t, audit::shapes> looks{};  // of strings, by audit::Shape
  std::size_t dates = 0;
  std::size_t times = 0;
  std::size_t phones = 0;
  std::size_t versions = 0;  // 2.3.0
  std::unordered_set<std::uint64_t> distinct{};

  [[nodiscard]] std::size_t values() const { return seen - nulls; }
  [[nodiscard]] std::size_t count_of(audit::Shape shape) const {
    return looks[static_cast<std::size_t>(shape)];
  }
  // Nearly every string: one typing mistake in the sample does not make it something else.
  [[nodiscard]] bool is_mostly(std::size_t count) const {
    return strings > 0 && count * 10 >= strings * 9;
  }

  void take_string(std::string_view text);
  void take_integer(std::int64_t number);
};

}  // namespace moretta::app
