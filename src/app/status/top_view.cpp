#include "app/status/top_view.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <simdjson.h>

namespace moretta::app {

namespace {

using simdjson::dom::element;

constexpr int bar_cells = 20;

std::string bar(double share) {
  const int full = static_cast<int>(std::lround(share * bar_cells));
  std::string text;
  for (int i = 0; i < bar_cells; ++i) {
    text += i < full ? "█" : "░";
  }
  return text;
}

std::string time_of(double ms) {
  if (ms <= 0) {
    return "-";
  }
  if (ms >= 10'000) {
    return fmt::format("{:.0f} s", ms / 1000);
  }
  if (ms >= 1000) {
    return fmt::format("{:.1f} s", ms / 1000);
  }
  return ms >= 1 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.1f} us", ms * 1000);
}

class View {
 public:
  View(const element& status, Colours colours) : status_(status), colours_(colours) {}

  std::string draw() {
    draw_head();
    draw_messages();
    draw_stages();
    draw_lanes();
    draw_rejects();
    return std::move(text_);
  }

 private:
  static std::string_view word(const element& of, std::string_view name) { return of[name]; }
  static double number(const element& of, std::string_view name) { return of[name].get<double>(); }
  static std::int64_t count(const element& of, std::string_view name) { return of[name]; }

  std::string coloured(std::string_view text, std::string_view code) const {
    return colours_ == Colours::yes ? fmt::format("\033[{}m{}\033[0m", code, text)
                                    : std::string(text);
  }

  void draw_head() {
    const std::string_view state = word(status_, "state");
    const std::string_view colour = state == "working" ? "32" : state == "stalled" ? "31" : "33";
    text_ += fmt::format("{} {}  {} -> {}  {}  up {}\n", coloured("moretta", "1"),
                         word(status_, "version"), word(status_, "queue_name"),
                         word(status_, "table"), coloured(word(status_, "says"), colour),
                         time_of(number(status_, "uptime_seconds") * 1000));
  }

  void draw_messages() {
    const element messages = status_["messages"];
    const element queue = status_["queue"];
    std::int64_t visible = -1;
    if (queue["visible"].get(visible) != simdjson::SUCCESS) {
      visible = -1;
    }
    text_ += fmt::format("{:.0f} messages/s  lag {} (99 %: {})  waiting in queue {}\n",
                         number(status_, "rate"), time_of(number(status_, "lag_p50") * 1000),
                         time_of(number(status_, "lag_p99") * 1000),
                         visible < 0 ? "unknown" : std::to_string(visible));
    text_ += fmt::format(
        "received {}  stored {}  duplicate {}  quarantined {}  returned {}  in flight {}\n",
        count(messages, "received"), count(messages, "stored"), count(messages, "duplicate"),
        count(messages, "quarantined"), count(messages, "returned"), count(messages, "in_flight"));
    if (number(messages, "conflicts") > 0) {
      text_ +=
          fmt::format("{} of them met a row of their business key\n", count(messages, "conflicts"));
    }
    text_ += "\n";
  }

  void draw_stages() {
    const std::string_view bottleneck = word(status_, "bottleneck");
    text_ += coloured(fmt::format("{:<8} {:>9} {:>9} {:>9} {:>7}  {}", "stage", "per s", "p50",
                                  "p99", "errors", "busy"),
                      "2") +
             "\n";
    for (const element stage : status_["stages"]) {
      const double busy = number(stage, "utilisation");
      text_ += fmt::format(
          "{:<8} {:>9.0f} {:>9} {:>9} {:>7}  {} {:>3.0f} %{}\n", word(stage, "name"),
          number(stage, "rate"), time_of(number(stage, "p50_ms")), time_of(number(stage, "p99_ms")),
          count(stage, "errors"), coloured(bar(busy), busy > 0.8 ? "33" : "36"), busy * 100,
          word(stage, "name") == bottleneck ? coloured("  <- back-pressure starts here", "33")
                                            : "");
    }
    const double hold = number(status_, "hold");
    text_ += fmt::format(
        "{:<46} {} {:>3.0f} %{}\n", "waiting for messages",
        coloured(bar(number(status_, "wait")), "2"), number(status_, "wait") * 100,
        hold > 0.005 ? coloured(fmt::format("  holding {:.0f} %", hold * 100), "33") : "");
  }

  void draw_lanes() {
    text_ += "\nlanes";
    int id = 0;
    for (const element lane : status_["lanes"]) {
      const std::int64_t messages = count(lane, "messages");
      text_ += fmt::format("  {}:{}{}", id++, word(lane, "phase"),
                           messages > 0 ? fmt::format("({})", messages) : "");
    }
    text_ += "\n";
  }

  void draw_rejects() {
    constexpr int shown_max = 8;
    int shown = 0;
    for (const element reject : status_["rejects"]) {
      if (++shown > shown_max) {
        break;
      }
      const std::string_view column = word(reject, "column");
      text_ += fmt::format("{}{} {:<20} {:>9}\n", shown == 1 ? "\nrejects\n" : "",
                           coloured(fmt::format("{:<18}", word(reject, "reason")), "33"),
                           column.empty() ? "-" : column, count(reject, "count"));
    }
  }

  element status_;
  Colours colours_;
  std::string text_;
};

}  // namespace

std::optional<std::string> top_view(std::string_view status_json, Colours colours) {
  simdjson::dom::parser parser;
  element status;
  if (parser.parse(status_json.data(), status_json.size()).get(status) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  try {
    return View(status, colours).draw();
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;  // JSON, but not ours
  }
}

}  // namespace moretta::app
