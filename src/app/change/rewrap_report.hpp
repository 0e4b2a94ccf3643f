#pragma once

// What a rewrap says: while it goes on, and when it is over. Counts only.

#include <ostream>
#include <string>

#include "app/change/rewrap.hpp"
#include "base/clock.hpp"

namespace moretta::app {

// "tokens: 12000 of 100000, 850/s, 104 s left", at most once in two seconds; or a bar in place.
class RewrapProgress {
 public:
  enum class Style {
    lines,
    in_place,  // on a terminal
  };

  // Both must outlive this.
  RewrapProgress(const Clock& clock, std::ostream& err, Style style)
      : clock_(clock), err_(err), style_(style) {}

  void step(const RewrapStep& step);

 private:
  const Clock& clock_;
  std::ostream& err_;
  Style style_;
  std::string what_;
  SteadyTime began_{};
  SteadyTime said_{};
};

std::string rewrap_json(const RewrapPlan& plan, const RewrapReport& report);
std::string rewrap_text(const RewrapPlan& plan, const RewrapReport& report);

// exit_done; exit_rejects if some tokens could not be read; exit_failed if old ones remain or the
// counts do not add up.
int rewrap_exit_code(const RewrapReport& report);

}  // namespace moretta::app
