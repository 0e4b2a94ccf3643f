#include "app/presets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/problem.hpp"
#include "base/errors.hpp"
#include "presets_text.hpp"

namespace moretta::app {

namespace {

constexpr Preset all_presets[] = {
    {"logins", "login events: MD5 tokens, originals kept under a key (openssl can read them)",
     embedded::logins_yaml},
    {"logins-keyed", "login events: keyed, recoverable tokens (recommended)",
     embedded::logins_keyed_yaml},
};

}  // namespace

std::span<const Preset> presets() {
  return all_presets;
}

std::string_view preset_text(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Preset& preset : all_presets) {
    if (preset.name == name) {
      return preset.text;
    }
    names.push_back(preset.name);
  }
  throw Refused(fmt::format("there is no preset of that name{}", suggestion(name, names)),
                fmt::format("allowed: {}", list_of(names)));
}

}  // namespace moretta::app
