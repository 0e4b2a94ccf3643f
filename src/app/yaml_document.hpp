#pragma once

// The one document of a text.

#include <optional>
#include <string>

#include <yaml-cpp/yaml.h>

namespace moretta::app {

struct YamlDocument {
  YAML::Node root;                   // null if the text has none
  std::optional<YAML::Mark> second;  // where another begins, if one does
};

// Throws YAML::Exception. Not YAML::LoadAll, which takes text that no document can begin with for
// documents without end.
YamlDocument load_document(const std::string& text);

}  // namespace moretta::app
