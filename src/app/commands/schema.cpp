#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int schema(const SchemaOptions& /*options*/, World& /*world*/) {
  throw Refused("schema is not available yet", "use a later version");
}

}  // namespace moretta::app
