#include "file/batch_reader.hpp"

#include <cstring>
#include <utility>

#include "base/ensure.hpp"

namespace moretta::file {

BatchReader::BatchReader(Read read, Range range, std::int64_t start, const BatchLimits& limits)
    : read_(std::move(read)),
      range_(range),
      limits_(limits),
      buffer_(limits.bytes_max),
      buffer_offset_(first_byte(start, range)),
      skips_first_(buffer_offset_ < start),
      end_(start) {
  ENSURE(limits.line_bytes_max + 2 < limits.bytes_max);
  ENSURE(start >= range.begin);
  lines_.reserve(limits.lines_max);
}

std::int64_t BatchReader::first_byte(std::int64_t start, const Range& range) {
  return start == range.begin && start > 0 ? start - 1 : start;
}

std::int64_t BatchReader::offset_of(std::size_t place) const {
  return buffer_offset_ + static_cast<std::int64_t>(place);
}

std::span<const PlacedLine> BatchReader::next() {
  lines_.clear();
  fill();
  while (lines_.size() < limits_.lines_max && take_line()) {
  }
  return lines_;
}

// Forgets the lines lent out and reads on behind what is left.
void BatchReader::fill() {
  const std::span<std::byte> all = buffer_.bytes();
  std::memmove(all.data(), all.data() + begin_, filled_ - begin_);
  wipe(all.subspan(filled_ - begin_, begin_));
  buffer_offset_ += static_cast<std::int64_t>(begin_);
  filled_ -= begin_;
  begin_ = 0;
  if (is_at_end_) {
    return;
  }
  const std::span<std::byte> room = all.subspan(filled_);
  const std::size_t got = read_({reinterpret_cast<char*>(room.data()), room.size()});
  is_at_end_ = got < room.size();
  filled_ += got;
}

// False if the rest of the buffer holds no whole line, or none of this range.
bool BatchReader::take_line() {
  if (!skips_first_ && passed_over_ == 0 && offset_of(begin_) >= range_.end) {
    return false;
  }
  for (;;) {
    const std::byte* from = buffer_.bytes().data() + begin_;
    const void* found = std::memchr(from, '\n', filled_ - begin_);
    if (found != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const std::byte*>(found) - from);
      add(begin_ + length, begin_ + length + 1);
      return true;
    }
    if (is_at_end_) {
      const bool has_rest = filled_ > begin_ || passed_over_ > 0;
      if (has_rest) {
        add(filled_, filled_);
      }
      return has_rest;
    }
    if (!lines_.empty()) {
      return false;
    }
    if (begin_ == 0) {  // not even one line in all of the buffer
      passed_over_ += filled_;
      begin_ = filled_;
    }
    fill();
  }
}

void BatchReader::add(std::size_t line_end, std::size_t after) {
  const std::size_t in_buffer = line_end - begin_;
  std::string_view text(reinterpret_cast<const char*>(buffer_.data()) + begin_, in_buffer);
  PlacedLine line{.offset = offset_of(begin_) - static_cast<std::int64_t>(passed_over_),
                  .bytes = passed_over_ + in_buffer,
                  .text = {}};
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
    --line.bytes;
  }
  if (line.bytes <= limits_.line_bytes_max) {
    line.text = text;
  }
  begin_ = after;
  passed_over_ = 0;
  end_ = offset_of(after);
  const bool is_ours = !std::exchange(skips_first_, false);
  if (is_ours && line.bytes > 0) {
    lines_.push_back(line);
  }
}

}  // namespace moretta::file
