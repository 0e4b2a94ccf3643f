#include "app/audit/audit_job.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/change/progress_bar.hpp"
#include "app/summary.hpp"
#include "base/bytes.hpp"
#include "base/errors.hpp"
#include "mask/hmac.hpp"
#include "mask/policy.hpp"
#include "pg/table_reader.hpp"

namespace moretta::app {

namespace {

constexpr Millis draw_every{250};
constexpr Millis calibration{150};  // of each method: enough for two figures
constexpr std::string_view erase_line = "\r\x1b[K";

// What a thief of the key can try.
double measured_hmac_rate() {
  constexpr std::string_view made_up_key = "32 bytes as a subkey would have.";
  constexpr int tags_a_look = 4096;
  const mask::Hmac hmac(bytes_of(made_up_key));
  mask::Hmac::Tag tag;
  const auto begun = thread_cpu_time();
  auto used = thread_cpu_time() - begun;
  std::int64_t tags = 0;
  while (used < calibration) {
    for (int i = 0; i < tags_a_look; ++i) {
      hmac.tag(bytes_of("203.0.113.255"), tag);
    }
    tags += tags_a_look;
    used = thread_cpu_time() - begun;
  }
  return static_cast<double>(tags) / std::chrono::duration<double>(used).count();
}

class ProgressLine {
 public:
  explicit ProgressLine(World& world) : world_(world) {}
  ~ProgressLine() { draw(""); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  [[nodiscard]] bool is_due() {
    const SteadyTime now = world_.clock.steady();
    if (!world_.terminal.err || now < next_) {
      return false;
    }
    next_ = now + draw_every;
    return true;
  }

  void draw(const std::string& text) {
    if (world_.terminal.err) {
      world_.err << erase_line << fit_line(text, world_.terminal.columns - 1) << std::flush;
    }
  }

 private:
  World& world_;
  SteadyTime next_{};
};

std::vector<std::size_t> positions(const std::vector<std::string>& wanted,
                                   const std::vector<std::string>& columns) {
  std::vector<std::size_t> found;
  for (const std::string& name : wanted) {
    const auto at = std::ranges::find(columns, name);
    if (at == columns.end()) {
      throw Refused(fmt::format("cannot group by {}: the table has no such column", name),
                    fmt::format("it has {}", fmt::join(columns, ", ")));
    }
    found.push_back(static_cast<std::size_t>(at - columns.begin()));
  }
  return found;
}

audit::Declared declared_for(const std::string& column, const Table* table) {
  for (std::size_t i = 0; table != nullptr && i < table->mapping.size(); ++i) {
    if (table->mapping[i].name == column) {
      const mask::Policy& policy = table->policies[i];
      return {.method = std::string(mask::method_name(policy.method)),
              .domain = policy.domain,
              .is_bare = policy.bare,
              .has_epochs = policy.epoch != mask::Epoch::none};
    }
  }
  return {};
}

class Auditor {
 public:
  Auditor(const AuditJob& job, pg::Connection& connection, World& world)
      : job_(job), world_(world), reader_(connection, pg::parse_table_name(job.table)) {
    const auto& columns = reader_.columns();
    group_positions_ = positions(job.group_columns, columns);
    for (const auto& [column, space] : job.spaces) {
      if (!column.empty()) {
        positions({column}, columns);
      }
    }
    audited_.profiles.resize(columns.size());
    audited_.report.table = job.table;
  }

  Audited run() {
    read();
    audit::Report& report = audited_.report;
    report.rates = {.md5 = audit::measured_rate(audit::DigestKind::md5, calibration),
                    .sha256 = audit::measured_rate(audit::DigestKind::sha256, calibration),
                    .hmac = measured_hmac_rate()};
    for (std::size_t i = 0; i < reader_.columns().size(); ++i) {
      report.columns.push_back(column_report(reader_.columns()[i], audited_.profiles[i]));
    }
    if (!job_.group_columns.empty()) {
      report.groups = {.columns = job_.group_columns, .figures = groups_.figures()};
    }
    if (job_.prove) {
      prove();
    }
    report.findings = audit::findings_of(report, job_.k_min);
    return std::move(audited_);
  }

 private:
  void read() {
    begun_ = world_.clock.steady();
    ProgressLine progress(world_);
    std::vector<audit::Cell> cells(reader_.columns().size());
    std::vector<audit::Cell> group(group_positions_.size());
    while (const auto rows = reader_.next()) {
      for (int row = 0; row < rows->rows(); ++row) {
        for (std::size_t column = 0; column < cells.size(); ++column) {
          const int at = static_cast<int>(column);
          cells[column] = rows->is_null(row, at) ? audit::Cell() : rows->value(row, at);
          audited_.profiles[column].add(cells[column]);
        }
        if (!group.empty()) {
          std::ranges::transform(group_positions_, group.begin(),
                                 [&](std::size_t at) { return cells[at]; });
          groups_.add(group);
        }
      }
      audited_.report.rows += rows->rows();
      if (progress.is_due()) {
        progress.draw(read_line());
      }
    }
  }

