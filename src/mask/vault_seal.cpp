#include "mask/vault_seal.hpp"

#include "base/encoding.hpp"
#include "mask/vault_format.hpp"

namespace moretta::mask {

VaultSealer::VaultSealer(const MasterKey& key, std::string_view domain, Random& random)
    : prefix_(token_prefix(seal_letter, key.id)), sealer_(key, vault_purpose(domain), random) {}

void VaultSealer::append(std::string_view value, std::string_view token, std::string& out) {
  const std::span<std::byte> padded = vault_padded(value, scratch_);
  const std::string sealed = sealer_.seal(text_of(padded), token);
  wipe(padded);
  out += prefix_;
  append_base64url(bytes_of(sealed), out);
}

}  // namespace moretta::mask
