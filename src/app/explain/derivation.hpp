#pragma once

// One subkey of a recipe, and the lines of bash and Python that derive it.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mask/keys.hpp"

namespace moretta::app {

using Steps = std::vector<std::pair<std::string, std::string>>;

struct Derivation {
  std::string method;
  std::string domain;
  std::size_t bytes = 0;

  // Both names, each behind its length, in hex.
  [[nodiscard]] std::string info() const;
  // Sets a variable to the subkey in hex; needs $KEY.
  [[nodiscard]] std::string shell(std::string_view variable) const;
  // An expression; needs what python_head gives.
  [[nodiscard]] std::string python() const;
  // The subkey itself is not among them, but a digest that names it.
  void append_steps(const mask::MasterKey& key, Steps& steps) const;
};

std::string shell_key(const mask::MasterKey& key);

// `key`, `value`, `lp` and `subkey`, after the imports.
std::string python_head(std::string_view imports, const std::string& value,
                        const mask::MasterKey& key);

inline constexpr std::string_view to_hex_command = "od -An -tx1 -v | tr -d ' \\n'";
inline constexpr std::string_view from_hex_command = "tr a-f A-F | basenc --base16 -d";

}  // namespace moretta::app
