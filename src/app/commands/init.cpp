#include <array>
#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_schema.hpp"
#include "app/exit_code.hpp"
#include "app/new_file.hpp"
#include "app/presets.hpp"
#include "app/problem.hpp"
#include "app/sample/sample_config.hpp"
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

constexpr std::string_view usual_key_place = "env:SECRET_KEY";

// Of the new key, if one is made.
std::string key_place(const InitOptions& options) {
  return options.key.empty()
             ? std::string(usual_key_place)
             : json_string("file:" + std::filesystem::absolute(options.key).string());
}

std::string preset_with_key(const InitOptions& options) {
  std::string text(preset_text(options.preset));
  const std::size_t at = text.find(usual_key_place);
  ENSURE(at != std::string::npos);
  return text.replace(at, usual_key_place.size(), key_place(options));
}

std::string config_of_sample(const InitOptions& options) {
  return config_for(read_sample_file(options.sample), options.table, key_place(options));
}

std::string config_text(const InitOptions& options) {
  if (!options.sample.empty()) {
    return config_of_sample(options);
  }
  return options.preset.empty() ? "" : preset_with_key(options);
}

}  // namespace

int init(const InitOptions& options, World& world) {
  if (options.json_schema == JsonSchema::yes) {
    world.out << config_schema();
    return exit_done;
  }
  const bool has_config = !options.preset.empty() || !options.sample.empty();
  if (!options.output.empty() && !has_config) {
    throw BadUsage("moretta: --output needs --preset or --sample, to say what to write");
  }
  if (!has_config && options.key.empty()) {
    list_presets(world);
    return exit_done;
  }
  const std::string text = config_text(options);
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
