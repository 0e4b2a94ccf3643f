#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int demo(const DemoOptions& /*options*/, World& /*world*/) {
  throw Refused("demo is not available yet", "use a later version");
}

}  // namespace moretta::app
