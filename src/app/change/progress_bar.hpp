#pragma once

// How far long work has come, for one line of a terminal.

#include <cstdint>
#include <string>

namespace moretta::app {

// Of a share from 0 to 1.
std::string progress_bar(double share);

// Cut where a terminal of so many columns would wrap.
std::string fit_line(const std::string& text, int columns);

// "104 s left", "3 min left", "2.5 h left"
std::string time_left(double seconds);

struct WorkDone {
  std::int64_t done = 0;
  std::int64_t total = 0;  // may be an estimate, which `done` passes
  double seconds = 0;      // since it began
};

// "████████░░░░  33 %  12000 of 36000  850/s  28 s left"
std::string work_line(const WorkDone& work);

}  // namespace moretta::app
