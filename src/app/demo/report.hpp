#pragma once

// What the demo tells, step by step, for people; and all of it in one line for scripts.

#include <optional>
#include <string>

#include "app/demo/findings.hpp"
#include "app/demo/stage.hpp"
#include "app/summary.hpp"

namespace moretta::app {

// What moretta-unmask made of one token: with the key, and with another.
struct DemoRecovery {
  Recoverable what;
  std::string original{};  // empty if it was not recovered
  std::string refusal{};   // empty if the wrong key was not refused
};

struct DemoResult {
  Summary drain;
  DemoFindings found;
  std::optional<Summary> second_drain;  // only with our own queue
  DemoFindings found_after;
  DemoRecovery recovery;

  // Everything in the table once, nothing lost, recovered with the key alone.
  [[nodiscard]] bool is_good() const;
};

std::string introduction(const DemoStage& stage, std::int64_t waiting);
std::string told_drain(const DemoResult& result);
std::string told_second_drain(const DemoResult& result);
std::string told_recovery(const DemoResult& result);
std::string told_next(const std::string& program, const std::string& preset);
std::string result_json(const DemoResult& result);

}  // namespace moretta::app
