#include "app/cli/common_options.hpp"

#include "app/presets.hpp"

namespace moretta::app {

Names preset_names() {
  Names names;
  for (const Preset& preset : presets()) {
    names.emplace_back(preset.name);
  }
  return names;
}

CLI::Validator one_of(const Names& words) {
  return CLI::IsMember(words).description("");
}

void add_config(CLI::App& command, Overrides& overrides) {
  command
      .add_option("-c,--config", overrides.config,
                  "configuration (default: $MORETTA_CONFIG, then moretta.yaml)")
      ->type_name("FILE");
}

void add_config_or_preset(CLI::App& command, Overrides& overrides) {
  add_config(command, overrides);
  command.add_option("--preset", overrides.preset, "a configuration that comes with moretta")
      ->check(one_of(preset_names()))
      ->type_name("NAME")
      ->excludes("--config");
}

void add_database(CLI::App& command, Overrides& overrides) {
  command
      .add_option("--database-url", overrides.database_url,
                  "instead of $DATABASE_URL; other users of the machine can see it")
      ->type_name("URL");
}

void add_queue(CLI::App& command, Overrides& overrides) {
  command.add_option("--queue-url", overrides.queue_url, "instead of $QUEUE_URL")->type_name("URL");
}

void add_lanes(CLI::App& command, Overrides& overrides) {
  command.add_option("--lanes", overrides.lanes, "how many work side by side")->type_name("N");
}

void add_log(CLI::App& command, Overrides& overrides) {
  command.add_option("--log-level", overrides.log_level, "debug, info, warn, error, off")
      ->check(one_of(Names{"debug", "info", "warn", "error", "off"}))
      ->type_name("LEVEL");
  command.add_option("--log-format", overrides.log_format, "auto, json, text")
      ->check(one_of(Names{"auto", "json", "text"}))
      ->type_name("FORMAT");
}

void add_json(CLI::App& command, Output& output, const std::string& purpose) {
  command.add_flag_callback(
      "--json", [&output] { output = Output::json; }, purpose);
}

}  // namespace moretta::app
