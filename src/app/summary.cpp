#include "app/summary.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include "record/reject.hpp"

namespace moretta::app {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double rate(const Summary& summary) {
  const double seconds = summary.busy_seconds > 0 ? summary.busy_seconds : summary.seconds;
  return seconds > 0 ? static_cast<double>(summary.totals.received) / seconds : 0;
}

double cpu_us_per_message(const Summary& summary) {
  return summary.totals.received > 0
             ? summary.cpu_seconds * 1e6 / static_cast<double>(summary.totals.received)
             : 0;
}

}  // namespace

Summary& Summary::operator+=(const Summary& next) {
  totals += next.totals;
  busy_seconds = next.totals.turns > 0 ? seconds + next.busy_seconds : busy_seconds;
  seconds += next.seconds;
  cpu_seconds = next.cpu_seconds;
  return *this;
}

bool adds_up(const Totals& totals) {
  return totals.in_flight() == 0;
}

std::string summary_json(const Summary& summary) {
  const Totals& totals = summary.totals;
  std::string rejects;
  for (std::size_t i = 0; i < totals.rejects.size(); ++i) {
    if (totals.rejects[i] > 0) {
      rejects += fmt::format("{}\"{}\":{}", rejects.empty() ? "" : ",",
                             reason_code(static_cast<Reason>(i)), totals.rejects[i]);
    }
  }
  return fmt::format(
      R"({{"received":{},"stored":{},"duplicate":{},"quarantined":{},"returned":{},"conflicts":{},"unsettled":{},)"
      R"("turns":{},"rejects":{{{}}},"seconds":{:.3f},"busy_seconds":{:.3f},"messages_per_second":{:.0f},)"
      R"("cpu_us_per_message":{:.2f},"adds_up":{}}})",
      totals.received, totals.stored, totals.duplicate, totals.quarantined, totals.returned,
      totals.conflicts, totals.unsettled, totals.turns, rejects, summary.seconds,
      summary.busy_seconds, rate(summary), cpu_us_per_message(summary), adds_up(totals));
}

std::string summary_text(const Summary& summary) {
  const Totals& totals = summary.totals;
  std::string text = fmt::format("received     {:>12}\n", grouped(totals.received));
  const auto line = [&text](std::string_view name, std::int64_t count, std::string_view note) {
    if (count > 0) {
      text += fmt::format("{:<12} {:>12}  {}\n", name, grouped(count), note);
    }
  };
  line("stored", totals.stored, "rows committed");
  line("duplicate", totals.duplicate, "seen before, stored once");
  line("conflicts", totals.conflicts, "of the business key, settled as the table says");
  line("quarantined", totals.quarantined, "sealed, with the reason");
  line("returned", totals.returned, "given back to the queue");
  line("unsettled", totals.unsettled, "done, but the queue will give them again");
  for (std::size_t i = 0; i < totals.rejects.size(); ++i) {
    if (totals.rejects[i] > 0) {
      text += fmt::format("  {:<18} {:>4}\n", reason_code(static_cast<Reason>(i)),
                          grouped(totals.rejects[i]));
    }
  }
  text +=
      fmt::format("in {:.2f} s, {} messages a second, {:.1f} us of CPU each\n", summary.seconds,
                  grouped(static_cast<std::int64_t>(rate(summary))), cpu_us_per_message(summary));
  if (!adds_up(totals)) {
    text += fmt::format("{} messages are not accounted for: this is a bug, please report it\n",
                        grouped(totals.in_flight()));
  }
  return text;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}

double process_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

}  // namespace moretta::app
