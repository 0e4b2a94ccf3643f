#pragma once

// YAML text -> Config, with every error of the file in one pass, each with its line and column,
// what is allowed and how to mend it. No error ever holds the value of a variable, a key or a
// password.

#include <string>
#include <string_view>

#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/overrides.hpp"
#include "app/problem.hpp"
#include "base/result.hpp"

namespace moretta::app {

inline constexpr std::size_t config_bytes_max =
    1'048'576;  // 1600 columns, each with a comment, fit

enum class Need { no, yes };

// What a key is read for, if there is anything of the kind.
enum class KeyUse {
  none,
  tokens,  // keyed tokens in the table
  all,     // also the vault and the quarantine
};

// What the command uses: only that must be there. What is there is checked all the same.
struct Needs {
  Need queue = Need::no;
  Need database = Need::no;
  KeyUse key = KeyUse::none;
};

struct ConfigText {
  std::string name;  // for messages: the file, or `preset logins`
  std::string text;
};

// Flags go before QUEUE_URL and DATABASE_URL, and these before the file. What AWS's own variables
// say (region, endpoint, keys) is left to src/aws.
Result<Config, Problems> parse_config(const ConfigText& source, const Overrides& overrides,
                                      const Environment& environment, const Needs& needs);

// The text that the overrides or MORETTA_CONFIG name. MORETTA_CONFIG is a file, a reference as
// secrets have it (`file:PATH`, `cmd:COMMAND`, …), or, in more than one line, the YAML itself.
// Throws BadConfig if it cannot be read.
ConfigText read_config(const Overrides& overrides, const Environment& environment);

// Both; throws BadConfig with every problem.
Config load_config(const Overrides& overrides, const Environment& environment, const Needs& needs);

}  // namespace moretta::app
