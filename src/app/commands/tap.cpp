#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/signals.hpp"
#include "app/status_client.hpp"
#include "app/text_table.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

namespace dom = simdjson::dom;

constexpr Millis look_every{500};
constexpr int cell_columns = 24;
using Lines = std::vector<std::vector<std::string>>;

class TapReader {
 public:
  TapReader(const TapOptions& options, World& world)
      : options_(options), client_(options.address, world.clock), world_(world) {}

  int run(const std::stop_token& stop) {
    const SteadyTime end = world_.clock.steady() + Seconds{options_.seconds};
    static_cast<void>(look());  // opens it; what others have seen is old
    while (world_.clock.sleep(look_every, stop)) {
      show(look());
      const bool is_over = options_.seconds > 0 && world_.clock.steady() >= end;
      if (is_over || left() == 0 || !world_.out.good()) {
        break;
      }
    }
    return exit_done;
  }

 private:
  // What came since the last look. The elements are valid until the next.
  std::vector<dom::element> look() {
    text_ = client_.get(fmt::format("/api/tap?after={}", last_));
    dom::element answer;
    dom::array items;
    if (parser_.parse(text_).get(answer) != simdjson::SUCCESS ||
        answer["items"].get(items) != simdjson::SUCCESS) {
      throw Refused(fmt::format("what {} says is not moretta's tap", options_.address),
                    "name the address of status.listen; both should be of one version");
    }
    std::vector<dom::element> wanted;
    for (const dom::element item : items) {
      last_ = std::max<std::uint64_t>(last_, item["number"]);
      const bool is_reject = std::string_view(item["kind"]) == "reject";
      if (options_.passing == Passing::all || is_reject == (options_.passing == Passing::rejects)) {
        wanted.push_back(item);
      }
    }
    return wanted;
  }

  [[nodiscard]] std::size_t left() const {
    return options_.limit == 0 ? SIZE_MAX : static_cast<std::size_t>(options_.limit) - shown_;
  }

  void show(std::vector<dom::element> items) {
    items.resize(std::min(items.size(), left()));
    shown_ += items.size();
    if (options_.output == Output::json) {
      for (const dom::element& item : items) {
        world_.out << simdjson::minify(item) << "\n";
      }
    } else if (!items.empty()) {
      show_table(items);
    }
    world_.out << std::flush;
  }

  // Rows as a table with their columns, rejects as lines of their own below it.
  void show_table(const std::vector<dom::element>& items) {
    Lines rows;
    std::string rejects;
    for (const dom::element& item : items) {
      const std::string_view kind = item["kind"];
      const dom::object shown = item["shown"];
      if (kind == "reject") {
        rejects +=
            fmt::format("rejected  lane {}  {}  {}\n", std::int64_t(item["lane"]),
                        std::string_view(shown["reason"]), std::string_view(shown["column"]));
        continue;
      }
      if (rows.empty()) {
        rows.push_back({"lane", "outcome"});
        for (const auto member : shown) {
          rows.front().emplace_back(member.key);
        }
      }
      std::vector<std::string> cells = {std::to_string(std::int64_t(item["lane"])),
                                        std::string(kind)};
      for (const auto member : shown) {
        std::string_view text;
        cells.emplace_back(member.value.get(text) == simdjson::SUCCESS ? text : "NULL");
      }
      if (cells.size() == rows.front().size()) {
        rows.push_back(std::move(cells));
      }
    }
    world_.out << (rows.empty() ? "" : text_table(rows, 0, cell_columns)) << rejects;
  }

  const TapOptions& options_;
  StatusClient client_;
  World& world_;
  dom::parser parser_;
  std::string text_;
  std::uint64_t last_ = 0;
  std::size_t shown_ = 0;
};

}  // namespace

int tap(const TapOptions& options, World& world) {
  const StopSignals signals;
  return TapReader(options, world).run(signals.token());
}

}  // namespace moretta::app
