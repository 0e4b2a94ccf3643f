#include "file/line_reader.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::file {

namespace {

constexpr std::streamsize block_bytes = 65'536;  // what a pipe holds

}  // namespace

LineReader::LineReader(std::istream& in, std::size_t line_bytes_max)
    : in_(in), line_bytes_max_(line_bytes_max) {
  ENSURE(line_bytes_max > 0);
}

bool LineReader::has_line() const {
  return buffer_.find('\n', begin_) != std::string::npos;
}

std::optional<Line> LineReader::next() {
  searched_ = begin_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      return take(end);
    }
    searched_ = buffer_.size();
    // One byte more than the limit may be the CR of a line end.
    if (searched_ - begin_ > line_bytes_max_ + 1) {
      passed_over_ += searched_ - begin_;
      begin_ = searched_;
    }
    if (!fill()) {
      return take_rest();
    }
  }
}

// Takes what the stream has, waiting for one block at most. False at its end.
bool LineReader::fill() {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  try {
    std::streambuf& stream = *in_.rdbuf();
    if (stream.sgetc() == std::char_traits<char>::eof()) {
      return false;
    }
    const std::streamsize ready = std::clamp(stream.in_avail(), std::streamsize{1}, block_bytes);
    const std::size_t old_size = buffer_.size();
    buffer_.resize(old_size + static_cast<std::size_t>(ready));
    const std::streamsize got = stream.sgetn(buffer_.data() + old_size, ready);
    buffer_.resize(old_size + static_cast<std::size_t>(got));
    return got > 0;
  } catch (const std::ios_base::failure&) {
    throw Refused("cannot read the input", "give a file or a pipe, not a directory");
  }
}

Line LineReader::take(std::size_t end) {
  std::string_view text = std::string_view(buffer_).substr(begin_, end - begin_);
  Line line{.number = ++number_, .bytes = passed_over_ + text.size(), .text = {}};
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
    --line.bytes;
  }
  if (line.bytes <= line_bytes_max_) {
    line.text = text;
  }
  begin_ = std::min(end + 1, buffer_.size());
  passed_over_ = 0;
  return line;
}

std::optional<Line> LineReader::take_rest() {
  if (begin_ == buffer_.size() && passed_over_ == 0) {
    return std::nullopt;
  }
  return take(buffer_.size());
}

}  // namespace moretta::file
