#include "app/unmask/unmask.hpp"

#include <ostream>

#include "app/exit_code.hpp"
#include "app/unmask/cli/command_line.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/said.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

struct Dispatch {
  World& world;

  int operator()(const ChangeOptions& options) const { return change_tokens(options, world); }
  int operator()(const RecoveryKeyOptions& options) const {
    return make_recovery_key(options, world);
  }
  int operator()(const RecoverOptions& options) const { return recover_values(options, world); }
  int operator()(const ReplayOptions& options) const { return replay_quarantine(options, world); }
  int operator()(const AuditVerifyOptions& options) const { return verify_audit(options, world); }
};

}  // namespace

int enter_unmask(const std::vector<std::string>& arguments, World& world) {
  const auto parsed = parse_unmask_line(arguments);
  if (const auto* end = std::get_if<CliEnd>(&parsed)) {
    world.out << end->out << std::flush;
    world.err << end->err << std::flush;
    return end->exit_code;
  }
  try {
    return std::visit(Dispatch{world}, std::get<UnmaskInvocation>(parsed));
  } catch (const Refused& error) {
    return fail(world, exit_failed, error.what(), error.hint());
  } catch (const Unavailable& error) {
    return fail(world, exit_failed, error.what(), "try again");
  } catch (const std::exception& error) {
    return fail(world, exit_failed, error.what());
  }
}

}  // namespace moretta::app
