#pragma once

// Keys for tests. The first is published with our known answers, so the product refuses it.

#include "base/random.hpp"
#include "mask/keys.hpp"
#include "mask/keyset.hpp"

namespace moretta::mask {

inline MasterKey key_from_hex(int id, std::string_view hex_digits) {
  return parse_master_key(id, hex_digits).value();
}

inline MasterKey test_key(int id = 1) {
  return key_from_hex(id, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

inline MasterKey other_key(int id = 1) {
  return key_from_hex(id, "c0b3a1f5d27e4986817263544536271809fae1d2c3b4a5968778695a4b3c2d1e");
}

// A key that the product takes: another for each seed.
inline MasterKey strong_key(int id, std::uint64_t seed) {
  MasterKey key{.id = id, .bytes = SecretBytes(master_key_bytes)};
  SeededRandom(seed).fill(key.bytes.bytes());
  return key;
}

inline KeyEntry entry_of(const MasterKey& key, KeyState state = KeyState::active) {
  KeyEntry entry{.id = key.id, .state = state, .kcv = key_check_value(key)};
  entry.key = key.clone();
  return entry;
}

}  // namespace moretta::mask
