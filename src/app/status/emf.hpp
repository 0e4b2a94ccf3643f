#pragma once

// Readings as CloudWatch's embedded metric format: a line of JSON on standard output that
// CloudWatch Logs turns into metrics, on Lambda and (through the log driver) on ECS. Few metrics,
// because CloudWatch bills each.

#include <string>

#include "app/status/readings.hpp"

namespace moretta::app {

// Whose line it is. A function has no lanes, makes no call to SQS, and Lambda tells its time.
enum class EmfBody { worker, function };

class EmfWriter {
 public:
  // `last`: what was written before, by another.
  explicit EmfWriter(JobFacts facts, EmfBody body = EmfBody::worker, Readings last = {})
      : facts_(std::move(facts)), body_(body), last_(std::move(last)) {}

  // Counts are those since the line before. One line, no newline.
  std::string line(const Readings& now);

 private:
  JobFacts facts_;
  EmfBody body_;
  Readings last_;
};

}  // namespace moretta::app