  [[nodiscard]] std::string read_line() const {
    const std::string read = grouped(audited_.report.rows);
    if (!reader_.estimated_rows()) {
      return fmt::format("read {} rows", read);
    }
    const auto taken = world_.clock.steady() - begun_;
    return "rows, about  " + work_line({.done = audited_.report.rows,
                                        .total = *reader_.estimated_rows(),
                                        .seconds = std::chrono::duration<double>(taken).count()});
  }

  [[nodiscard]] std::string space_for(const std::string& column, const std::string& domain) const {
    for (const std::string& key : {column, std::string()}) {
      if (const auto given = job_.spaces.find(key); given != job_.spaces.end()) {
        return given->second;
      }
    }
    return audit::assumed_space(column, domain);
  }

  [[nodiscard]] audit::ColumnReport column_report(const std::string& name,
                                                  const audit::ColumnProfile& profile) const {
    const audit::Declared declared = declared_for(name, job_.declared);
    const audit::ColumnSubject subject = {
        .name = name, .declared = declared, .space = space_for(name, declared.domain)};
    return {.subject = subject,
            .profile = &profile,
            .figures = profile.figures(),
            .break_times = audit::break_times(subject, profile, audited_.report.rates)};
  }

  // What is asked for, and what is assumed of any column.
  [[nodiscard]] std::vector<audit::Space> spaces() const {
    std::vector<std::string> names;
    for (const audit::ColumnReport& column : audited_.report.columns) {
      if (audit::has_unkeyed(column.subject, *column.profile)) {
        names.push_back(column.subject.space);
      }
    }
    if (job_.spaces.empty()) {
      names.insert(names.end(), {"ipv4", "ddd-dd-dddd", "ddddddddd"});
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<audit::Space> spaces;
    spaces.reserve(names.size());
    for (const std::string& name : names) {
      spaces.push_back(audit::Space::parse(name).value());
    }
    return spaces;
  }

  void prove() {
    std::vector<audit::DigestSample> samples;
    std::vector<std::size_t> owners;
    auto& columns = audited_.report.columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!audit::has_unkeyed(columns[i].subject, *columns[i].profile)) {
        continue;
      }
      for (const auto kind : {audit::DigestKind::md5, audit::DigestKind::sha256}) {
        samples.push_back(columns[i].profile->sample(kind));
        columns[i].sampled += samples.back().digests.size();
        owners.push_back(i);
      }
    }
    ProgressLine progress(world_);
    const audit::Proof proof = audit::prove(
        samples, {.spaces = spaces(), .budget = job_.prove->budget, .threads = job_.prove->threads},
        world_.clock, [&](const audit::ProveProgress& now) { progress.draw(sweep_line(now)); });
    for (std::size_t i = 0; i < owners.size(); ++i) {
      columns[owners[i]].fallen += proof.fallen[i];
    }
    audited_.report.proof = proof;
  }

  // Each sweep has an equal part of the time, and may end before it is through.
  std::string sweep_line(const audit::ProveProgress& now) {
    std::string name = fmt::format("{} of {}", audit::digest_name(now.sweep.kind), now.sweep.space);
    const SteadyTime looked = world_.clock.steady();
    if (name != sweep_) {
      sweep_ = std::move(name);
      begun_ = looked;  // no rate yet
    }
    constexpr double millions = 1e-6;
    const double size = static_cast<double>(now.sweep.size) * millions;
    const double seconds = std::chrono::duration<double>(looked - begun_).count();
    std::string line =
        fmt::format("{}  {} {:3.0f} %  {:.0f} of {:.0f} M", sweep_, progress_bar(now.share),
                    100 * now.share, now.share * size, size);
    if (seconds > 0 && now.share > 0) {
      line += fmt::format("  {:.1f} M/s  {}", now.share * size / seconds,
                          time_left(seconds * (1 - now.share) / now.share));
    }
    return line;
  }

  const AuditJob& job_;
  World& world_;
  pg::TableReader reader_;
  std::vector<std::size_t> group_positions_;
  audit::GroupProfile groups_;
  SteadyTime begun_{};  // of the reading, then of the sweep
  std::string sweep_;
  Audited audited_;
};

}  // namespace

Audited audit_table(const AuditJob& job, pg::Connection& connection, World& world) {
  return Auditor(job, connection, world).run();
}

}  // namespace moretta::app
