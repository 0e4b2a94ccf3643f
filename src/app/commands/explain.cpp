#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/column_index.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/explain/recipe.hpp"
#include "app/token_maker.hpp"
#include "audit/report.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "base/take.hpp"
#include "mask/ff1_token.hpp"
#include "record/reject.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view example_address = "203.0.113.7";  // RFC 5737: nobody's
constexpr std::string_view example_id = "123-45-6789";       // the form of the sample's device ids

// Never the operator's own: what is shown can then be shown to anybody.
mask::MasterKey made_up_key(int id, Random& random) {
  mask::MasterKey key{.id = id, .bytes = SecretBytes(mask::master_key_bytes)};
  random.fill(key.bytes.bytes());
  return key;
}

// One that the method takes.
std::string made_up_value(const Column& column, const mask::Policy& policy) {
  using mask::Method;
  if (policy.method == Method::bucket) {
    return "42";
  }
  if (policy.method == Method::ff1) {
    std::string value = policy.pattern;
    for (std::size_t i = 0; i < value.size(); ++i) {
      value[i] = value[i] == mask::ff1_place ? static_cast<char>('0' + i % 10) : value[i];
    }
    return value;
  }
  const bool is_address =
      policy.method == Method::truncate_ip || policy.method == Method::ipcrypt_deterministic ||
      policy.method == Method::ipcrypt_pfx || policy.normalize == mask::Normalize::ip ||
      audit::assumed_space(column.name, policy.domain) == "ipv4";
  return std::string(is_address ? example_address : example_id);
}

struct Explained {
  const Column& column;
  const mask::Policy& policy;
  std::string value;
  std::string token;
  Recipe recipe;
};

std::string indented(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const std::string_view line = take_until(lines, '\n');
    out += line.empty() ? "\n" : fmt::format("    {}\n", line);
  }
  return out;
}

std::string text_of(const Explained& explained) {
  std::string text =
      fmt::format("{}: {}", explained.column.name, mask::method_name(explained.policy.method));
  if (mask::is_keyed(explained.policy.method)) {
    text += fmt::format(", domain {}", explained.policy.domain);
  }
  text += "\n\n";
  for (const auto& [name, content] : explained.recipe.steps) {
    text += fmt::format("  {}:\n    {}\n", name, content);
  }
  text += fmt::format("  which is:\n    {}\n", explained.token);
  if (!explained.recipe.shell.empty()) {
    text += "\nThe same with openssl, in bash:\n\n" + indented(explained.recipe.shell);
  }
  text += "\nThe same in Python 3:\n\n" + indented(explained.recipe.python);
  return text;
}

std::string json_of(const Explained& explained) {
  std::vector<std::string> steps;
  for (const auto& [name, content] : explained.recipe.steps) {
    steps.push_back(fmt::format("[{},{}]", json_string(name), json_string(content)));
  }
  return fmt::format(
      R"({{"column":{},"method":"{}","domain":{},"value":{},"token":{},"steps":[{}],"openssl":{},"python":{}}})"
      "\n",
      json_string(explained.column.name), mask::method_name(explained.policy.method),
      json_string(explained.policy.domain), json_string(explained.value),
      json_string(explained.token), fmt::join(steps, ","), json_string(explained.recipe.shell),
      json_string(explained.recipe.python));
}

}  // namespace

int explain(const ExplainOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment, {});
  const std::size_t at = column_index(config.table, options.column, "explain");
  const Column& column = config.table.mapping[at];
  const mask::Policy& policy = config.table.policies[at];
  const mask::MasterKey key = made_up_key(config.keys.id, world.random);
  const std::string value = made_up_value(column, policy);
  auto recipe = recipe_for(policy, value, key);
  if (recipe && policy.epoch != mask::Epoch::none) {
    recipe->steps.emplace(recipe->steps.begin(), "key",
                          "that of the month in which the message was sent (`epoch: month`); its "
                          "number stands in the token");
  }
  if (!recipe) {
    throw Refused(fmt::format("cannot explain {}: {} makes no token by a recipe", column.name,
                              mask::method_name(policy.method)),
                  "docs/masking.md says what it does");
  }
  const auto token = TokenMaker(column, policy, &key, world.random).token_of(value);
  if (!token) {
    throw Refused(fmt::format("cannot explain {}: it would reject the made-up value with {}",
                              column.name, reason_code(token.error())),
                  "is the column wide enough?");
  }
  const Explained explained{.column = column,
                            .policy = policy,
                            .value = value,
                            .token = token.value(),
                            .recipe = std::move(*recipe)};
  world.out << (options.output == Output::json ? json_of(explained) : text_of(explained))
            << std::flush;
  return exit_done;
}

}  // namespace moretta::app
