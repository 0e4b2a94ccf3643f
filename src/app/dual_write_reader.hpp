#pragma once

// `dual_write:` of a column: during a change of key or method a second column gets the new token of
// the same value, beside the old one.

#include <optional>
#include <string_view>

#include "app/config.hpp"
#include "app/yaml_reader.hpp"

namespace moretta::app {

// The column that is written as ever; `domain` is the one its mask has by default.
struct DualWriteOf {
  const Column& column;
  const mask::Policy& policy;
  std::string_view domain;
  int key_id;  // of the key that makes tokens
};

struct SecondColumn {
  Column column;
  mask::Policy policy;
};

// Notes what is wrong; then there is none.
std::optional<SecondColumn> read_dual_write(const YamlReader::Entry& entry, const DualWriteOf& of,
                                            YamlReader& yaml);

}  // namespace moretta::app
