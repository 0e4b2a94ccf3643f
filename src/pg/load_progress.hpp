#pragma once

// How far files are loaded, as the table of checkpoints has it: a row for each range of a file,
// moved in the transaction that stores the range's rows.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

// A file on its way into one target table.
struct LoadedFile {
  std::string id;    // of the file's identity and the target; not empty
  std::string path;  // for people, and to notice another file at the same place
  std::int64_t bytes = 0;
};

// Offsets into the file; the lines that begin in [begin, end).
struct LoadedRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t next = 0;  // the lines before are stored or quarantined; done if not below `end`
  std::int64_t stored = 0;
  std::int64_t quarantined = 0;
};

// A step of one range: the lines from `from` to `to` have become so many rows and records.
struct LoadStep {
  const LoadedFile& file;
  std::int64_t range_begin = 0;
  std::int64_t range_end = 0;
  std::optional<std::int64_t> from;  // `next` before; none if nothing of the range is stored yet
  std::int64_t to = 0;
  std::size_t stored = 0;
  std::size_t quarantined = 0;
};

// These three throw Unavailable, Refused.

// What is loaded of the file, ordered by begin.
std::vector<LoadedRange> loaded_ranges(Connection& connection, const Tables& tables,
                                       const std::string& file_id);

// Was anything loaded from this path, into this target, when another file stood there?
bool was_other_loaded(Connection& connection, const Tables& tables, const LoadedFile& file);

// Begins a transaction in which the range has made the step. False, and no transaction, if the
// range is not where the step begins: somebody else loads this file.
bool begin_step(Connection& connection, const Tables& tables, const LoadStep& step);

}  // namespace moretta::pg
