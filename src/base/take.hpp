#pragma once

// Text in parts that a mark divides, taken one after another from the front.

#include <string_view>
#include <utility>

namespace moretta {

// What stands before the first `mark`, or all if there is none; `rest` begins behind the mark then.
inline std::string_view take_until(std::string_view& rest, char mark) {
  const std::size_t end = rest.find(mark);
  if (end == std::string_view::npos) {
    return std::exchange(rest, {});
  }
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

}  // namespace moretta
