#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/cases/case_reader.hpp"
#include "app/settings.hpp"
#include "app/status/metric.hpp"
#include "golden/golden.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

std::string row(const KeyFacts& facts) {
  return fmt::format("| `{}` | {} | {} | `{}` | {} |\n", facts.path, facts.type,
                     facts.fallback.empty() ? "*must be there*" : facts.fallback, facts.example,
                     facts.purpose);
}

std::string table_of(std::span<const KeyFacts> keys) {
  std::string table = "| key | type | default | example | what it is |\n|---|---|---|---|---|\n";
  for (const KeyFacts& facts : keys) {
    table += row(facts);
  }
  return table;
}

std::string settings_table() {
  std::vector<KeyFacts> keys;
  for (const Setting& setting : settings()) {
    keys.push_back(setting.facts);
  }
  return table_of(keys);
}

// The text with what stands between `<!-- NAME -->` and `<!-- end -->` replaced.
std::string with_part(const std::string& text, const std::string& name, const std::string& part) {
  const std::string begin_mark = fmt::format("<!-- {} -->\n", name);
  const std::size_t begin = text.find(begin_mark);
  const std::size_t end = text.find("<!-- end -->", begin);
  EXPECT_NE(begin, std::string::npos) << name;
  EXPECT_NE(end, std::string::npos) << name;
  return text.substr(0, begin + begin_mark.size()) + part + text.substr(end);
}

TEST(Docs, list_every_key_that_the_loader_takes) {
  const std::string doc = read_whole(in_source_tree("docs/configuration.md"));

  std::string want = with_part(doc, "settings", settings_table());
  want = with_part(want, "columns", table_of(column_keys()));
  want = with_part(want, "dual_write", table_of(dual_write_keys()));
  want = with_part(want, "masks", table_of(mask_keys()));
  want = with_part(want, "tests", table_of(case_keys()));

  expect_golden("../../docs/configuration.md", want);
}

std::string metrics_table() {
  std::string table = "| metric | type | unit | labels | what it is |\n|---|---|---|---|---|\n";
  for (const MetricFacts& facts : metric_catalogue()) {
    table += fmt::format("| `{}` | {} | {} | {} | {} |\n", facts.name, type_word(facts.type),
                         facts.unit, facts.labels, facts.help);
  }
  return table;
}

TEST(Docs, list_every_metric_of_the_catalogue) {
  const std::string doc = read_whole(in_source_tree("docs/metrics.md"));

  expect_golden("../../docs/metrics.md", with_part(doc, "metrics", metrics_table()));
}

}  // namespace
}  // namespace moretta::app
