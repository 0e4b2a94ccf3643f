#include "app/cli/common_options.hpp"

#include <iterator>
#include <sstream>

#include "app/presets.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view choice_mark = "choice ";  // what the library calls the validator
constexpr int validators_max = 4;                    // none of our options has more than two

}  // namespace

Names preset_names() {
  Names names;
  for (const Preset& preset : presets()) {
    names.emplace_back(preset.name);
  }
  return names;
}

CLI::Validator one_of(const Names& words) {
  std::string name(choice_mark);
  for (const std::string& word : words) {
    name += word + " ";
  }
  return CLI::IsMember(words).description("").name(name);
}

Names choices_of(CLI::Option& option) {
  Names words;
  for (int i = 0; i < validators_max; ++i) {
    std::string name;
    try {
      name = option.get_validator(i)->get_name();
    } catch (const CLI::OptionNotFound&) {
      break;  // how the library says that there are no more
    }
    if (name.starts_with(choice_mark)) {
      std::istringstream text(name.substr(choice_mark.size()));
      words.assign(std::istream_iterator<std::string>(text), {});
    }
  }
  return words;
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
