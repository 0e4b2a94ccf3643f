#include "app/unmask/cli/parts.hpp"
#include "mask/token.hpp"

namespace moretta::app {

CLI::App& add_rewrap(CLI::App& program, ChangeOptions& options) {
  constexpr int threads_max = 64;
  CLI::App& command = *program.add_subcommand(
      "rewrap", "change the tokens of a column to the key and method of the configuration");
  command.add_option("column", options.column, "as the configuration names it")
      ->required()
      ->type_name("COLUMN");
  command
      .add_option_function<std::string>(
          "-c,--config", [&options](const std::string& file) { options.overrides.config = file; },
          "the configuration (default: $MORETTA_CONFIG, then moretta.yaml)")
      ->type_name("FILE");
  command
      .add_option_function<std::string>(
          "--database-url",
          [&options](const std::string& url) { options.overrides.database_url = url; },
          "the Postgres server (default: $DATABASE_URL, then the configuration)")
      ->type_name("URL");
  add_reason(command, options.audit);
  add_audit_place(command, options.audit);
  command
      .add_option("--from-domain", options.from_domain,
                  "the domain that the old tokens were made in (default: that of the new)")
      ->type_name("NAME");
  CLI::Option& from =
      *command
           .add_option("--from", options.from_mask,
                       "the mask of old tokens that do not say it (ff1, ipcrypt-...), as the "
                       "configuration had it")
           ->type_name("MASK");
  command
      .add_option("--from-key", options.from_key,
                  "the number of the key that made them (default: the one that the registry names)")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N");
  command
      .add_option("--seed-passphrase", options.passphrase,
                  "the old tokens are seed-cbc, made under the passphrase that is there")
      ->type_name("PLACE")
      ->excludes(&from);
  command
      .add_option("--recovery-key", options.recovery_key,
                  "the private recovery key, if the vault is sealed to one")
      ->type_name("PLACE");
  command.add_flag_callback(
      "--one-way", [&options] { options.one_way = OneWay::yes; },
      "yes, to tokens from which nobody recovers the values any more");
  command.add_flag_callback(
      "--vault-only", [&options] { options.vault = VaultOnly::yes; },
      "leave the tokens as they are and seal their originals again (always so for tokenize)");
  command.add_option("--threads", options.threads, "that work on tokens (default: 2)")
      ->check(CLI::Range(1, threads_max))
      ->type_name("N");
  command.add_flag_callback(
      "--json", [&options] { options.output = Output::json; }, "the report as one line of JSON");
  command.footer(
      "Write the new key and mask into the configuration and restart the workers first; the old\n"
      "key has to be in the keyset still. No value is shown, and the server sees tokens only. It\n"
      "may be interrupted and repeated.\n"
      "Exit codes: 0 done; 1 old tokens remain, or the counts do not add up; 3 some tokens could\n"
      "not be read.\n\n"
      "Example:\n  moretta-unmask rewrap masked_ip -c moretta.yaml --reason 'new key'");
  return command;
}

std::string fault_of(const ChangeOptions& options) {
  return fault_of_reason(options.audit);
}

CLI::App& add_recovery_key(CLI::App& program, RecoveryKeyOptions& options) {
  CLI::App& command =
      *program.add_subcommand("recovery-key", "make a pair of recovery keys, for escrow");
  command
      .add_option("file", options.file, "a new file for the private half, readable by you alone")
      ->required()
      ->type_name("FILE");
  command.add_option("--id", options.id, "its number, never used before (default: 1)")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N");
  command.footer(
      "Prints the public half, for `keys.recovery` of the workers' configuration.\n\n"
      "Example:\n  moretta-unmask recovery-key recovery.key");
  return command;
}

std::string fault_of(const RecoveryKeyOptions& options) {
  return options.file.empty() ? "name the file for the private half" : "";
}

}  // namespace moretta::app
