#include "audit/report.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::audit {
namespace {

constexpr Rates made_up_rates = {.md5 = 1e8, .sha256 = 1e7, .hmac = 1e6};

struct Case {
  std::string name;
  Declared declared = {};
  std::vector<std::string> values;
  std::set<FindingKind> want;
};

std::set<FindingKind> found_in(const Case& one) {
  ColumnProfile profile;
  for (const std::string& value : one.values) {
    profile.add(value);
  }
  Report report;
  report.columns.push_back(
      {.subject = {.name = one.name, .declared = one.declared, .space = "ipv4"},
       .profile = &profile,
       .figures = profile.figures()});
  std::set<FindingKind> kinds;
  for (const AuditFinding& finding : findings_of(report, 0)) {
    kinds.insert(finding.kind);
    for (const std::string& value : one.values) {
      EXPECT_EQ(finding.text.find(value), std::string::npos) << "a value stands in a finding";
    }
  }
  return kinds;
}

TEST(Findings, are_what_a_column_deserves) {
  const std::string digest = hex(md5("10.0.0.1"));
  const std::string tag(64, 'b');
  const std::string uuid = "424cdd21-063a-43a7-b91b-7ca1a833afae";
  const std::vector<Case> cases = {
      {.name = "masked_ip", .values = {digest}, .want = {FindingKind::unkeyed}},
      {.name = "masked_ip",
       .declared = {.method = "hmac-sha256", .domain = "ip", .is_bare = true},
       .values = {digest},
       .want = {}},
      {.name = "masked_ip", .values = {"h1:" + tag}, .want = {}},
      {.name = "masked_ip", .values = {"h1:" + tag, "h2:" + tag}, .want = {FindingKind::mixed}},
      {.name = "masked_ip",
       .declared = {.method = "hmac-sha256", .domain = "ip", .has_epochs = true},
       .values = {"h1:" + tag, "h2:" + tag},
       .want = {}},
      {.name = "masked_ip",
       .declared = {.method = "hmac-sha256", .domain = "ip", .has_epochs = true},
       .values = {"h1:" + tag, "t2:" + std::string(32, 'b')},
       .want = {FindingKind::mixed}},
      {.name = "masked_ip",
       .values = {"h1:" + tag, "10.0.0.1"},
       .want = {FindingKind::mixed, FindingKind::clear}},
      {.name = "ip_net",
       .declared = {.method = "truncate-ip", .domain = "ip"},
       .values = {"10.0.0.0"},
       .want = {}},
      {.name = "contact", .values = {"a@example.org"}, .want = {FindingKind::clear}},
      {.name = "user_id", .values = {uuid}, .want = {FindingKind::identifier}},
      {.name = "reference", .values = {uuid}, .want = {FindingKind::identifier}},
      {.name = "user_id", .values = {"user-1"}, .want = {FindingKind::identifier}},
      {.name = "masked_device_id", .values = {"h1:" + tag}, .want = {}},
      {.name = "locale", .values = {"RU", "PH"}, .want = {}},
  };

  for (const Case& one : cases) {
    EXPECT_EQ(found_in(one), one.want) << one.name << " " << one.values.front();
  }
}

TEST(Findings, name_the_smallest_group_below_k) {
  ClassFigures figures;
  figures.rows = 10;
  figures.smallest = 2;
  Report report;
  report.groups = Groups{.columns = {"locale", "device_type"}, .figures = figures};

  EXPECT_TRUE(findings_of(report, 2).empty());
  ASSERT_EQ(findings_of(report, 3).size(), 1U);
  EXPECT_EQ(findings_of(report, 3)[0].kind, FindingKind::small_group);
  EXPECT_EQ(findings_of(report, 3)[0].column, "locale, device_type");
}

TEST(BreakTimes, are_the_space_by_the_rate) {
  ColumnProfile profile;
  profile.add(hex(md5("x")));
  profile.add("h1:" + std::string(64, 'c'));
  profile.add("s1:" + std::string(64, 'c'));

  const auto times =
      break_times({.name = "ip", .declared = {}, .space = "ipv4"}, profile, made_up_rates);

  ASSERT_EQ(times.size(), 3U);
  EXPECT_DOUBLE_EQ(times[0].core_seconds, 42.94967296);
  EXPECT_DOUBLE_EQ(times[0].gpu_seconds.value(), 0.04294967296);
  EXPECT_FALSE(times[0].needs_key);
  EXPECT_DOUBLE_EQ(times[1].core_seconds, 4294.967296);
  EXPECT_FALSE(times[1].gpu_seconds);
  EXPECT_TRUE(times[1].needs_key);
  EXPECT_TRUE(times[2].needs_key);
  EXPECT_EQ(times[2].core_seconds, 0) << "a thief of the key decrypts";
}

TEST(Thresholds, are_a_list_of_findings) {
  const auto good = Thresholds::parse("unkeyed,clear,k=5");
  ASSERT_TRUE(good);
  EXPECT_EQ(good.value().kinds, (std::set<FindingKind>{FindingKind::unkeyed, FindingKind::clear,
                                                       FindingKind::small_group}));
  EXPECT_EQ(good.value().k, 5);
  EXPECT_TRUE(crosses(good.value(), {{.kind = FindingKind::clear}}));
  EXPECT_FALSE(crosses(good.value(), {{.kind = FindingKind::mixed}}));
  for (const char* wrong : {"unkeyd", "k", "k=", "k=1", "k=x", "unkeyed,,", ","}) {
    EXPECT_FALSE(Thresholds::parse(wrong)) << wrong;
  }
}

TEST(AssumedSpace, follows_the_domain_then_the_column) {
  EXPECT_EQ(assumed_space("masked_ip", ""), "ipv4");
  EXPECT_EQ(assumed_space("visitor", "ip"), "ipv4");
  EXPECT_EQ(assumed_space("masked_device_id", "device_id"), "ddd-dd-dddd");
  EXPECT_EQ(assumed_space("ship", ""), "ddd-dd-dddd");
}

}  // namespace
}  // namespace moretta::audit
