#pragma once

// How a command ends, for scripts. 64 and 78 are EX_USAGE and EX_CONFIG of sysexits.h.

namespace moretta::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_rejects = 3;
inline constexpr int exit_usage = 64;
inline constexpr int exit_config = 78;

}  // namespace moretta::app
