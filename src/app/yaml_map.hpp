#pragma once

// One map of a configuration while it is read: its entries by key, and whether anything was wrong
// with it. Every problem is noted, and reading goes on.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settings.hpp"
#include "app/yaml_reader.hpp"

namespace moretta::app {

class YamlMap {
 public:
  using Entry = YamlReader::Entry;

  // `entry` and `yaml` outlive it. `what` names it in problems: "column `ip`".
  YamlMap(const Entry& entry, std::string what, YamlReader& yaml)
      : entry_(entry), what_(std::move(what)), yaml_(yaml) {}

  // False if it is no map.
  bool read(std::span<const KeyFacts> keys);

  // Null if there is none.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] Place place() const { return entry_.place; }
  // Its own if the key is not there.
  [[nodiscard]] Place place_of(std::string_view key) const;
  // Nothing if the key is not there, or is no scalar.
  std::optional<Scalar> scalar(std::string_view key);

  void fault(Place place, std::string_view text);
  // Somebody else has noted what is wrong.
  void spoil() { is_sound_ = false; }
  [[nodiscard]] bool is_sound() const { return is_sound_; }

  // From now on.
  void rename(std::string what) { what_ = std::move(what); }

 private:
  const Entry& entry_;
  std::string what_;
  YamlReader& yaml_;
  std::vector<Entry> entries_;
  bool is_sound_ = true;
};

}  // namespace moretta::app
