#include "app/unmask/unmask_options.hpp"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/secret_source.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t reason_chars_max = 500;  // it stands in every audit line

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void add_what(CLI::App& app, UnmaskOptions& options) {
  CLI::Option& tokens =
      *app.add_option("TOKEN", options.tokens, "tokens (default: standard input, one a line)");
  app.add_option("--domain", options.domain,
                 "the domain they were made in; the field's name, e.g. ip")
      ->type_name("NAME");
  app.add_option("--quarantined", options.quarantined,
                 "instead of tokens: the body of this quarantined message")
      ->type_name("MESSAGE_ID")
      ->excludes(&tokens)
      ->excludes("--domain");
}

void add_key(CLI::App& app, UnmaskOptions& options) {
  app.add_option("--key", options.key, "where the key is (default: env:SECRET_KEY)")
      ->type_name("env:NAME|file:PATH");
  app.add_option("--key-id", options.key_id, "its number, as in the tokens (default: 1)")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N");
  app.add_option("--reason", options.reason, "why; stands in the audit line (required)")
      ->type_name("TEXT");
}

void add_database(CLI::App& app, UnmaskOptions& options) {
  app.add_option("--database-url", options.database_url,
                 "for tokens that only the vault knows (md5, sha256, hmac-sha256) and for "
                 "--quarantined (default: $DATABASE_URL)")
      ->type_name("URL|env:NAME|file:PATH");
  app.add_option("--vault", options.vault_table, "the vault's table (default: pii_vault)")
      ->type_name("TABLE");
  app.add_option("--quarantine", options.quarantine_table,
                 "the quarantine's table (default: moretta_quarantine)")
      ->type_name("TABLE");
}

void add_output(CLI::App& app, UnmaskOptions& options) {
  app.add_flag_callback(
         "--json", [&options] { options.output = Output::json; },
         "one JSON object a line, token and value; exact, where plain lines show control "
         "characters as \\xNN")
      ->excludes("--quarantined");
  app.add_flag_callback(
      "--to-terminal", [&options] { options.on_terminal = OnTerminal::print; },
      "show clear text on a terminal");
}

void build(CLI::App& app, UnmaskOptions& options) {
  app.set_version_flag("--version", fmt::format("moretta-unmask {}", MORETTA_VERSION));
  app.get_formatter()->column_width(30);
  add_what(app, options);
  add_key(app, options);
  add_database(app, options);
  add_output(app, options);
  app.footer(
      "One line of output for each token; an empty one for a token that cannot be recovered.\n"
      "Exit codes: 0 all recovered; 1 not all; 64 wrong usage; 78 no usable key.\n\n"
      "Example:\n"
      "  psql -Atc 'SELECT masked_ip FROM user_logins' |\n"
      "    moretta-unmask --key file:moretta.key --domain ip --reason 'ticket 4711' > ips.txt");
}

// What the parser does not see. Empty if all is well.
std::string missing(const UnmaskOptions& options) {
  if (is_blank(options.reason) || options.reason.size() > reason_chars_max) {
    return fmt::format("say why with --reason, in {} bytes at most", reason_chars_max);
  }
  if (options.domain.empty() && options.quarantined.empty()) {
    return "say which --domain the tokens are of; it is the field's name unless the configuration "
           "names another";
  }
  if (!is_secret_reference(options.key)) {
    return "--key takes the place of the key, env:NAME or file:PATH, never the key itself";
  }
  return {};
}

CliEnd wrong_usage(std::string_view what) {
  return {.exit_code = exit_usage,
          .out = {},
          .err = fmt::format("moretta-unmask: {}\n  see `moretta-unmask --help`\n", what)};
}

}  // namespace

std::variant<UnmaskOptions, CliEnd> parse_unmask_line(const std::vector<std::string>& arguments) {
  CLI::App app("recovers masked values for those who hold the key", "moretta-unmask");
  UnmaskOptions options;
  build(app, options);
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
  if (const std::string what = missing(options); !what.empty()) {
    return wrong_usage(what);
  }
  return options;
}

}  // namespace moretta::app
