#include <fmt/format.h>

#include "app/secret_source.hpp"
#include "app/unmask/cli/parts.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t reason_chars_max = 500;  // it stands in every audit record
constexpr std::size_t ticket_chars_max = 100;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

void add_key_place(CLI::App& command, KeyPlace& key) {
  command
      .add_option(
          "--key", key.place,
          "where the key or the keyset is, e.g. file:moretta.keys (default: env:SECRET_KEY)")
      ->type_name("PLACE");
  command
      .add_option("--key-id", key.id,
                  "the number of a key that stands alone, as in its tokens (default: 1)")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N");
  command
      .add_option("--passphrase", key.passphrase,
                  "as `keys.passphrase`: the secret is a passphrase, and a key is made from it so")
      ->type_name("scrypt:…");
}

void add_database_place(CLI::App& command, std::string& url, const std::string& purpose) {
  command.add_option("--database-url", url, purpose + " (default: $DATABASE_URL)")
      ->type_name("URL|env:NAME|file:PATH");
}

void add_reason(CLI::App& command, AuditPlace& audit) {
  command.add_option("--reason", audit.reason, "why; stands in the audit record (required)")
      ->type_name("TEXT");
  command.add_option("--ticket", audit.ticket, "the request it answers; stands there likewise")
      ->type_name("TEXT");
}

void add_audit_place(CLI::App& command, AuditPlace& audit) {
  CLI::Option& file = *command
                           .add_option("--audit-file", audit.file,
                                       "keep the audit record in this file, not in the database")
                           ->type_name("FILE");
  command
      .add_option("--audit-table", audit.table, "the audit's table (default: moretta_unmask_audit)")
      ->type_name("TABLE")
      ->excludes(&file);
}

std::string fault_of(const KeyPlace& key) {
  if (!is_secret_reference(key.place)) {
    return fmt::format("--key takes the place of the key, never the key itself; allowed: {}",
                       secret_places);
  }
  return {};
}

std::string fault_of_reason(const AuditPlace& audit) {
  if (is_blank(audit.reason) || audit.reason.size() > reason_chars_max) {
    return fmt::format("say why with --reason, in {} bytes at most", reason_chars_max);
  }
  if (audit.ticket.size() > ticket_chars_max) {
    return fmt::format("--ticket takes {} bytes at most", ticket_chars_max);
  }
  return {};
}

}  // namespace moretta::app
