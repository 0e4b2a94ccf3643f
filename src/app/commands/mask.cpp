#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int mask_lines(const MaskOptions& /*options*/, World& /*world*/) {
  throw Refused("mask is not available yet", "use a later version");
}

}  // namespace moretta::app
