// Any bytes as a keyset: no crash, and what is taken is the same after it was written and read.

#include <cstdint>
#include <string>

#include "base/ensure.hpp"
#include "mask/keyset_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto read = moretta::mask::parse_keyset(text);
  if (!read) {
    ENSURE(!read.error().empty());
    return 0;
  }
  const moretta::SecretBytes written = moretta::mask::keyset_json(read.value());
  const auto again = moretta::mask::parse_keyset(written.view());
  ENSURE(again.ok());
  ENSURE(moretta::mask::keyset_json(again.value()).view() == written.view());
  return 0;
}
