#include "app/finding.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

namespace {

std::string_view severity_name(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

}  // namespace

Findings findings_of(const Problems& problems, Severity severity) {
  Findings findings;
  for (const Problem& problem : problems.sorted()) {
    findings.push_back(
        {.severity = severity, .where = problems.where(problem), .what = problem.text, .fix = {}});
  }
  return findings;
}

bool has_error(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

std::string findings_json(const Findings& findings) {
  std::string out = fmt::format(R"({{"ok":{},"findings":[)", !has_error(findings));
  for (const Finding& finding : findings) {
    if (&finding != &findings.front()) {
      out.push_back(',');
    }
    out += fmt::format(R"({{"severity":"{}","where":{},"what":{},"fix":{}}})",
                       severity_name(finding.severity), json_string(finding.where),
                       json_string(finding.what), json_string(finding.fix));
  }
  return out + "]}\n";
}

std::string findings_text(const Findings& findings) {
  Findings ordered = findings;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  std::string out;
  for (const Finding& finding : ordered) {
    out +=
        fmt::format("{}: {}: {}\n", finding.where, severity_name(finding.severity), finding.what);
    if (!finding.fix.empty()) {
      out += fmt::format("  {}\n", finding.fix);
    }
  }
  return out;
}

}  // namespace moretta::app
