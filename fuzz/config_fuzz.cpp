// Any bytes as a configuration: a config or a list of problems, and no value of a variable in them.

#include <cstdint>
#include <string>

#include "app/config_load.hpp"
#include "base/ensure.hpp"

namespace {

constexpr const char* canary = "canary-7f3a";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const moretta::app::Environment environment =
      [](const std::string&) -> std::optional<std::string> {
    return canary;
  };

  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.find(canary) != std::string::npos) {
    return 0;  // then it may be said: the fuzzer learns the word from what it is compared with
  }

  const auto config =
      moretta::app::parse_config({.name = "fuzz.yaml", .text = text}, {}, environment,
                                 {.queue = moretta::app::Need::no,
                                  .database = moretta::app::Need::no,
                                  .key = moretta::app::KeyUse::none});

  if (!config) {
    ENSURE(!config.error().empty());
    for (const std::string& line : config.error().lines()) {
      ENSURE(line.find(canary) == std::string::npos);
    }
  }
  return 0;
}
