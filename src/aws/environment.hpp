#pragma once

// The process environment as a function, so that only the program's entry reads the real one.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace moretta::aws {

using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// An empty variable is an unset one, as for the AWS SDKs.
inline std::optional<std::string> variable(const Environment& environment, std::string_view name) {
  std::optional<std::string> value = environment(name);
  return value && !value->empty() ? value : std::nullopt;
}

inline bool is_true(const Environment& environment, std::string_view name) {
  const std::optional<std::string> value = environment(name);
  return value && (*value == "true" || *value == "True" || *value == "TRUE" || *value == "1");
}

}  // namespace moretta::aws
