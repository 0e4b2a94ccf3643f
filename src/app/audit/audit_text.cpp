#include "app/audit/audit_text.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/summary.hpp"
#include "app/text_table.hpp"
#include "audit/sweep.hpp"

namespace moretta::app {

namespace {

using audit::Shape;

constexpr int cell_columns_max = 64;

std::string percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "-"
                    : fmt::format("{:.1f} %",
                                  100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// The configuration knows better what a form of token is than the form does.
std::string method_text(const audit::ColumnReport& column, Shape shape) {
  const audit::Declared& declared = column.subject.declared;
  if (audit::is_unkeyed(shape)) {
    return declared.is_bare ? declared.method : fmt::format("{}, no key", shape_name(shape));
  }
  const bool is_variant =
      shape == Shape::hmac && declared.method.starts_with(audit::shape_name(Shape::hmac));
  return is_variant ? declared.method : std::string(shape_name(shape));
}

std::string found_text(const audit::ColumnReport& column) {
  std::vector<std::string> parts;
  for (const auto& [group, rows] : column.profile->tokens()) {
    const std::string key = group.second == 0 ? "" : fmt::format(", key {}", group.second);
    parts.push_back(method_text(column, group.first) + key);
  }
  for (std::size_t i = 0; i < audit::shapes; ++i) {
    const auto shape = static_cast<Shape>(i);
    if (!audit::is_token(shape) && shape != Shape::other && shape != Shape::empty &&
        column.profile->count(shape) > 0) {
      parts.push_back(fmt::format("clear: {}", shape_name(shape)));
    }
  }
  if (parts.empty()) {
    return column.subject.declared.method.empty() || column.subject.declared.method == "keep"
               ? "clear"
               : column.subject.declared.method;
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string columns_text(const audit::Report& report) {
  std::vector<std::vector<std::string>> rows = {
      {"column", "found", "NULL", "distinct", "unique", "largest", "top 10", "entropy"}};
  for (const audit::ColumnReport& column : report.columns) {
    const audit::ClassFigures& figures = column.figures;
    rows.push_back({column.subject.name, found_text(column), grouped(column.profile->nulls()),
                    (figures.is_exact ? "" : "~") + grouped(figures.distinct),
                    percent(figures.unique, figures.distinct),
                    percent(figures.largest, figures.rows), percent(figures.top10, figures.rows),
                    fmt::format("{:.1f} bit", figures.entropy_bits)});
  }
  return text_table(rows, 2, cell_columns_max);
}

std::string sentence(const audit::BreakTime& time) {
  const auto name = audit::shape_name(time.shape);
  if (time.space.empty()) {
    return fmt::format("{}: holds without the key; a thief of the key decrypts at once", name);
  }
  const std::string size = grouped(static_cast<std::int64_t>(time.space_size));
  if (time.needs_key) {
    return fmt::format("{}: holds without the key; a thief of the key tries all {} of {} in {}",
                       name, size, time.space, duration_text(time.core_seconds));
  }
  return fmt::format("{}: anybody tries all {} of {} in {} here, in {} on a graphics card", name,
                     size, time.space, duration_text(time.core_seconds),
                     duration_text(time.gpu_seconds.value_or(0)));
}

std::string break_text(const audit::Report& report) {
  std::string lines;
  for (const audit::ColumnReport& column : report.columns) {
    for (const audit::BreakTime& time : column.break_times) {
      lines += fmt::format("  {}: {}\n", column.subject.name, sentence(time));
    }
  }
  if (lines.empty()) {
    return lines;
  }
  return fmt::format(
      "\nHow long the tokens hold, if every value is one of those it is taken to be (--space):\n"
      "{}  One core of this machine, measured now ({}): md5 {:.1f}, sha256 {:.1f}, hmac {:.1f} "
      "million a second.\n"
      "  A graphics card, as published: at least md5 {:.0f}, sha256 {:.0f} million a second.\n",
      lines, audit::usable_kernels().front()->name, report.rates.md5 / 1e6,
      report.rates.sha256 / 1e6, report.rates.hmac / 1e6, audit::gpu_md5_rate / 1e6,
      audit::gpu_sha256_rate / 1e6);
}

std::string groups_text(const audit::Groups& groups) {
  const audit::ClassFigures& figures = groups.figures;
  std::string text = fmt::format(
      "\nRows that look alike in {}:\n  smallest group {}{}, {} groups, {} rows alone (k = 1)\n ",
      fmt::join(groups.columns, ", "), figures.is_exact ? "" : "~", grouped(figures.smallest),
      grouped(figures.distinct), grouped(figures.unique));
  for (std::size_t i = 0; i < figures.by_size.size(); ++i) {
    const std::int64_t floor = audit::class_size_floors.at(i);
    const bool is_last = i + 1 == figures.by_size.size();
    const std::int64_t end = is_last ? 0 : audit::class_size_floors.at(i + 1) - 1;
    const std::string name = is_last        ? fmt::format("{}+", floor)
                             : end == floor ? fmt::format("{}", floor)
                                            : fmt::format("{}-{}", floor, end);
    text += fmt::format(" {}: {}{}", name, grouped(figures.by_size.at(i)), is_last ? "\n" : ",");
  }
  return text;
}

std::string proof_text(const audit::Report& report) {
  std::string text = "\nProved by doing it:\n";
  if (report.proof->sweeps.empty()) {
    return text + "  0 digests without a key: nothing to undo\n";
  }
  for (const audit::ColumnReport& column : report.columns) {
    if (column.sampled > 0) {
      text += fmt::format("  {}: {} of {} sampled digests fell\n", column.subject.name,
                          grouped(static_cast<std::int64_t>(column.fallen)),
                          grouped(static_cast<std::int64_t>(column.sampled)));
    }
  }
  for (const audit::SweepResult& sweep : report.proof->sweeps) {
    text += fmt::format(
        "  {} of {}: tried {} of {}, {:.1f} million a second and core, {} of {} fell\n",
        audit::digest_name(sweep.kind), sweep.space,
        percent(static_cast<std::int64_t>(sweep.tried), static_cast<std::int64_t>(sweep.size)),
        grouped(static_cast<std::int64_t>(sweep.size)), sweep.per_core_second / 1e6, sweep.fallen,
        sweep.targets);
  }
  return text;
}

std::string findings_text(const audit::Report& report) {
  if (report.findings.empty()) {
    return "\nNothing found.\n";
  }
  std::string text = "\nFound:\n";
  for (const audit::AuditFinding& finding : report.findings) {
    text += fmt::format("  {}: {}: {} ({} rows)\n", audit::finding_name(finding.kind),
                        finding.column, finding.text, grouped(finding.rows));
  }
  return text;
}

}  // namespace

std::string duration_text(double seconds) {
  struct Unit {
    double seconds;
    std::string_view name;
  };
  constexpr std::array<Unit, 5> units = {
      {{365.25 * 86'400, "years"}, {86'400, "days"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  constexpr double least = 1.5;  // of a unit: 84 s and not 1 min
  for (const Unit& unit : units) {
    if (seconds >= least * unit.seconds) {
      const double count = seconds / unit.seconds;
      return count < 10 ? fmt::format("{:.1f} {}", count, unit.name)
                        : fmt::format("{:.0f} {}", count, unit.name);
    }
  }
  return seconds >= 1 ? fmt::format("{:.1f} s", seconds) : "under 1 s";
}

std::string audit_text(const audit::Report& report) {
  std::string text = fmt::format("{}: {} rows\n\n", report.table, grouped(report.rows));
  text += columns_text(report);
  text += break_text(report);
  if (report.groups) {
    text += groups_text(*report.groups);
  }
  if (report.proof) {
    text += proof_text(report);
  }
  return text + findings_text(report);
}

}  // namespace moretta::app
