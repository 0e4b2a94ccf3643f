#pragma once

// The commands of moretta while their options are being defined and parsed. Each family of commands
// has a file here that adds it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/invocation.hpp"

namespace moretta::app {

class Commands {
 public:
  // `app` must outlive this.
  explicit Commands(CLI::App& app) : app_(app) {}

  CLI::App& add(const std::string& name, const std::string& description) {
    return *app_.add_subcommand(name, description);
  }

  // A command that only has commands of its own, such as `keys`; give it to add() below.
  CLI::App& add_family(const std::string& name, const std::string& description) {
    CLI::App& family = add(name, description);
    family.require_subcommand(1);
    return family;
  }

  CLI::App& add(CLI::App& family, const std::string& name, const std::string& description) {
    return *family.add_subcommand(name, description);
  }

  // What the parser writes the options of `command` to; chosen() if that command is named.
  template <typename Options>
  Options& options(CLI::App& command) {
    Invocation& held = *held_.emplace_back(std::make_unique<Invocation>(Options{}));
    command.final_callback([this, &held] { chosen_ = &held; });
    return std::get<Options>(held);
  }

  // A command that only prints what the whole command line is like.
  void print(CLI::App& command, std::function<std::string(CLI::App& app)> text) {
    command.final_callback([this, text = std::move(text)] { printed_ = text(app_); });
  }

  // Set if such a command is named.
  [[nodiscard]] const std::optional<std::string>& printed() const { return printed_; }

  // REQUIRED: parsed without an error, and nothing printed.
  Invocation take_chosen() { return std::move(*chosen_); }

 private:
  CLI::App& app_;
  std::vector<std::unique_ptr<Invocation>> held_;  // the parser keeps references into it
  Invocation* chosen_ = nullptr;
  std::optional<std::string> printed_;
};

void add_pipeline_commands(Commands& commands);
void add_setup_commands(Commands& commands);
void add_confidence_commands(Commands& commands);
void add_inspect_commands(Commands& commands);
void add_local_commands(Commands& commands);
void add_change_commands(Commands& commands);
void add_keys_commands(Commands& commands);
void add_privacy_commands(Commands& commands);
void add_watch_commands(Commands& commands);
void add_reference_commands(Commands& commands);

}  // namespace moretta::app
