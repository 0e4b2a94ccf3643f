#include "app/load/sent_time.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/problem.hpp"
#include "record/decode.hpp"
#include "record/rfc3339.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view allowed =
    "allowed: a JSON pointer into the lines (/created_at), mtime (the file's), or one time for all "
    "(2026-01-31T00:00:00Z)";

std::string readers_of_sent_at(const Mapping& mapping) {
  std::string names;
  for (const Column& column : mapping) {
    if (column.origin == Origin::sent_at) {
      names += (names.empty() ? "" : ", ") + column.name;
    }
  }
  return names;
}

// The columns of $sent_at read the line instead.
Mapping read_from_line(Mapping mapping, const std::string& pointer) {
  for (Column& column : mapping) {
    if (column.origin != Origin::sent_at) {
      continue;
    }
    column.origin = Origin::body;
    column.pointer = pointer;
    if (const auto fault = fault_of(column)) {
      throw BadUsage(fmt::format("--sent-at {}: column {}: {}", pointer, column.name, *fault));
    }
  }
  return mapping;
}

}  // namespace

SentTimePlan plan_sent_times(const Mapping& mapping, const std::string& said) {
  if (said.empty()) {
    const std::string readers = readers_of_sent_at(mapping);
    if (!readers.empty()) {
      throw BadUsage(
          fmt::format("$sent_at, which {} reads, is not known of a line in a file: say "
                      "--sent-at; {}",
                      readers, allowed));
    }
    return {.mapping = mapping, .times = {}};
  }
  if (said == "mtime") {
    return {.mapping = mapping, .times = {.from = SentTimes::From::file}};
  }
  if (said.starts_with('/')) {
    return {.mapping = read_from_line(mapping, said), .times = {}};
  }
  const auto micros = micros_of(said);
  if (!micros) {
    throw BadUsage(fmt::format("--sent-at {}: not understood; {}", said, allowed));
  }
  const WallTime time = std::chrono::floor<Millis>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(*micros)));
  return {.mapping = mapping, .times = {.from = SentTimes::From::fixed, .fixed = time}};
}

}  // namespace moretta::app
