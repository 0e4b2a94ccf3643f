#include <algorithm>
#include <istream>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/column_index.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/token_maker.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "mask/keyset.hpp"
#include "pg/table_name.hpp"
#include "record/reject.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t values_max = 10'000;       // more is a join: load them into a table
constexpr std::size_t value_chars_max = 65'536;  // of one line

// One value a line, without the line's end.
std::vector<std::string> read_values(std::istream& in) {
  std::vector<std::string> values;
  std::string line;
  while (std::getline(in, line)) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (line.empty()) {
      continue;
    }
    if (values.size() == values_max || line.size() > value_chars_max) {
      throw Refused(fmt::format("cannot look up: more than {} values, or one longer than {} bytes",
                                values_max, value_chars_max),
                    "give one value a line, and fewer at a time");
    }
    values.push_back(line);
  }
  return values;
}

class Lookup {
 public:
  Lookup(const Column& column, const mask::Policy& policy,
         const std::vector<const mask::MasterKey*>& keys, Random& random) {
    if (!mask::gives_tokens(policy.method)) {
      throw Refused(fmt::format("cannot look up in {}: {} gives no tokens", column.name,
                                mask::method_name(policy.method)),
                    "choose a masked column with --column");
    }
    if (!mask::is_keyed(policy.method)) {
      makers_.push_back(std::make_unique<TokenMaker>(column, policy, nullptr, random));
      return;
    }
    for (const mask::MasterKey* key : keys) {
      makers_.push_back(std::make_unique<TokenMaker>(column, policy, key, random));
    }
  }

  // Every token once, the writing key's first.
  Result<std::vector<std::string>, Reason> tokens_of(const std::string& value) {
    std::vector<std::string> tokens;
    for (const auto& maker : makers_) {
      auto token = maker->token_of(value);
      if (!token) {
        return Failure{token.error()};
      }
      if (std::ranges::find(tokens, token.value()) == tokens.end()) {
        tokens.push_back(std::move(token).value());
      }
    }
    return tokens;
  }

 private:
  std::vector<std::unique_ptr<TokenMaker>> makers_;
};

std::string sql_list(const std::vector<std::string>& tokens) {
  std::vector<std::string> quoted;
  std::ranges::transform(tokens, std::back_inserter(quoted), pg::quote_literal);
  return fmt::format("({})", fmt::join(quoted, ", "));
}

std::string json_list(const std::vector<std::string>& tokens) {
  std::vector<std::string> quoted;
  std::ranges::transform(tokens, std::back_inserter(quoted), json_string);
  return fmt::format("[{}]", fmt::join(quoted, ","));
}

}  // namespace

int lookup(const LookupOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment, {.key = KeyUse::tokens});
  const std::size_t at = column_index(config.table, options.column, "look up in");
  const std::vector<const mask::MasterKey*> keys =
      config.keys.set ? config.keys.set->readable(config.table.policies[at].epoch)
                      : std::vector<const mask::MasterKey*>();
  Lookup lookup(config.table.mapping[at], config.table.policies[at], keys, world.random);
  std::vector<std::string> values = options.values.empty() ? read_values(world.in) : options.values;
  int code = exit_done;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto tokens = lookup.tokens_of(values[i]);
    wipe(values[i]);
    if (!tokens) {
      // By its number, never by itself.
      world.err << fmt::format("moretta: value {}: no token: {}\n", i + 1,
                               reason_code(tokens.error()));
      code = exit_rejects;
      continue;
    }
    world.out << (options.output == Output::json ? json_list(tokens.value())
                                                 : sql_list(tokens.value()))
              << "\n";
  }
  world.out.flush();
  return code;
}

}  // namespace moretta::app
