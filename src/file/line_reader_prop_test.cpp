#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "file/line_reader.hpp"

namespace moretta::file {
namespace {

// The plain way: the whole text in memory.
std::vector<std::string> naive_lines(const std::string& text, std::size_t line_bytes_max) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    lines.push_back(line.size() > line_bytes_max ? "(cut)" : line);
  }
  return lines;
}

RC_GTEST_PROP(LineReader, equals_the_plain_way, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '\n', '\r'));
  const auto line_bytes_max = *rc::gen::inRange<std::size_t>(1, 12);

  std::istringstream in(text);
  LineReader reader(in, line_bytes_max);
  std::vector<std::string> lines;
  while (const auto line = reader.next()) {
    lines.push_back(line->is_cut() ? "(cut)" : std::string(line->text));
  }

  RC_ASSERT(lines == naive_lines(text, line_bytes_max));
}

}  // namespace
}  // namespace moretta::file
