#include <fstream>
#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/plan/plan_report.hpp"
#include "base/errors.hpp"
#include "file/line_reader.hpp"

namespace moretta::app {

namespace {

class Planner {
 public:
  Planner(const PlanOptions& options, const Config& old, const Config& now, World& world)
      : options_(options),
        comparison_(old, now, world.random),
        report_(old, now, static_cast<std::size_t>(options.examples)),
        world_(world) {
    message_.sent_at = world.clock.wall();
    message_.received_at = world.clock.wall();
  }

  int run() {
    for (const std::string& file : options_.files) {
      if (file == "-") {
        read(world_.in, "stdin");
        continue;
      }
      std::ifstream in(file, std::ios::binary);
      if (!in.is_open()) {
        throw Refused(fmt::format("cannot read {}: no such file, or no right to read it", file),
                      "name a file with one JSON object a line");
      }
      read(in, file);
    }
    world_.out << (options_.output == Output::json ? report_.summary_json() : report_.text())
               << std::flush;
    return report_.count(RowFate::lost) > 0 ? exit_rejects : exit_done;
  }

 private:
  void read(std::istream& in, const std::string& name) {
    file::LineReader lines(in, body_bytes_max);
    while (const auto line = lines.next()) {
      if (line->bytes > 0) {
        take(*line, {.file = name, .line = line->number});
      }
    }
  }

  void take(const file::Line& line, const EventPlace& place) {
    const Reject too_large{.reason = Reason::body_too_large};
    Compared compared{.fate = RowFate::rejected, .before = too_large, .after = too_large};
    if (!line.is_cut()) {
      message_.id = fmt::format("00000000-0000-4000-8000-{:012}", place.line);
      message_.body = line.text;
      compared = comparison_.compare(message_);
    }
    report_.add(place, compared);
    if (options_.output == Output::json && compared.fate != RowFate::same) {
      world_.out << plan_json(place, compared);
    }
  }

  const PlanOptions& options_;
  Comparison comparison_;
  PlanReport report_;
  World& world_;
  Message message_;
};

}  // namespace

int plan(const PlanOptions& options, World& world) {
  Overrides against;
  against.config = options.against;
  const Config old = load_config(against, world.environment, {});
  const Config now = load_config(options.overrides, world.environment, {});
  return Planner(options, old, now, world).run();
}

}  // namespace moretta::app
