#pragma once

// YAML with places: checked access to maps and scalars, which notes every problem and goes on.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "app/environment.hpp"
#include "app/problem.hpp"

namespace moretta::app {

struct Scalar {
  Place place;
  std::string raw;   // as written
  std::string text;  // with the variables filled in: may hold a secret, never shown
  bool quoted = false;
};

enum class UnsetVariables { refuse, leave_empty };

Place place_of(const YAML::Node& node);

// What the user wrote, if it is short and plain enough to be repeated in a message.
std::string shown(const Scalar& scalar);

class YamlReader {
 public:
  // Borrowed; must outlive the reader.
  YamlReader(Problems& problems, const Environment& environment)
      : problems_(problems), environment_(environment) {}

  struct Entry {
    std::string key;
    Place place;  // of the key
    YAML::Node value;
  };

  // The entries in the order of the file. Notes a value that is no map, keys that are no text, keys
  // that stand twice (the first counts) and, if `allowed` is not empty, keys that are not in it.
  // `what` names the map: "`queue`".
  std::vector<Entry> entries(const YAML::Node& map, Place place, std::string_view what,
                             const std::vector<std::string_view>& allowed);

  // Notes a missing value, a map, a list, and variables that are not set. `what` names it:
  // "`lanes`".
  std::optional<Scalar> scalar(const Entry& entry, std::string_view what,
                               UnsetVariables unset = UnsetVariables::refuse);

  void problem(Place place, std::string text) { problems_.add(place, std::move(text)); }

 private:
  bool is_allowed(const Entry& entry, std::string_view what,
                  const std::vector<std::string_view>& allowed);

  Problems& problems_;
  const Environment& environment_;
};

}  // namespace moretta::app
