#include <ostream>

#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/key_source.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/said.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

void print(const AuditCheck& check, Output output, std::ostream& out) {
  const auto fault = check.fault();
  if (output == Output::json) {
    out << fmt::format(R"({{"whole":{},"records":{},"unproven":{},"head":{},"fault":{}}})", !fault,
                       check.records(), check.unproven(), json_string(check.head()),
                       fault ? json_string(*fault) : "null")
        << '\n';
    return;
  }
  out << fmt::format("{} records, {}\n", check.records(),
                     fault ? "broken: " + *fault : std::string("whole"));
  if (check.unproven() > 0) {
    out << fmt::format(
        "{} of them are of keys that are not at hand any more: linked, but not proven\n",
        check.unproven());
  }
  if (!fault && !check.head().empty()) {
    out << fmt::format("head {}; note it elsewhere, and give it with --head next time\n",
                       check.head());
  }
}

}  // namespace

int verify_audit(const AuditVerifyOptions& options, World& world) {
  const auto keys = read_keyset(
      {.place = options.key.place, .id = options.key.id, .passphrase = options.key.passphrase},
      world.environment);
  if (!keys) {
    return fail(world, exit_config, keys.error());
  }
  forget_key(options.key.place, world);
  AuditCheck check(keys.value(), options.head);
  open_audit(options.audit, options.database_url, world)->each([&check](const AuditRecord& record) {
    check.take(record);
  });
  print(check, options.output, world.out);
  world.out.flush();
  return check.fault() ? exit_failed : exit_done;
}

}  // namespace moretta::app
