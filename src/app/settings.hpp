#pragma once

// Every key of the configuration with its type, default and purpose: what the loader accepts, and
// what docs/configuration.md lists (a test holds the two together).

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "app/yaml_reader.hpp"

namespace moretta::app {

struct KeyFacts {
  std::string_view path;      // "queue.url"
  std::string_view type;      // for people
  std::string_view fallback;  // what holds without the key; empty: it must be there
  std::string_view example;   // of a value
  std::string_view purpose;
};

// Which commands need the value: those that do not, accept variables that are not set.
enum class Part { every_command, queue, database, key };

struct Setting {
  KeyFacts facts;
  Part part = Part::every_command;

  // Gives what is wrong, to be put behind the key's name.
  std::optional<std::string> (*set)(const Scalar& scalar, Config& config) = nullptr;
};

std::span<const Setting> settings();
const Setting* find_setting(std::string_view path);

// Keys of one entry of table.columns, of its dual_write, and of a mask that is written as a map.
std::span<const KeyFacts> column_keys();
std::span<const KeyFacts> dual_write_keys();
std::span<const KeyFacts> mask_keys();

// "90s", "5m", "12h", "15d"
std::optional<Seconds> parse_duration(std::string_view text);

std::optional<int> parse_int(std::string_view text);

// true, false, yes, no, on, off
std::optional<bool> parse_truth(std::string_view text);

}  // namespace moretta::app
