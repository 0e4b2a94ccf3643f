#pragma once

// Lines of a stream (NDJSON), as they come: a pipe that pauses does not hold back the lines it
// gave.

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace moretta::file {

struct Line {
  std::int64_t number = 0;  // from 1
  std::size_t bytes = 0;    // of the whole line, without its end
  std::string_view text;    // without LF or CR LF; empty if the line is longer than the limit

  [[nodiscard]] bool is_cut() const { return text.empty() && bytes > 0; }
};

class LineReader {
 public:
  // `in` must outlive the reader, and nobody else reads it. Longer lines are passed over and
  // counted, never held in memory. REQUIRED: line_bytes_max > 0.
  LineReader(std::istream& in, std::size_t line_bytes_max);

  // The text is valid until the next call. A last line without an end is a line; nothing after the
  // last end is none. Throws Refused if the stream cannot be read.
  std::optional<Line> next();

  // True if next() gives a line without waiting for the stream.
  [[nodiscard]] bool has_line() const;

 private:
  bool fill();
  Line take(std::size_t end);
  std::optional<Line> take_rest();

  std::istream& in_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  std::size_t begin_ = 0;        // of the line that is being read
  std::size_t searched_ = 0;     // no LF before here
  std::size_t passed_over_ = 0;  // bytes of an overlong line that were dropped
  std::int64_t number_ = 0;
};

}  // namespace moretta::file
