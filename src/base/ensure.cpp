#include "base/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace moretta {

void ensure_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "moretta: broken invariant: %s (%s:%d); this is a bug, please report it\n",
               condition, file, line);
  std::abort();
}

}  // namespace moretta
