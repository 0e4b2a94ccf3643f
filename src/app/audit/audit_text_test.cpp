#include "app/audit/audit_text.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace moretta::app {
namespace {

TEST(DurationText, is_what_people_say) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "under 1 s"},      {0.99, "under 1 s"}, {1.2, "1.2 s"},       {9.24, "9.2 s"},
      {83.7, "84 s"},        {100, "1.7 min"},    {3'000, "50 min"},    {7'200, "2.0 h"},
      {200'000, "2.3 days"}, {4e7, "463 days"},   {1e12, "31688 years"}};

  for (const auto& [seconds, want] : cases) {
    EXPECT_EQ(duration_text(seconds), want) << seconds;
  }
}

// A report with something in every part of it.
class AuditReport : public testing::Test {
 protected:
  void SetUp() override {
    profile_.add("a56e7589b4b780605f7c614d13df6696");
    profile_.add("h7:" + std::string(64, 'a'));
    profile_.add("192.0.2.1");
    profile_.add(std::nullopt);
    const audit::ColumnSubject subject = {.name = R"(odd "one")", .declared = {}, .space = "ipv4"};
    report_.table = "t";
    report_.rows = 4;
    report_.rates = {.md5 = 5e7, .sha256 = 1e7, .hmac = 2e6};
    report_.columns.push_back({.subject = subject,
                               .profile = &profile_,
                               .figures = profile_.figures(),
                               .break_times = audit::break_times(subject, profile_, report_.rates),
                               .sampled = 1,
                               .fallen = 1});
    report_.groups = audit::Groups{.columns = {"a", "b"}, .figures = profile_.figures()};
    report_.proof = audit::Proof{.fallen = {1},
                                 .sweeps = {{.kind = audit::DigestKind::md5,
                                             .space = "ipv4",
                                             .size = 1000,
                                             .tried = 500,
                                             .targets = 1,
                                             .fallen = 1,
                                             .per_core_second = 6.6e7}}};
    report_.findings = audit::findings_of(report_, 5);
  }

  audit::ColumnProfile profile_;
  audit::Report report_;
};

TEST_F(AuditReport, says_in_text_what_was_found) {
  const std::string text = audit_text(report_);

  for (const char* part :
       {"t: 4 rows", "md5, no key; hmac-sha256, key 7", "1 of 1 sampled digests fell",
        "tried 50.0 % of 1 000, 66.0 million a second and core", "proven: odd \"one\"",
        "holds without the key; a thief of the key tries all 4 294 967 296 of ipv4 in 36 min",
        "anybody tries all 4 294 967 296 of ipv4 in 86 s here, in under 1 s on a graphics card",
        "smallest group 1, 3 groups, 3 rows alone"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find("192.0.2.1"), std::string::npos);
  EXPECT_EQ(text.find("a56e7589"), std::string::npos);
}

TEST_F(AuditReport, is_json_on_one_line) {
  const std::string line = audit_json(report_);

  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(line);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(root["columns"].at(0)["name"].get_string().value(), "odd \"one\"");
  EXPECT_EQ(root["columns"].at(0)["look_alikes"]["IPv4 address"].get_int64().value(), 1);
  EXPECT_EQ(root["columns"].at(0)["tokens"].at(1)["key_id"].get_int64().value(), 7);
  EXPECT_EQ(root["prove"].at(0)["per_core_second"].get_int64().value(), 66'000'000);
  EXPECT_GT(root["findings"].get_array().size(), 2U);
  EXPECT_EQ(line.find("192.0.2.1"), std::string::npos);
}

}  // namespace
}  // namespace moretta::app
