#pragma once

// A world for commands in memory: streams, an environment and a clock of the test's own.

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/entry.hpp"

namespace moretta::app {

class CommandWorld {
 public:
  std::map<std::string, std::string, std::less<>> variables;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  ManualClock clock{WallTime{Millis{1'700'000'000'000}}};  // 2023-11-14T22:13:20Z
  SeededRandom random{1};

  int enter(const std::vector<std::string>& arguments) {
    World world{.environment = environment(),
                .in = in,
                .out = out,
                .err = err,
                .clock = clock,
                .random = random,
                .terminal = {}};
    return app::enter(arguments, world);
  }

  [[nodiscard]] Environment environment() const {
    return [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
};

// Removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "moretta-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A key that is neither weak nor published elsewhere; for tests only.
inline constexpr const char* test_secret_key =
    "9f2c61d07be84a35c1f0de7718b6a94253e80d9fc47a1b6620f3985ed74c0ab1";

}  // namespace moretta::app
