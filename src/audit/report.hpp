#pragma once

// What an audit has to say of a table: figures for each column, and findings, which a pipeline may
// fail on. No value of the table stands anywhere in it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/profile.hpp"
#include "audit/prove.hpp"
#include "base/result.hpp"

namespace moretta::audit {

// What the configuration says of a column, if there is one.
struct Declared {
  std::string method;  // as in the config: keep, md5, hmac-sha256, …; empty: nothing is known
  std::string domain;
  bool is_bare = false;  // a keyed hash without its prefix looks like a plain digest, and is none
  bool has_epochs = false;  // a key for each month: many keys in a column are as meant
};

struct ColumnSubject {
  std::string name;
  Declared declared;
  std::string space;  // that its values are taken to come from: ipv4, or a pattern
};

// Candidates a second, on one core of this machine.
struct Rates {
  double md5 = 0;
  double sha256 = 0;
  double hmac = 0;
};

// One graphics card, at least, as published for hashcat; not measured here.
inline constexpr double gpu_md5_rate = 1e11;
inline constexpr double gpu_sha256_rate = 1e10;

struct BreakTime {
  Shape shape = Shape::md5;
  std::string space;
  std::uint64_t space_size = 0;
  double core_seconds = 0;                 // to try all of it against every row at once
  std::optional<double> gpu_seconds = {};  // of unkeyed digests
  bool needs_key = false;                  // the time of a thief of the key
};

struct ColumnReport {
  ColumnSubject subject;
  const ColumnProfile* profile = nullptr;
  ClassFigures figures;
  std::vector<BreakTime> break_times = {};
  std::size_t sampled = 0;  // digests that were tried
  std::size_t fallen = 0;   // of them
};

enum class FindingKind {
  unkeyed,     // digests that anybody can make
  proven,      // some of them were undone just now
  clear,       // seems to be personal data, unmasked
  identifier,  // names a person or a device, and is passed through
  mixed,       // more than one method or key in a column
  small_group  // fewer than k rows look alike
};

struct AuditFinding {
  FindingKind kind = FindingKind::unkeyed;
  std::string column = {};
  std::int64_t rows = 0;
  std::string text = {};  // a sentence with what to do
};

// What ends a pipeline: `unkeyed,clear,k=5`.
struct Thresholds {
  std::set<FindingKind> kinds;
  std::int64_t k = 0;  // with small_group

  // The error says what is allowed.
  static Result<Thresholds, std::string> parse(std::string_view text);
};

struct Groups {
  std::vector<std::string> columns;
  ClassFigures figures;
};

struct Report {
  std::string table;
  std::int64_t rows = 0;
  std::vector<ColumnReport> columns;
  std::optional<Groups> groups;
  std::optional<Proof> proof;
  Rates rates;
  std::vector<AuditFinding> findings;
};

std::string_view finding_name(FindingKind kind);

// From a column's name or domain; the space that most of its kind come from.
std::string assumed_space(std::string_view column, std::string_view domain);

// How long each of the column's tokens hold. REQUIRED: a space that Space::parse takes.
std::vector<BreakTime> break_times(const ColumnSubject& subject, const ColumnProfile& profile,
                                   const Rates& rates);

// Digests without a key, as far as the declaration lets them be some.
bool has_unkeyed(const ColumnSubject& subject, const ColumnProfile& profile);

// `k_min`: a group of fewer rows is a finding; 0: none is.
std::vector<AuditFinding> findings_of(const Report& report, std::int64_t k_min);

// True if one of the findings is to end the pipeline.
bool crosses(const Thresholds& thresholds, const std::vector<AuditFinding>& findings);

}  // namespace moretta::audit
