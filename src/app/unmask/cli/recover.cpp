#include "app/unmask/cli/parts.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t limit_max = 100'000;  // more is a migration, not a look-up

void add_what(CLI::App& program, RecoverOptions& options) {
  CLI::Option& tokens =
      *program.add_option("TOKEN", options.tokens, "tokens (default: standard input, one a line)");
  CLI::Option& domain = *program
                             .add_option("--domain", options.domain,
                                         "the domain they were made in; the field's name, e.g. ip")
                             ->type_name("NAME");
  CLI::Option& table =
      *program.add_option("--table", options.table, "instead of tokens: those of this table")
           ->type_name("TABLE")
           ->excludes(&tokens);
  program.add_option("--column", options.column, "the column of --table that holds them")
      ->type_name("NAME")
      ->needs(&table);
  program
      .add_option("--where", options.where,
                  "only rows of which this holds; =, <>, <, >, <=, >=; may be repeated")
      ->type_name("COLUMN=VALUE")
      ->take_all()
      ->expected(1)
      ->needs(&table);
  program
      .add_option("--quarantined", options.quarantined,
                  "instead of tokens: the body of this quarantined message")
      ->type_name("MESSAGE_ID")
      ->excludes(&tokens)
      ->excludes(&domain)
      ->excludes(&table);
  program.add_option("--limit", options.limit, "show no more than so many values (default: 1000)")
      ->check(CLI::Range(std::size_t{1}, limit_max))
      ->type_name("N");
}

void add_tables(CLI::App& program, RecoverOptions& options) {
  add_database_place(program, options.database_url,
                     "of the audit record, of tokens that only the vault knows (md5, sha256, "
                     "hmac-sha256), of --table and --quarantined");
  program.add_option("--vault", options.vault_table, "the vault's table (default: pii_vault)")
      ->type_name("TABLE");
  program
      .add_option("--quarantine", options.quarantine_table,
                  "the quarantine's table (default: moretta_quarantine)")
      ->type_name("TABLE");
}

void add_output(CLI::App& program, RecoverOptions& options) {
  program
      .add_flag_callback(
          "--json", [&options] { options.output = Output::json; },
          "one JSON object a line, token and value; exact, where plain lines show control "
          "characters as \\xNN")
      ->excludes("--quarantined");
  program.add_flag_callback(
      "--to-terminal", [&options] { options.on_terminal = OnTerminal::print; },
      "show clear text on a terminal");
}

}  // namespace

void add_recover(CLI::App& program, RecoverOptions& options) {
  add_what(program, options);
  program
      .add_option("--recovery-key", options.recovery_key,
                  "where the private recovery key is, for what was sealed to its public half")
      ->type_name("PLACE");
  CLI::Option& mask =
      *program
           .add_option("--mask", options.mask,
                       "the mask of tokens that do not say it (ff1, ipcrypt-...), as in the "
                       "configuration; of those, a wrong key or domain gives a wrong value")
           ->type_name("MASK");
  program
      .add_option("--token-key", options.token_key,
                  "the number of the key that made them, if the keyset has several")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N")
      ->needs(&mask);
  program
      .add_option("--seed-passphrase", options.seed_passphrase,
                  "the tokens are base64 of a passphrase script (seed-cbc), and it is there")
      ->type_name("PLACE")
      ->excludes(&mask);
  add_key_place(program, options.key);
  add_reason(program, options.audit);
  add_audit_place(program, options.audit);
  add_tables(program, options);
  add_output(program, options);
  program.footer(
      "One line of output for each token; an empty one for a token that cannot be recovered.\n"
      "Exit codes: 0 all recovered; 1 not all; 64 wrong usage; 78 no usable key.\n\n"
      "Examples:\n"
      "  psql -Atc 'SELECT masked_ip FROM user_logins' |\n"
      "    moretta-unmask --key file:moretta.keys --domain ip --reason 'ticket 4711' > ips.txt\n"
      "  moretta-unmask --key file:moretta.keys --domain ip --table user_logins \\\n"
      "    --column masked_ip --where user_id=424cdd21 --reason fraud --ticket 4711 > ips.txt\n"
      "  moretta-unmask --key file:moretta.keys --domain device_id --reason fraud \\\n"
      "    --mask '{method: ff1, pattern: \"###-##-####\"}' < tokens.txt > ids.txt");
}

std::string fault_of(const RecoverOptions& options) {
  if (std::string fault = fault_of_reason(options.audit); !fault.empty()) {
    return fault;
  }
  if (options.domain.empty() && options.quarantined.empty() && options.seed_passphrase.empty()) {
    return "say which --domain the tokens are of; it is the field's name unless the configuration "
           "names another";
  }
  if (!options.table.empty() && options.column.empty()) {
    return "say which --column of the table holds the tokens";
  }
  return fault_of(options.key);
}

}  // namespace moretta::app
