#pragma once

// What earlier runs of this process came to, where SIGHUP had another one begin: counters go on
// from there, and plots keep their hour.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/status/observer.hpp"

namespace moretta::app {

struct Past {
  std::optional<SteadyTime> started{};  // the first run
  Readings readings{};                  // counts of all of them; no lanes, nothing in flight
  std::vector<std::string> columns{};   // of readings.rejects, which has one more
  std::int64_t reconnects = 0;          // of the database
  std::deque<Moment> history{};
};

// The columns of a table, and those of the past that it no longer has but that messages were
// rejected for.
std::vector<std::string> columns_with(const Past& past, std::vector<std::string> columns);

// `now` is of the run under way, whose columns are the first of `columns` (see columns_with).
Readings together(const Past& past, Readings now, const std::vector<std::string>& columns);

// The end of a run becomes the past of the next. `last`: the past of the run included.
void pass(Past& past, Readings last, std::vector<std::string> columns, int lanes,
          std::deque<Moment> history);

}  // namespace moretta::app
