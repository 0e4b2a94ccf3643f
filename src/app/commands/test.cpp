#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/cases/case_run.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

struct Tried {
  const Case* test = nullptr;
  std::vector<Difference> differences;

  [[nodiscard]] bool holds() const { return differences.empty(); }
};

std::string text_of(const Tried& tried) {
  if (tried.holds()) {
    return fmt::format("ok    {}\n", tried.test->name);
  }
  std::string text = fmt::format("FAIL  {} (line {})\n", tried.test->name, tried.test->place.line);
  std::size_t width = 0;
  for (const Difference& difference : tried.differences) {
    width = std::max(width, difference.place.size());
  }
  for (const Difference& difference : tried.differences) {
    text += fmt::format("        {:<{}}  expected  {}\n        {:<{}}  got       {}\n",
                        difference.place, width, difference.expected, "", width, difference.got);
  }
  return text;
}

std::string json_of(const Tried& tried) {
  std::string text =
      fmt::format(R"({{"name":{},"line":{},"ok":{},"differences":[)", json_string(tried.test->name),
                  tried.test->place.line, tried.holds());
  const char* before = "";
  for (const Difference& difference : tried.differences) {
    text += fmt::format(R"({}{{"place":{},"expected":{},"got":{}}})", before,
                        json_string(difference.place), json_string(difference.expected),
                        json_string(difference.got));
    before = ",";
  }
  return text + "]}\n";
}

}  // namespace

int test(const TestOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment, {});
  if (config.cases.empty()) {
    throw BadConfig(
        fmt::format("{}: there are no tests; write `tests:` with one entry a message "
                    "(docs/configuration.md)",
                    config.file));
  }
  CaseRunner runner(config, world.random);
  std::size_t failed = 0;
  for (const Case& test : config.cases) {
    const Tried tried{.test = &test, .differences = runner.run(test)};
    failed += tried.holds() ? 0 : 1;
    world.out << (options.output == Output::json ? json_of(tried) : text_of(tried));
  }
  const std::size_t passed = config.cases.size() - failed;
  world.out << (options.output == Output::json
                    ? fmt::format("{{\"passed\":{},\"failed\":{}}}\n", passed, failed)
                    : fmt::format("{} passed, {} failed\n", passed, failed));
  return failed == 0 ? exit_done : exit_failed;
}

}  // namespace moretta::app
