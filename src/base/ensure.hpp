#pragma once

// Invariants of our own, checked in release builds too. A broken one is a bug: say where, abort.
// Restarting is always safe, because nothing leaves the queue before it is committed.

namespace moretta {

[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);

}  // namespace moretta

#define ENSURE(condition) \
  ((condition) ? static_cast<void>(0) : ::moretta::ensure_failed(#condition, __FILE__, __LINE__))
