#pragma once

// The configurations that come with the program: the files of examples/, embedded at build.

#include <span>
#include <string_view>

namespace moretta::app {

struct Preset {
  std::string_view name;
  std::string_view purpose;
  std::string_view text;
};

std::span<const Preset> presets();

// Throws Refused with the list if there is none of that name.
std::string_view preset_text(std::string_view name);

}  // namespace moretta::app
