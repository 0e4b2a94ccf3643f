#pragma once

// Runs the tests of a configuration: decode and mask, nothing else.

#include <string>
#include <vector>

#include "app/cases/case.hpp"
#include "app/config.hpp"
#include "app/dry_transform.hpp"
#include "base/random.hpp"

namespace moretta::app {

struct Difference {
  std::string place;  // a column, or "message"
  std::string expected;
  std::string got;

  bool operator==(const Difference&) const = default;
};

class CaseRunner {
 public:
  // Both must outlive the runner.
  CaseRunner(const Config& config, Random& random);

  // Empty if the case holds.
  std::vector<Difference> run(const Case& test);

 private:
  [[nodiscard]] std::vector<Difference> compare(const Case& test, const Row& row);
  [[nodiscard]] std::optional<Difference> compare(const ExpectedCell& expected, const Value& got);
  [[nodiscard]] std::string token_of(std::size_t column, const std::string& value);

  const Config& config_;
  Random& random_;
  mask::MasterKey key_;
  Transform transform_;
};

}  // namespace moretta::app
