#pragma once

// Readings as CloudWatch's embedded metric format: a line of JSON on standard output that
// CloudWatch Logs turns into metrics, on Lambda and (through the log driver) on ECS. Few metrics,
// because CloudWatch bills each.

#include <optional>
#include <string>

#include "app/status/readings.hpp"

namespace moretta::app {

class EmfWriter {
 public:
  explicit EmfWriter(JobFacts facts) : facts_(std::move(facts)) {}

  // Counts are those since the line before. One line, no newline.
  std::string line(const Readings& now);

 private:
  JobFacts facts_;
  std::optional<Readings> last_;
};

}  // namespace moretta::app
