#include <array>
#include <cerrno>
#include <istream>
#include <ostream>
#include <span>
#include <utility>
#include <vector>

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
        world_(world),
        messages_(Transform::messages_at_once) {
    for (Message& message : messages_) {
      message.received_at = world.clock.wall();
    }
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
      reject(line.number - blank_lines_, Reason::invalid_json);
    }
    if (line.is_cut()) {
      reject(line.number, Reason::body_too_large);
      return;
    }
    mask(line);
  }

  void mask(const file::Line& line) {
    lines_[held_] = line.number;
    Message& message = messages_[held_++];
    message.id = std::to_string(line.number);
    message.body = line.text;
    if (held_ == messages_.size()) {
      mask_held();
    }
  }

  void mask_held() {
    rows_.clear();
    transform_.rows_of(std::span(messages_).first(std::exchange(held_, 0)), rows_);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i]) {
        text_.append_row(rows_[i].value(), out_);
      } else {
        tell(lines_[i], rows_[i].error());
      }
    }
  }

  void reject(std::int64_t line, Reason reason) {
    mask_held();  // rejects are told in the order of their lines
    tell(line, {.reason = reason, .column = {}, .pointer = {}, .sqlstate = {}});
  }

  void tell(std::int64_t line, const Reject& reject) {
    ++rejects_;
    world_.err << reject_json(line, reject) << std::flush;
  }

  // A reader that went away, as `head` does, ends the work without a word.
  void flush() {
    mask_held();
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
  std::vector<Message> messages_;  // that are masked at once, of these lines
  std::array<std::int64_t, Transform::messages_at_once> lines_{};
  std::size_t held_ = 0;
  std::vector<Result<Row, Reject>> rows_;
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
