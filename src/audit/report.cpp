#include "audit/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "audit/space.hpp"
#include "base/ensure.hpp"
#include "base/take.hpp"

namespace moretta::audit {

namespace {

constexpr std::array<std::string_view, 6> kind_names = {"unkeyed",    "proven", "clear",
                                                        "identifier", "mixed",  "k"};

// Their tokens have the form of what they stand for, so a look-alike says nothing.
bool keeps_the_form(std::string_view method) {
  constexpr std::array<std::string_view, 6> methods = {
      "ff1", "ipcrypt-deterministic", "ipcrypt-pfx", "truncate-ip", "character-mask", "bucket"};
  return std::ranges::find(methods, method) != methods.end();
}

bool is_clear(std::string_view method) {
  return method.empty() || method == "keep";
}

bool ends_in_id(std::string_view column) {
  return column == "id" || column.ends_with("_id") || column.ends_with("-id") ||
         column.ends_with("Id");
}

std::int64_t token_rows(const ColumnProfile& profile) {
  std::int64_t rows = 0;
  for (const auto& [group, count] : profile.tokens()) {
    rows += count;
  }
  return rows;
}

std::size_t shapes_of_tokens(const ColumnProfile& profile) {
  std::set<Shape> shapes;
  for (const auto& [group, count] : profile.tokens()) {
    shapes.insert(group.first);
  }
  return shapes.size();
}

// Of the values there are.
bool is_most(std::int64_t rows, const ColumnProfile& profile) {
  return rows > 0 && 2 * rows >= profile.rows() - profile.nulls();
}

void find_unkeyed(const ColumnReport& column, std::vector<AuditFinding>& findings) {
  if (!has_unkeyed(column.subject, *column.profile)) {
    return;
  }
  const std::int64_t rows =
      column.profile->count(Shape::md5) + column.profile->count(Shape::sha256);
  findings.push_back({.kind = FindingKind::unkeyed,
                      .column = column.subject.name,
                      .rows = rows,
                      .text = "digests without a key: whoever reads them can guess them; change "
                              "to hmac-sha256, or hmac-sha256+md5 in place"});
  if (column.fallen > 0) {
    findings.push_back({.kind = FindingKind::proven,
                        .column = column.subject.name,
                        .rows = rows,
                        .text = fmt::format("{} of {} sampled digests were undone just now",
                                            column.fallen, column.sampled)});
  }
}

void find_clear(const ColumnReport& column, std::vector<AuditFinding>& findings) {
  if (keeps_the_form(column.subject.declared.method)) {
    return;
  }
  for (const Shape shape : {Shape::ipv4, Shape::ipv6, Shape::email, Shape::card, Shape::id}) {
    if (const std::int64_t rows = column.profile->count(shape); rows > 0) {
      findings.push_back({.kind = FindingKind::clear,
                          .column = column.subject.name,
                          .rows = rows,
                          .text = fmt::format("looks like {} in clear; mask it, or say why not",
                                              shape_name(shape))});
    }
  }
}

void find_identifier(const ColumnReport& column, std::vector<AuditFinding>& findings) {
  const ColumnProfile& profile = *column.profile;
  const std::int64_t values = profile.rows() - profile.nulls();
  const std::int64_t in_clear = values - token_rows(profile);
  const bool names_somebody = is_most(profile.count(Shape::uuid), profile) ||
                              (ends_in_id(column.subject.name) && is_most(in_clear, profile));
  if (is_clear(column.subject.declared.method) && names_somebody) {
    findings.push_back({.kind = FindingKind::identifier,
                        .column = column.subject.name,
                        .rows = in_clear,
                        .text = "an identifier is passed through: it links every row to its person "
                                "wherever else it stands; mask it if nobody joins by it"});
  }
}

void find_mixed(const ColumnReport& column, std::vector<AuditFinding>& findings) {
  const ColumnProfile& profile = *column.profile;
  const std::int64_t values = profile.rows() - profile.nulls();
  const std::int64_t tokens = token_rows(profile);
  const std::size_t kinds =
      column.subject.declared.has_epochs ? shapes_of_tokens(profile) : profile.tokens().size();
  if (kinds > 1) {
    findings.push_back({.kind = FindingKind::mixed,
                        .column = column.subject.name,
                        .rows = tokens,
                        .text = fmt::format("{} kinds of token by method and key: equal values do "
                                            "not meet across them; rewrap to one",
                                            kinds)});
  } else if (is_most(tokens, profile) && tokens < values) {
    findings.push_back({.kind = FindingKind::mixed,
                        .column = column.subject.name,
                        .rows = values - tokens,
                        .text = "values that are no tokens stand among tokens"});
  }
}

std::optional<AuditFinding> small_group(const Groups& groups, std::int64_t k_min) {
  if (groups.figures.rows == 0 || groups.figures.smallest >= k_min) {
    return std::nullopt;
  }
  return AuditFinding{
      .kind = FindingKind::small_group,
      .column = fmt::format("{}", fmt::join(groups.columns, ", ")),
      .rows = groups.figures.unique,
      .text = fmt::format("the smallest group of rows that look alike has {} ({} rows are alone); "
                          "coarsen the columns, or leave one out",
                          groups.figures.smallest, groups.figures.unique)};
}

double seconds_for(std::uint64_t texts, double rate) {
  return rate > 0 ? static_cast<double>(texts) / rate : 0;
}

}  // namespace

Result<Thresholds, std::string> Thresholds::parse(std::string_view text) {
  Thresholds thresholds;
  while (!text.empty()) {
    const std::string_view word = take_until(text, ',');
    if (word.starts_with("k=")) {
      const char* last = word.data() + word.size();
      const auto [stopped, error] = std::from_chars(word.data() + 2, last, thresholds.k);
      if (error == std::errc{} && stopped == last && thresholds.k >= 2) {
        thresholds.kinds.insert(FindingKind::small_group);
        continue;
      }
    }
    const auto* const found = std::ranges::find(kind_names.begin(), kind_names.end() - 1, word);
    if (found == kind_names.end() - 1) {
      return Failure{fmt::format("allowed: {}, and k=N with N of at least 2",
                                 fmt::join(kind_names.begin(), kind_names.end() - 1, ", "))};
    }
    thresholds.kinds.insert(static_cast<FindingKind>(found - kind_names.begin()));
  }
  return thresholds;
}

std::string_view finding_name(FindingKind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

std::string assumed_space(std::string_view column, std::string_view domain) {
  for (const std::string_view name : {domain, column}) {
    if (name == "ip" || name.starts_with("ip_") || name.ends_with("_ip") || name.ends_with("-ip") ||
        name.ends_with(".ip")) {
      return "ipv4";
    }
  }
  return "ddd-dd-dddd";
}

bool has_unkeyed(const ColumnSubject& subject, const ColumnProfile& profile) {
  return !subject.declared.is_bare && profile.count(Shape::md5) + profile.count(Shape::sha256) > 0;
}

std::vector<BreakTime> break_times(const ColumnSubject& subject, const ColumnProfile& profile,
                                   const Rates& rates) {
  const Space space = Space::parse(subject.space).value();
  std::vector<BreakTime> times;
  const auto add = [&](Shape shape, double rate, std::optional<double> gpu_rate, bool needs_key) {
    BreakTime time{.shape = shape,
                   .space = space.name(),
                   .space_size = space.size(),
                   .core_seconds = seconds_for(space.size(), rate),
                   .needs_key = needs_key};
    if (gpu_rate) {
      time.gpu_seconds = seconds_for(space.size(), *gpu_rate);
    }
    times.push_back(time);
  };
  const bool is_bare = subject.declared.is_bare;
  if (profile.count(Shape::md5) > 0) {
    is_bare ? add(Shape::md5, rates.hmac, std::nullopt, true)
            : add(Shape::md5, rates.md5, gpu_md5_rate, false);
  }
  if (profile.count(Shape::sha256) > 0) {
    is_bare ? add(Shape::sha256, rates.hmac, std::nullopt, true)
            : add(Shape::sha256, rates.sha256, gpu_sha256_rate, false);
  }
  for (const Shape shape : {Shape::hmac, Shape::token}) {
    if (profile.count(shape) > 0) {
      add(shape, rates.hmac, std::nullopt, true);
    }
  }
  for (const Shape shape : {Shape::siv, Shape::cbc, Shape::seed_cbc}) {
    if (profile.count(shape) > 0) {
      times.push_back({.shape = shape, .space = {}, .core_seconds = 0, .needs_key = true});
    }
  }
  return times;
}

std::vector<AuditFinding> findings_of(const Report& report, std::int64_t k_min) {
  std::vector<AuditFinding> findings;
  for (const ColumnReport& column : report.columns) {
    ENSURE(column.profile != nullptr);
    find_unkeyed(column, findings);
    find_clear(column, findings);
    find_identifier(column, findings);
    find_mixed(column, findings);
  }
  if (report.groups) {
    if (auto found = small_group(*report.groups, k_min)) {
      findings.push_back(std::move(*found));
    }
  }
  return findings;
}

bool crosses(const Thresholds& thresholds, const std::vector<AuditFinding>& findings) {
  return std::ranges::any_of(findings, [&](const AuditFinding& finding) {
    return thresholds.kinds.contains(finding.kind);
  });
}

}  // namespace moretta::audit
