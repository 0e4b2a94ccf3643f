#include "mask/ipcrypt.hpp"

#include <array>

#include "base/bytes.hpp"
#include "base/ensure.hpp"

namespace moretta::mask {

namespace {

constexpr unsigned v4_bit = 96;  // where the quad begins

// A one, then the first `bits` bits of the address, at the end of a block: no two prefixes of
// different lengths look alike.
Wide padded_prefix(Wide address, unsigned bits) {
  return bits == 0 ? Wide{1} : Wide{1} << bits | address >> (wide_bits - bits);
}

void append_ip(const IpAddress& address, std::string& out) {
  IpText text;
  out.append(text.data(), write_ip(address, text));
}

template <class Cipher>
Result<Done, Reason> append_encrypted(Cipher& cipher, std::string_view value, std::string& out) {
  auto address = parse_ip(value);
  if (!address) {
    return Failure{Reason::bad_value};
  }
  if (!cipher.encrypt(*address)) {
    return Failure{Reason::mask_failed};
  }
  append_ip(*address, out);
  return Done{};
}

}  // namespace

SecretBytes ipcrypt_key(const MasterKey& key, std::string_view domain) {
  return subkey(key, method_name(Method::ipcrypt_deterministic), domain, ipcrypt_key_bytes);
}

SecretBytes ipcrypt_pfx_key(const MasterKey& key, std::string_view domain) {
  return subkey(key, method_name(Method::ipcrypt_pfx), domain, ipcrypt_pfx_key_bytes);
}

IpcryptPfx::IpcryptPfx(std::span<const std::byte> key)
    : first_(key.first(ipcrypt_pfx_key_bytes / 2)), second_(key.last(ipcrypt_pfx_key_bytes / 2)) {
  ENSURE(key.size() == ipcrypt_pfx_key_bytes);
  ENSURE(text_of(key.first(key.size() / 2)) != text_of(key.last(key.size() / 2)));
}

unsigned first_pfx_bit(const IpAddress& address) {
  return is_v4(address) ? v4_bit : 0;
}

// All prefixes are known beforehand, so that AES takes many at a time.
bool IpcryptPfx::encrypt(IpAddress& address) {
  const Wide clear = load_wide(address);
  const unsigned start = first_pfx_bit(address);
  const std::size_t blocks = wide_bits - start;
  std::array<std::byte, wide_bits * aes_block_bytes> ones;
  std::array<std::byte, wide_bits * aes_block_bytes> twos;
  for (std::size_t i = 0; i < blocks; ++i) {
    const Wide prefix = padded_prefix(clear, start + static_cast<unsigned>(i));
    store_wide(prefix, ones.data() + i * aes_block_bytes);
    store_wide(prefix, twos.data() + i * aes_block_bytes);
  }
  if (!first_.encrypt(std::span(ones).first(blocks * aes_block_bytes)) ||
      !second_.encrypt(std::span(twos).first(blocks * aes_block_bytes))) {
    return false;
  }
  Wide pad = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t last = (i + 1) * aes_block_bytes - 1;
    pad = pad << 1 | std::to_integer<unsigned>((ones[last] ^ twos[last]) & std::byte{1});
  }
  store_wide(clear ^ pad, address.data());
  return true;
}

bool IpcryptPfx::pad_bit(Wide address, unsigned bit, unsigned& pad) {
  AesBlock one;
  store_wide(padded_prefix(address, bit), one.data());
  AesBlock two = one;
  if (!first_.encrypt(one) || !second_.encrypt(two)) {
    return false;
  }
  pad = std::to_integer<unsigned>((one.back() ^ two.back()) & std::byte{1});
  return true;
}

IpcryptDeterministicToken::IpcryptDeterministicToken(const MasterKey& key, const Policy& policy)
    : cipher_(ipcrypt_key(key, policy.domain).bytes()) {}

Result<Done, Reason> IpcryptDeterministicToken::append(std::string_view value, std::string& out) {
  return append_encrypted(cipher_, value, out);
}

IpcryptPfxToken::IpcryptPfxToken(const MasterKey& key, const Policy& policy)
    : cipher_(ipcrypt_pfx_key(key, policy.domain).bytes()) {}

Result<Done, Reason> IpcryptPfxToken::append(std::string_view value, std::string& out) {
  return append_encrypted(cipher_, value, out);
}

}  // namespace moretta::mask
