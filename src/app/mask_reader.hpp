#pragma once

// The `mask:` of a column: a word, or a map with the method's settings.

#include <optional>

#include "app/yaml_reader.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

// `domain` holds if the mask names none. Notes what is wrong; then there is no policy.
std::optional<mask::Policy> read_mask(const YamlReader::Entry& entry, std::string_view column,
                                      std::string_view domain, YamlReader& yaml);

}  // namespace moretta::app
