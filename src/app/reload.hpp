#pragma once

// A configuration read anew while a run goes on with the old one: taken only if everything that
// `moretta check --connect` looks at is well.

#include <optional>
#include <stop_token>
#include <string>

#include "app/config.hpp"
#include "app/overrides.hpp"
#include "app/world.hpp"

namespace moretta::app {

class Reload {
 public:
  // `world` must outlive it. `config` is the one in use: the key that stands in a variable is kept,
  // because the variable is wiped.
  Reload(Overrides overrides, const Config& config, World& world);

  // Says why not in the log, unless stop is requested meanwhile: then it gives up.
  std::optional<Config> read(const Config& in_use, Log& log, const std::stop_token& stop);

 private:
  [[nodiscard]] Environment remembering() const;
  void remember(const Config& config);

  Overrides overrides_;
  World& world_;
  std::string variable_;  // that held the key; empty: none did
  SecretBytes secret_;
};

}  // namespace moretta::app
