// Any bytes as a token or a seal: no crash, and without the key nothing is recovered.

#include <cstdint>
#include <string>

#include "base/ensure.hpp"
#include "base/random.hpp"
#include "mask/unmasker.hpp"

namespace {

moretta::mask::MasterKey key() {
  moretta::SeededRandom random(42);
  moretta::mask::MasterKey key{.id = 1,
                               .bytes = moretta::SecretBytes(moretta::mask::master_key_bytes)};
  random.fill(key.bytes.bytes());
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  moretta::mask::Unmasker unmasker(key());

  ENSURE(!unmasker.unmask(text, "ip").ok());
  ENSURE(!unmasker.open(text, "quarantine", "id").ok());
  return 0;
}
