#pragma once

// Message bodies from a file, one a line.

#include <string>
#include <vector>

namespace moretta::devqueue {

// Every line that is not blank, without its line end. Throws Refused if the file cannot be read or
// a line is longer than SQS takes; the text names the line, never its content.
std::vector<std::string> read_lines(const std::string& path);

}  // namespace moretta::devqueue
