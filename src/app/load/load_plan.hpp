#pragma once

// What is left to load: the files, cut into ranges, less what earlier runs have stored.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/invocation.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "file/batch_reader.hpp"
#include "file/input_file.hpp"
#include "pg/connection.hpp"
#include "pg/load_progress.hpp"

namespace moretta::app {

// A file, or standard input: which is not come back to.
struct LoadInput {
  std::unique_ptr<file::InputFile> file;  // null for standard input
  pg::LoadedFile known_as;                // in the table of checkpoints
  std::optional<WallTime> modified_at;
};

// Work for one lane.
struct LoadPart {
  const LoadInput* input = nullptr;
  file::Range range;
  std::optional<std::int64_t> next;  // from here on; none if nothing of it is stored
};

struct LoadPlan {
  std::vector<std::unique_ptr<LoadInput>> inputs;
  std::vector<LoadPart> parts;
  std::int64_t bytes = 0;           // of the parts, if all are files
  std::int64_t already_loaded = 0;  // lines that earlier runs stored or quarantined
};

// Opens the files and asks how far they are loaded. Throws Unavailable; Refused if a file cannot be
// read, is not the one that was loaded from its path before, or is named twice.
LoadPlan plan_load(const LoadOptions& options, const pg::Tables& tables, pg::Connection& connection,
                   Random& random);

// Reads a part from where it goes on. The part must outlive it.
file::BatchReader reader_of(const LoadPart& part);

}  // namespace moretta::app
