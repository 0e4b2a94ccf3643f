#include "app/unmask/cli/command_line.hpp"

#include <sstream>

#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/unmask/cli/parts.hpp"
#include "app/version.hpp"

namespace moretta::app {

namespace {

// What the parser writes to: one for each command, and the command that was named.
struct Parsed {
  RecoverOptions recover;
  ChangeOptions change;
  RecoveryKeyOptions recovery_key;
  ReplayOptions replay;
  AuditVerifyOptions audit_verify;
};

CliEnd wrong_usage(std::string_view what) {
  return {.exit_code = exit_usage,
          .out = {},
          .err = fmt::format("moretta-unmask: {}\n  see `moretta-unmask --help`\n", what)};
}

template <typename Options>
std::variant<UnmaskInvocation, CliEnd> checked(Options& options) {
  if (const std::string fault = fault_of(options); !fault.empty()) {
    return wrong_usage(fault);
  }
  return UnmaskInvocation(std::move(options));
}

}  // namespace

std::variant<UnmaskInvocation, CliEnd> parse_unmask_line(
    const std::vector<std::string>& arguments) {
  CLI::App app("recovers masked values for those who hold the key", "moretta-unmask");
  Parsed parsed;
  app.set_version_flag("--version", version_line("moretta-unmask"));
  app.get_formatter()->column_width(30);
  add_recover(app, parsed.recover);
  CLI::App& audit = *app.add_subcommand("audit", "the record of who recovered what");
  audit.require_subcommand(1);
  const CLI::App& verify = add_audit_verify(audit, parsed.audit_verify);
  const CLI::App& rewrap = add_rewrap(app, parsed.change);
  const CLI::App& recovery_key = add_recovery_key(app, parsed.recovery_key);
  const CLI::App& replay = add_replay(app, parsed.replay);
  try {
    std::vector<std::string> reversed(arguments.rbegin(),
                                      arguments.rend());  // as parse() wants them
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
      return wrong_usage(error.what());
    }
    std::ostringstream out;
    app.exit(error, out, out);
    return CliEnd{.exit_code = exit_done, .out = out.str(), .err = {}};
  }
  if (rewrap.parsed()) {
    return checked(parsed.change);
  }
  if (recovery_key.parsed()) {
    return checked(parsed.recovery_key);
  }
  if (replay.parsed()) {
    return checked(parsed.replay);
  }
  return verify.parsed() ? checked(parsed.audit_verify) : checked(parsed.recover);
}

}  // namespace moretta::app
