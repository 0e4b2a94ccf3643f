#include "devqueue/ndjson.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/errors.hpp"
#include "devqueue/message_rules.hpp"

namespace moretta::devqueue {

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Refused("cannot open " + path + ": " + std::strerror(errno),
                  "give a readable file with one message a line");
  }
  std::vector<std::string> lines;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (line.find_first_not_of(" \t") == std::string::npos) {
      continue;
    }
    if (line.size() > message_bytes_limit) {
      throw Refused("cannot load " + path + ": line " + std::to_string(number) +
                        " is longer than 1048576 bytes",
                    "SQS takes no longer messages; split or drop the line");
    }
    lines.push_back(std::move(line));
  }
  if (file.bad()) {
    throw Refused("cannot read " + path + ": " + std::strerror(errno), "check the file's disk");
  }
  return lines;
}

}  // namespace moretta::devqueue
