#include "app/unmask/recovery_place.hpp"

#include "app/secret_source.hpp"
#include "base/errors.hpp"

namespace moretta::app {

std::optional<mask::RecoveryPrivate> read_recovery_key(const std::string& place,
                                                       const World& world) {
  if (place.empty()) {
    return std::nullopt;
  }
  if (!is_secret_reference(place)) {
    throw Refused("cannot read the recovery key: --recovery-key takes its place, never the key",
                  "write --recovery-key file:PATH");
  }
  const auto text = read_secret(place, world.environment);
  if (!text) {
    throw Refused("cannot read the recovery key: " + text.error(), "check --recovery-key");
  }
  auto key = mask::parse_recovery_private(text.value().view());
  if (!key) {
    throw Refused(key.error(), "check --recovery-key");
  }
  return std::move(key).value();
}

}  // namespace moretta::app
