#include "app/problem.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace moretta::app {

namespace {

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). The words
// are keys: a few dozen characters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;  // the row above `above`
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replace = above[j] + (a[i] == b[j] ? 0 : 1);
      row[j + 1] = std::min({replace, above[j + 1] + 1, row[j] + 1});
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) {
        row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
      }
    }
    before = std::move(above);
    above = std::move(row);
  }
  return above.back();
}

}  // namespace

void Problems::add(Place place, std::string text) {
  problems_.push_back({.place = place, .text = std::move(text)});
}

std::vector<Problem> Problems::sorted() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) { return a.place < b.place; });
  return sorted;
}

std::string Problems::where(const Problem& problem) const {
  return problem.place.line == 0
             ? file_
             : fmt::format("{}:{}:{}", file_, problem.place.line, problem.place.column);
}

std::vector<std::string> Problems::lines() const {
  std::vector<std::string> lines;
  for (const Problem& problem : sorted()) {
    lines.push_back(fmt::format("{}: {}", where(problem), problem.text));
  }
  return lines;
}

BadConfig::BadConfig(const Problems& problems) : std::runtime_error(joined(problems.lines())) {}

std::string list_of(const std::vector<std::string_view>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& words) {
  constexpr std::size_t word_chars_max = 64;  // nobody misspells a key into more than that
  if (words.empty() || wrong.size() > word_chars_max) {
    return {};
  }
  const auto nearest =
      *std::min_element(words.begin(), words.end(), [&](std::string_view a, std::string_view b) {
        return edit_distance(wrong, a) < edit_distance(wrong, b);
      });
  const std::size_t distance_max = std::max<std::size_t>(1, nearest.size() / 3);
  if (edit_distance(wrong, nearest) > distance_max) {
    return {};
  }
  return fmt::format("; did you mean `{}`?", nearest);
}

}  // namespace moretta::app
