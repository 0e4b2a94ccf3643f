#pragma once

// What `check` has to say, from whichever part it comes.

#include <string>
#include <vector>

#include "app/invocation.hpp"
#include "app/problem.hpp"

namespace moretta::app {

enum class Severity {
  error,    // it will not work
  warning,  // it works, but somebody will be sorry
};

struct Finding {
  Severity severity = Severity::error;
  std::string where;  // "moretta.yaml:3:7", "queue", "table"
  std::string what;
  std::string fix;  // may be empty if `what` has it

  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

Findings findings_of(const Problems& problems, Severity severity);

bool has_error(const Findings& findings);

// {"ok":true,"findings":[{"severity":"warning","where":…,"what":…,"fix":…}]} and a line end.
std::string findings_json(const Findings& findings);

// Two lines for each, errors first.
std::string findings_text(const Findings& findings);

}  // namespace moretta::app
