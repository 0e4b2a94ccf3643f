#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int check(const CheckOptions& /*options*/, World& /*world*/) {
  throw Refused("check is not available yet", "use a later version");
}

}  // namespace moretta::app
