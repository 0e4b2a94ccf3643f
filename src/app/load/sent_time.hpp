#pragma once

// --sent-at: what stands in for $sent_at, which a queue knows of a message and a file does not know
// of a line.

#include <string>

#include "app/load/line_encoder.hpp"
#include "record/column.hpp"

namespace moretta::app {

struct SentTimePlan {
  Mapping mapping;  // with $sent_at read from the line, if that is what was said
  SentTimes times;
};

// `said` is `mtime`, a time of RFC 3339, a JSON pointer, or empty. Throws BadUsage if it is none of
// them, if it does not fit the columns, or if it is empty and a column reads $sent_at.
SentTimePlan plan_sent_times(const Mapping& mapping, const std::string& said);

}  // namespace moretta::app
