#include "app/text_table.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace moretta::app {

namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t columns_of(const std::string& text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_character));
}

// REQUIRED: ASCII where it is cut, as tokens and ids are; anything else is left whole.
std::string shortened(const std::string& text, std::size_t max) {
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= 0; });
  if (text.size() <= max || !is_ascii) {
    return text;
  }
  const std::size_t front = (max - 1) * 2 / 3;
  return text.substr(0, front) + "…" + text.substr(text.size() - (max - 1 - front));
}

void append_line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                 std::size_t indent, std::string& out) {
  std::string line(indent, ' ');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    line.append(widths[i] - columns_of(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows, int indent,
                       int cell_columns_max) {
  ENSURE(cell_columns_max >= 8 && indent >= 0);
  std::vector<std::vector<std::string>> cells = rows;
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (std::vector<std::string>& row : cells) {
    ENSURE(row.size() == widths.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = shortened(row[i], static_cast<std::size_t>(cell_columns_max));
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    append_line(cells[i], widths, static_cast<std::size_t>(indent), out);
    if (i == 0) {
      std::vector<std::string> rules;
      for (const std::size_t width : widths) {
        std::string rule;
        for (std::size_t column = 0; column < width; ++column) {
          rule += "─";
        }
        rules.push_back(rule);
      }
      append_line(rules, widths, static_cast<std::size_t>(indent), out);
    }
  }
  return out;
}

}  // namespace moretta::app
