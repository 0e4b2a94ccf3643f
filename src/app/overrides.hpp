#pragma once

// What the command line may say about the configuration: which one, and what is different from it.

#include <optional>
#include <string>

namespace moretta::app {

// Absent values leave the decision to the environment, then to the file.
struct Overrides {
  std::optional<std::string> config{};  // a file; MORETTA_CONFIG, then moretta.yaml
  std::optional<std::string> preset{};  // instead of a file
  std::optional<std::string> queue_url{};
  std::optional<std::string> database_url{};
  std::optional<int> lanes{};
  std::optional<std::string> log_level{};
  std::optional<std::string> log_format{};
};

}  // namespace moretta::app
