#pragma once

// A file of events, read to learn which fields there are.

#include <iosfwd>
#include <string>
#include <vector>

#include "app/sample/field.hpp"

namespace moretta::app {

inline constexpr std::size_t sample_events_max = 10'000;  // more tell nothing new
inline constexpr std::size_t sample_fields_max = 400;     // more is a table nobody wants

struct Sample {
  std::vector<Field> fields;  // in the order of their first appearance
  std::size_t events = 0;
  std::size_t bad_lines = 0;     // not an object in JSON
  bool has_more_fields = false;  // than sample_fields_max
  bool has_more_events = false;  // than sample_events_max
};

// One JSON object a line; blank lines do not count. An object in an object gives fields of its own,
// a list is one field.
Sample read_sample(std::istream& in);

// Throws Refused if the file cannot be read, or no line of it is a JSON object.
Sample read_sample_file(const std::string& path);

}  // namespace moretta::app
