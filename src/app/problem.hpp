#pragma once

// The errors of a configuration, collected so that the user sees all of them at once.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace moretta::app {

struct Place {
  int line = 0;  // from 1; 0: not in the file but in a flag or the environment
  int column = 0;

  auto operator<=>(const Place&) const = default;
};

struct Problem {
  Place place;
  std::string text;  // `what; allowed: ...; fix`

  bool operator==(const Problem&) const = default;
};

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string text);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  [[nodiscard]] std::size_t size() const { return problems_.size(); }

  // In the order of the file.
  [[nodiscard]] std::vector<Problem> sorted() const;

  // "file.yaml:3:7", or "file.yaml" if it has no place in the file.
  [[nodiscard]] std::string where(const Problem& problem) const;

  // In the order of the file: `file.yaml:3:7: text`, one for each.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

// Exit code 78. Its text is one line for each problem.
class BadConfig : public std::runtime_error {
 public:
  explicit BadConfig(const std::string& text) : std::runtime_error(text) {}
  explicit BadConfig(const Problems& problems);
};

// Exit code 64. What the command line asks for cannot be, with this configuration.
class BadUsage : public std::runtime_error {
 public:
  explicit BadUsage(const std::string& text) : std::runtime_error(text) {}
};

// "a, b, c"
std::string list_of(const std::vector<std::string_view>& words);

// "; did you mean `word`?" for the nearest of `words`, or nothing if none is near.
std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& words);

}  // namespace moretta::app
