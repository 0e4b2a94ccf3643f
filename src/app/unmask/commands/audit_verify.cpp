#include <ostream>

#include "app/exit_code.hpp"
#include "app/key_source.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/said.hpp"

namespace moretta::app {

int verify_audit(const AuditVerifyOptions& options, World& world) {
  const auto keys = read_keyset(
      {.place = options.key.place, .id = options.key.id, .passphrase = options.key.passphrase},
      world.environment);
  if (!keys) {
    return fail(world, exit_config, keys.error());
  }
  forget_key(options.key.place, world);
  ChainCheck check(keys.value(), audit_method, options.head);
  open_audit(options.audit, options.database_url, world)->each([&check](const AuditRecord& record) {
    take(check, record);
  });
  world.out << (options.output == Output::json ? "{" + chain_json(check) + "}\n"
                                               : chain_text(check))
            << std::flush;
  return check.fault() ? exit_failed : exit_done;
}

}  // namespace moretta::app
