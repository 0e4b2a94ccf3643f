#include <array>
#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/new_file.hpp"
#include "app/presets.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/secret.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

namespace {

void list_presets(World& world) {
  for (const Preset& preset : presets()) {
    world.out << fmt::format("{:<14}{}\n", preset.name, preset.purpose);
  }
  world.out << "\nprint one: moretta init --preset NAME\n";
}

void make_key(const std::string& path, World& world) {
  SecretBytes key(mask::master_key_bytes);
  world.random.fill(key.bytes());
  std::string text = hex(key.bytes()) + "\n";
  write_file({.path = path, .readers = Readers::owner}, text);
  wipe(text);
  world.err << fmt::format(
      "made a key in {}; keep a copy in a safe place: without it nothing can be recovered\n", path);
}

// With the new key's place in it, if one was made.
std::string preset_with_key(const InitOptions& options) {
  std::string text(preset_text(options.preset));
  if (options.key.empty()) {
    return text;
  }
  constexpr std::string_view reference = "env:SECRET_KEY";
  const std::size_t at = text.find(reference);
  ENSURE(at != std::string::npos);
  const std::string path = std::filesystem::absolute(options.key).string();
  return text.replace(at, reference.size(), json_string("file:" + path));
}

}  // namespace

int init(const InitOptions& options, World& world) {
  if (options.preset.empty() && options.key.empty()) {
    list_presets(world);
    return exit_done;
  }
  const std::string text = options.preset.empty() ? "" : preset_with_key(options);
  if (!options.output.empty()) {
    write_file({.path = options.output, .overwrite = options.overwrite}, text);
    world.err << fmt::format("wrote {0}; look at it, then: moretta check -c {0}\n", options.output);
  }
  if (!options.key.empty()) {
    make_key(options.key, world);
  }
  if (options.output.empty()) {
    world.out << text;
  }
  return exit_done;
}

}  // namespace moretta::app
