#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/audit/audit_text.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

using audit::Shape;

std::string list(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

std::string figures_json(const audit::ClassFigures& figures) {
  return fmt::format(
      R"("distinct":{},"exact":{},"unique":{},"smallest":{},"largest":{},"top10":{},"entropy_bits":{:.3f})",
      figures.distinct, figures.is_exact, figures.unique, figures.smallest, figures.largest,
      figures.top10, figures.entropy_bits);
}

std::string tokens_json(const audit::ColumnProfile& profile) {
  std::vector<std::string> items;
  for (const auto& [group, rows] : profile.tokens()) {
    items.push_back(fmt::format(R"({{"method":"{}","key_id":{},"rows":{}}})",
                                audit::shape_name(group.first),
                                group.second == 0 ? "null" : std::to_string(group.second), rows));
  }
  return list(items);
}

std::string look_alikes_json(const audit::ColumnProfile& profile) {
  std::vector<std::string> items;
  for (std::size_t i = 0; i < audit::shapes; ++i) {
    const auto shape = static_cast<Shape>(i);
    if ((audit::is_look_alike(shape) || shape == Shape::uuid) && profile.count(shape) > 0) {
      items.push_back(fmt::format(R"("{}":{})", audit::shape_name(shape), profile.count(shape)));
    }
  }
  return fmt::format("{{{}}}", fmt::join(items, ","));
}

std::string break_times_json(const audit::ColumnReport& column) {
  std::vector<std::string> items;
  for (const audit::BreakTime& time : column.break_times) {
    items.push_back(fmt::format(
        R"({{"method":"{}","needs_key":{},"space":{},"space_size":{},"core_seconds":{:.3f},"gpu_seconds":{}}})",
        audit::shape_name(time.shape), time.needs_key, json_string(time.space), time.space_size,
        time.core_seconds, time.gpu_seconds ? fmt::format("{:.4f}", *time.gpu_seconds) : "null"));
  }
  return list(items);
}

std::string column_json(const audit::ColumnReport& column) {
  return fmt::format(
      R"({{"name":{},"declared":{},"nulls":{},{},"tokens":{},"look_alikes":{},"break_times":{},"sampled":{},"fallen":{}}})",
      json_string(column.subject.name), json_string(column.subject.declared.method),
      column.profile->nulls(), figures_json(column.figures), tokens_json(*column.profile),
      look_alikes_json(*column.profile), break_times_json(column), column.sampled, column.fallen);
}

std::string groups_json(const audit::Groups& groups) {
  std::vector<std::string> names;
  for (const std::string& name : groups.columns) {
    names.push_back(json_string(name));
  }
  std::vector<std::string> sizes;
  for (std::size_t i = 0; i < groups.figures.by_size.size(); ++i) {
    sizes.push_back(fmt::format(R"({{"from":{},"groups":{}}})", audit::class_size_floors.at(i),
                                groups.figures.by_size.at(i)));
  }
  return fmt::format(R"({{"columns":{},"k":{},"rows_alone":{},"groups":{},"exact":{},"sizes":{}}})",
                     list(names), groups.figures.smallest, groups.figures.unique,
                     groups.figures.distinct, groups.figures.is_exact, list(sizes));
}

std::string proof_json(const audit::Proof& proof) {
  std::vector<std::string> items;
  for (const audit::SweepResult& sweep : proof.sweeps) {
    items.push_back(fmt::format(
        R"({{"digest":"{}","space":{},"size":{},"tried":{},"targets":{},"fallen":{},"per_core_second":{:.0f}}})",
        audit::digest_name(sweep.kind), json_string(sweep.space), sweep.size, sweep.tried,
        sweep.targets, sweep.fallen, sweep.per_core_second));
  }
  return list(items);
}

std::string findings_json(const std::vector<audit::AuditFinding>& findings) {
  std::vector<std::string> items;
  for (const audit::AuditFinding& finding : findings) {
    items.push_back(fmt::format(R"({{"kind":"{}","column":{},"rows":{},"text":{}}})",
                                audit::finding_name(finding.kind), json_string(finding.column),
                                finding.rows, json_string(finding.text)));
  }
  return list(items);
}

}  // namespace

std::string audit_json(const audit::Report& report) {
  std::vector<std::string> columns;
  for (const audit::ColumnReport& column : report.columns) {
    columns.push_back(column_json(column));
  }
  return fmt::format(
      R"({{"table":{},"rows":{},"columns":{},"groups":{},"prove":{},"rates_per_core_second":{{"md5":{:.0f},"sha256":{:.0f},"hmac":{:.0f}}},"findings":{}}})"
      "\n",
      json_string(report.table), report.rows, list(columns),
      report.groups ? groups_json(*report.groups) : "null",
      report.proof ? proof_json(*report.proof) : "null", report.rates.md5, report.rates.sha256,
      report.rates.hmac, findings_json(report.findings));
}

}  // namespace moretta::app
