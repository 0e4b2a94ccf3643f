#include "app/load/load_plan.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "file/position_read.hpp"
#include "record/document.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view standard_input = "-";
constexpr std::size_t id_digits = 32;  // 128 bits: no two files meet

// The same file loaded into another table is another matter.
std::string file_id(const pg::Tables& tables, const file::FileIdentity& identity) {
  const std::string text = tables.target.quoted() + "\n" + identity.path + "\n" + identity.digest;
  return hex(sha256(text)).substr(0, id_digits);
}

LoadInput open_file(const std::string& path, const pg::Tables& tables) {
  auto file = std::make_unique<file::InputFile>(path);
  const file::FileIdentity& identity = file->identity();
  const WallTime modified_at{Millis{file->modified_ms()}};
  return {
      .file = std::move(file),
      .known_as = {.id = file_id(tables, identity), .path = identity.path, .bytes = identity.bytes},
      .modified_at = modified_at};
}

LoadInput open_standard_input(Random& random) {
  std::array<std::byte, id_digits / 2> id;
  random.fill(id);
  return {.file = nullptr,
          .known_as = {.id = hex(id), .path = std::string(standard_input), .bytes = 0},
          .modified_at = std::nullopt};
}

// A line begins at `next`, or the file ends there.
void expect_line_start(const LoadInput& input, std::int64_t next) {
  char before = 0;
  const bool is_start =
      next == input.known_as.bytes ||
      (file::read_at(input.file->descriptor(), next - 1, {&before, 1}) == 1 && before == '\n');
  if (!is_start) {
    throw Refused("cannot go on with " + input.known_as.path +
                      ": no line begins where the last load stopped, so the file has changed",
                  "bring the file back as it was");
  }
}

void add_parts(const LoadInput& input, const std::vector<pg::LoadedRange>& loaded, LoadPlan& plan) {
  for (const file::Range& range : file::ranges_of(input.known_as.bytes)) {
    LoadPart part{.input = &input, .range = range, .next = std::nullopt};
    const auto known = std::ranges::find(loaded, range.begin, &pg::LoadedRange::begin);
    if (known != loaded.end()) {
      plan.already_loaded += known->stored + known->quarantined;
      part.next = known->next;
      if (known->next >= range.end) {
        continue;
      }
      expect_line_start(input, known->next);
    }
    plan.bytes += range.end - part.next.value_or(range.begin);
    plan.parts.push_back(part);
  }
}

}  // namespace

LoadPlan plan_load(const LoadOptions& options, const pg::Tables& tables, pg::Connection& connection,
                   Random& random) {
  LoadPlan plan;
  for (const std::string& path : options.files) {
    const bool is_stream = path == standard_input;
    LoadInput opened = is_stream ? open_standard_input(random) : open_file(path, tables);
    const auto same = [&](const auto& other) {
      return other->known_as.path == opened.known_as.path;
    };
    if (std::ranges::any_of(plan.inputs, same)) {
      throw Refused("cannot load " + path + ": it is named twice", "name each file once");
    }
    const LoadInput& input =
        *plan.inputs.emplace_back(std::make_unique<LoadInput>(std::move(opened)));
    if (is_stream) {
      constexpr file::Range all{.begin = 0, .end = std::numeric_limits<std::int64_t>::max()};
      plan.parts.push_back({.input = &input, .range = all, .next = std::nullopt});
      continue;
    }
    const auto loaded = pg::loaded_ranges(connection, tables, input.known_as.id);
    if (loaded.empty() && options.changed == Changed::refused &&
        pg::was_other_loaded(connection, tables, input.known_as)) {
      throw Refused("cannot load " + path +
                        ": another file was loaded from this path before, or this one "
                        "has changed since",
                    "if it is a new file, say so: --as-new loads all of it");
    }
    add_parts(input, loaded, plan);
  }
  return plan;
}

file::BatchReader reader_of(const LoadPart& part) {
  const std::int64_t start = part.next.value_or(part.range.begin);
  const file::BatchLimits limits{.line_bytes_max = body_bytes_max};
  file::BatchReader::Read read = [](std::span<char> into) {
    return file::read_next(STDIN_FILENO, into);
  };
  if (part.input->file != nullptr) {
    read = [fd = part.input->file->descriptor(),
            at = file::BatchReader::first_byte(start, part.range)](std::span<char> into) mutable {
      const std::size_t got = file::read_at(fd, at, into);
      at += static_cast<std::int64_t>(got);
      return got;
    };
  }
  return {std::move(read), part.range, start, limits};
}

}  // namespace moretta::app
