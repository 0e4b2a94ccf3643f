#include <cerrno>
#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/dry_transform.hpp"
#include "app/exit_code.hpp"
#include "app/job.hpp"
#include "app/row_text.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "file/line_reader.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t output_bytes_max = 65'536;  // what a pipe takes at once

// {"line":13,"reason":"missing_key","column":"user_id","pointer":"/user_id"}
std::string reject_json(std::int64_t line, const Reject& reject) {
  std::string text = fmt::format(R"({{"line":{},"reason":"{}")", line, reason_code(reject.reason));
  if (!reject.column.empty()) {
    text += fmt::format(R"(,"column":{})", json_string(reject.column));
  }
  if (!reject.pointer.empty()) {
    text += fmt::format(R"(,"pointer":{})", json_string(reject.pointer));
  }
  return text + "}\n";
}

class LineMasker {
 public:
  LineMasker(const MaskOptions& options, const Config& config, World& world)
      : text_(config.table.mapping, options.format),
        transform_(dry_parts(config), world.random),
        world_(world) {
    message_.received_at = world.clock.wall();
  }

  int run() {
    text_.append_header(out_);
    file::LineReader reader(world_.in, body_bytes_max);
    while (is_reader_there_) {
      const auto line = reader.next();
      if (!line) {
        break;
      }
      take(*line);
      if (out_.size() >= output_bytes_max || !reader.has_line()) {
        flush();
      }
    }
    if (!is_reader_there_) {
      return exit_failed;
    }
    flush();
    return rejects_ == 0 ? exit_done : exit_rejects;
  }

 private:
  // Blank lines are no messages at the end of the input, and bad ones before it.
  void take(const file::Line& line) {
    if (line.bytes == 0) {
      ++blank_lines_;
      return;
    }
    for (; blank_lines_ > 0; --blank_lines_) {
      reject(line.number - blank_lines_,
             {.reason = Reason::invalid_json, .column = {}, .pointer = {}, .sqlstate = {}});
    }
    if (line.is_cut()) {
      reject(line.number,
             {.reason = Reason::body_too_large, .column = {}, .pointer = {}, .sqlstate = {}});
      return;
    }
    mask(line);
  }

  void mask(const file::Line& line) {
    message_.id = std::to_string(line.number);
    message_.body = line.text;
    const auto row = transform_.row_of(message_);
    if (!row) {
      reject(line.number, row.error());
    } else {
      text_.append_row(row.value(), out_);
    }
  }

  void reject(std::int64_t line, const Reject& reject) {
    ++rejects_;
    world_.err << reject_json(line, reject) << std::flush;
  }

  // A reader that went away, as `head` does, ends the work without a word.
  void flush() {
    errno = 0;
    world_.out << out_ << std::flush;
    out_.clear();
    if (world_.out.good()) {
      return;
    }
    if (errno != EPIPE) {
      throw Refused("cannot write the rows to standard output", "is the disk full?");
    }
    is_reader_there_ = false;
  }

  RowText text_;
  Transform transform_;
  World& world_;
  Message message_;
  std::string out_;
  std::int64_t blank_lines_ = 0;
  std::int64_t rejects_ = 0;
  bool is_reader_there_ = true;
};

}  // namespace

int mask_lines(const MaskOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment, {.key = KeyUse::tokens});
  return LineMasker(options, config, world).run();
}

}  // namespace moretta::app
