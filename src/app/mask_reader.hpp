#pragma once

// The `mask:` of a column: a word, or a map with the method's settings.

#include <optional>
#include <string_view>
#include <vector>

#include "app/yaml_reader.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

// Every method that a column may have, as written.
std::vector<std::string_view> method_words();

// `domain` holds if the mask names none. Notes what is wrong; then there is no policy.
std::optional<mask::Policy> read_mask(const YamlReader::Entry& entry, std::string_view column,
                                      std::string_view domain, YamlReader& yaml);

}  // namespace moretta::app
