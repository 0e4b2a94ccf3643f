#include "app/sample/sample_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/sample/proposal.hpp"

namespace moretta::app {

namespace {

class SampleCheck {
 public:
  SampleCheck(const Config& config, const Sample& sample)
      : config_(config), sample_(sample), proposals_(propose(sample)) {}

  Findings run() {
    for (std::size_t i = 0; i < config_.table.mapping.size(); ++i) {
      if (config_.table.mapping[i].origin == Origin::body) {
        look_at(config_.table.mapping[i], config_.table.policies[i]);
      }
    }
    return std::move(findings_);
  }

 private:
  void warn(const Column& column, const std::string& what, std::string fix) {
    findings_.push_back({.severity = Severity::warning,
                         .where = config_.file,
                         .what = fmt::format("column {}: {}", column.name, what),
                         .fix = std::move(fix)});
  }

  void look_at(const Column& column, const mask::Policy& policy) {
    const auto field = std::ranges::find(sample_.fields, column.pointer, &Field::pointer);
    if (field == sample_.fields.end()) {
      look_at_missing(column);
      return;
    }
    if (column.required && field->seen < sample_.events) {
      warn(column,
           fmt::format("{} of {} events of the sample lack {}: they give no row",
                       sample_.events - field->seen, sample_.events, column.pointer),
           "write `required: false, nullable: true` if that is usual");
    }
    if (!column.nullable && field->nulls > 0) {
      warn(column,
           fmt::format("{} is null in {} of {} events of the sample: they give no row",
                       column.pointer, field->nulls, sample_.events),
           "write `nullable: true` if that is usual");
    }
    const Proposal& proposal = proposals_[static_cast<std::size_t>(field - sample_.fields.begin())];
    const bool looks_personal = !proposal.mask.empty() && proposal.mask != "keep";
    if (policy.method == mask::Method::keep && looks_personal) {
      warn(column, fmt::format("it is stored in clear, although {}", proposal.reason),
           fmt::format("write `mask: {}`", proposal.mask));
    }
  }

  // An object that a column takes whole has no field of its own in the sample.
  void look_at_missing(const Column& column) {
    const std::string below = column.pointer + "/";
    const bool is_object = std::ranges::any_of(
        sample_.fields, [&](const Field& field) { return field.pointer.starts_with(below); });
    if (is_object) {
      return;
    }
    warn(column,
         fmt::format("no event of the sample has {}{}", column.pointer,
                     column.required ? ": none gives a row" : ""),
         "correct `from`, or remove the column");
  }

  const Config& config_;
  const Sample& sample_;
  std::vector<Proposal> proposals_;
  Findings findings_;
};

}  // namespace

Findings sample_findings(const Config& config, const Sample& sample) {
  return SampleCheck(config, sample).run();
}

}  // namespace moretta::app
