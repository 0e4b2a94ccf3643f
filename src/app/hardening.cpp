#include "app/hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/ensure.hpp"

namespace moretta::app {

void keep_memory_private() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ENSURE(::setrlimit(RLIMIT_CORE, &none) == 0);
  // The limit does not hold where core_pattern is a pipe; this does.
  ENSURE(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}

}  // namespace moretta::app
