#pragma once

// The `tests:` of a configuration.

#include <span>

#include "app/cases/case.hpp"
#include "app/settings.hpp"
#include "app/yaml_reader.hpp"
#include "record/column.hpp"

namespace moretta::app {

// Keys of one entry of `tests`.
std::span<const KeyFacts> case_keys();

// What is wrong is noted, and the case left out. `mapping` holds the columns that a row has.
Cases read_cases(const YamlReader::Entry& tests, const Mapping& mapping, YamlReader& yaml);

}  // namespace moretta::app
