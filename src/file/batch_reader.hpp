#pragma once

// Lines in batches, each read in one piece and lent out in place: for loading, where the lines of a
// batch are looked at again if the table refuses one.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "file/input_file.hpp"

namespace moretta::file {

struct PlacedLine {
  std::int64_t offset = 0;  // of its first byte, in the input
  std::size_t bytes = 0;    // without LF or CR LF
  std::string_view text;    // empty if the line is longer than the limit, or empty

  [[nodiscard]] bool is_cut() const { return text.empty() && bytes > 0; }
};

struct BatchLimits {
  std::size_t lines_max = 8192;
  std::size_t bytes_max = std::size_t{4} << 20U;  // of what is read at once
  std::size_t line_bytes_max = 0;                 // longer lines are passed over, not held
};

// For one thread. Lines without a byte are no lines.
class BatchReader {
 public:
  // Bytes of the input into the span: as many as fit, fewer only at its end.
  using Read = std::function<std::size_t(std::span<char>)>;

  // The lines that begin in [range.begin, range.end). `start` is where to begin: range.begin, or
  // the end() of an earlier batch. `read` goes on from first_byte(start, range).
  // REQUIRED: line_bytes_max + 2 < bytes_max.
  BatchReader(Read read, Range range, std::int64_t start, const BatchLimits& limits);

  // One byte before a range that does not begin the file: it says whether a line begins there.
  static std::int64_t first_byte(std::int64_t start, const Range& range);

  // The next lines, valid until the next call; none at the end of the range. Throws what `read`
  // throws. Wipes the batch before.
  std::span<const PlacedLine> next();

  // Where the line after the last batch begins: from here somebody else could go on.
  [[nodiscard]] std::int64_t end() const { return end_; }

 private:
  void fill();
  bool take_line();
  void add(std::size_t line_end, std::size_t after);
  [[nodiscard]] std::int64_t offset_of(std::size_t place) const;

  Read read_;
  Range range_;
  BatchLimits limits_;
  SecretBytes buffer_;
  std::size_t filled_ = 0;       // bytes of the input in the buffer
  std::size_t begin_ = 0;        // of the line to take next, in the buffer
  std::int64_t buffer_offset_;   // of the buffer's first byte, in the input
  std::size_t passed_over_ = 0;  // bytes of an overlong line, dropped from the buffer
  bool is_at_end_ = false;       // of the input
  bool skips_first_ = false;     // the first line belongs to the range before
  std::int64_t end_;
  std::vector<PlacedLine> lines_;
};

}  // namespace moretta::file
