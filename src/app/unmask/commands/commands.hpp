#pragma once

// What moretta-unmask can be told to do. Each returns an exit code (app/exit_code.hpp) and throws
// Unavailable or Refused, which entry.cpp turns into text and a code.

#include "app/unmask/invocation.hpp"
#include "app/world.hpp"

namespace moretta::app {

int change_tokens(const ChangeOptions& options, World& world);
int make_recovery_key(const RecoveryKeyOptions& options, World& world);
int recover_values(const RecoverOptions& options, World& world);
int replay_quarantine(const ReplayOptions& options, World& world);
int verify_audit(const AuditVerifyOptions& options, World& world);

}  // namespace moretta::app
