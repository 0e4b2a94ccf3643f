#include "app/change/rewrap_report.hpp"

#include <fmt/format.h>

#include "app/change/progress_bar.hpp"
#include "app/exit_code.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

constexpr Millis say_every{2000};
constexpr Millis draw_every{200};
constexpr std::string_view erase_line = "\r\033[K";

std::string counts_json(const RewrapCounts& counts) {
  return fmt::format(R"({{"rows":{},"distinct":{},"old_rows":{}}})", counts.rows, counts.distinct,
                     counts.old_rows);
}

}  // namespace

void RewrapProgress::step(const RewrapStep& step) {
  const SteadyTime now = clock_.steady();
  if (what_ != step.what) {
    what_ = step.what;
    began_ = now;
    said_ = now;
    return;
  }
  const Millis every = style_ == Style::in_place ? draw_every : say_every;
  if (now - said_ < every && step.done < step.total) {
    return;
  }
  said_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  if (style_ == Style::in_place) {
    err_ << erase_line << step.what << "  "
         << work_line({.done = static_cast<std::int64_t>(step.done),
                       .total = static_cast<std::int64_t>(step.total),
                       .seconds = seconds})
         << (step.done < step.total ? "" : "\n") << std::flush;
    return;
  }
  const double rate = seconds > 0 ? static_cast<double>(step.done) / seconds : 0;
  const double left = rate > 0 ? static_cast<double>(step.total - step.done) / rate : 0;
  err_ << fmt::format("{}: {} of {}, {:.0f}/s, {:.0f} s left\n", step.what, step.done, step.total,
                      rate, left)
       << std::flush;
}

std::string rewrap_json(const RewrapPlan& plan, const RewrapReport& report) {
  return fmt::format(
      R"({{"table":{},"column":{},"into":{},"target":{},"before":{},"after":{},)"
      R"("distinct_expected":{},"tokens_changed":{},"tokens_learned":{},"rows_changed":{},)"
      R"("vault_rows":{},"unreadable":{},"adds_up":{}}})",
      json_string(plan.table.shown()), json_string(plan.column),
      json_string(plan.into.empty() ? plan.column : plan.into), json_string(plan.target),
      counts_json(report.before), counts_json(report.after), report.distinct_expected,
      report.tokens, report.learned, report.rows, report.vault_rows, report.unreadable,
      report.adds_up());
}

std::string rewrap_text(const RewrapPlan& plan, const RewrapReport& report) {
  std::string text = fmt::format(
      "{}.{} -> {}: {} tokens and {} rows changed, {} vault rows\n"
      "  before: {} rows, {} distinct tokens, {} rows to change\n"
      "  after:  {} rows, {} distinct tokens (expected {}), {} rows to change\n",
      plan.table.shown(), plan.into.empty() ? plan.column : plan.column + " into " + plan.into,
      plan.target, report.tokens, report.rows, report.vault_rows, report.before.rows,
      report.before.distinct, report.before.old_rows, report.after.rows, report.after.distinct,
      report.distinct_expected, report.after.old_rows);
  if (report.learned > 0) {
    text += fmt::format("  {} of the tokens are known from rows that have both\n", report.learned);
  }
  if (report.unreadable > 0 && !plan.into.empty()) {
    text += fmt::format(
        "  {} tokens have no new one yet: their values have not come again, or they could not be "
        "read; run this again later\n",
        report.unreadable);
  } else if (report.unreadable > 0) {
    text += fmt::format(
        "  {} tokens could not be read and stay as they were: another key, another "
        "domain, one-way and not in the vault, or not tokens of ours\n",
        report.unreadable);
  } else if (report.after.old_rows > 0) {
    text +=
        "  somebody still writes old tokens: restart the workers with the new configuration, then "
        "run this again\n";
  }
  if (!report.adds_up()) {
    text +=
        "  the counts do not add up: if others changed the table meanwhile, run this again to "
        "see\n";
  }
  return text;
}

int rewrap_exit_code(const RewrapReport& report) {
  if (!report.adds_up() || (report.after.old_rows > 0 && report.unreadable == 0)) {
    return exit_failed;
  }
  return report.unreadable > 0 ? exit_rejects : exit_done;
}

}  // namespace moretta::app
