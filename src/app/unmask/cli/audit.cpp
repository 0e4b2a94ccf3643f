#include "app/unmask/cli/parts.hpp"

namespace moretta::app {

CLI::App& add_audit_verify(CLI::App& family, AuditVerifyOptions& options) {
  CLI::App& command = *family.add_subcommand(
      "verify", "check that no record of who recovered what was changed or taken out");
  add_key_place(command, options.key);
  add_database_place(command, options.database_url, "where the audit's table is");
  add_audit_place(command, options.audit);
  command
      .add_option("--head", options.head,
                  "a record noted elsewhere that must still be there, as `verify` and syslog show "
                  "it: finds a tail that was cut off")
      ->type_name("SEQ:MAC");
  command.add_flag_callback(
      "--json", [&options] { options.output = Output::json; }, "the verdict as one line of JSON");
  command.footer(
      "Exit codes: 0 whole; 1 broken, with the place.\n\n"
      "Example:\n  moretta-unmask audit verify --key file:moretta.keys");
  return command;
}

std::string fault_of(const AuditVerifyOptions& options) {
  return fault_of(options.key);
}

}  // namespace moretta::app
