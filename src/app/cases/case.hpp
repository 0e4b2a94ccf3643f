#pragma once

// A test that stands in the configuration: a message, and the row or the reject that it must give.

#include <optional>
#include <string>
#include <vector>

#include "app/problem.hpp"
#include "base/clock.hpp"
#include "record/reject.hpp"

namespace moretta::app {

inline constexpr std::size_t cases_max = 1000;  // each is parsed and masked in microseconds

// When a case does not say when its message was sent: 2024-02-29T12:00:00Z.
inline constexpr WallTime case_sent_at{Millis{1'709'208'000'000}};

struct ExpectedCell {
  enum class Kind {
    value,     // as `moretta mask` prints it
    null,      // NULL
    token_of,  // what the column's mask makes of `text`
  };

  std::string column;
  Kind kind = Kind::value;
  std::string text{};

  bool operator==(const ExpectedCell&) const = default;
};

struct ExpectedReject {
  Reason reason = Reason::invalid_json;
  std::optional<std::string> column{};  // not said: any

  bool operator==(const ExpectedReject&) const = default;
};

struct Case {
  std::string name;
  Place place;
  std::string body;
  WallTime sent_at = case_sent_at;
  // The row's columns that matter; none if a reject is expected.
  std::vector<ExpectedCell> row{};
  std::optional<ExpectedReject> reject{};
};

using Cases = std::vector<Case>;

}  // namespace moretta::app
