#pragma once

// Addresses encrypted to addresses (the ciphers of draft-denis-ipcrypt): one AES block of the whole
// address, or bit by bit so that addresses that share a prefix keep sharing one. Neither has a tag
// or room for a key id: every address is the token of another.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/aes_ecb.hpp"
#include "mask/ip_address.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "mask/wide.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

inline constexpr std::size_t ipcrypt_key_bytes = 16;
inline constexpr std::size_t ipcrypt_pfx_key_bytes = 32;

// subkey("ipcrypt-deterministic", domain, 16), subkey("ipcrypt-pfx", domain, 32)
SecretBytes ipcrypt_key(const MasterKey& key, std::string_view domain);
SecretBytes ipcrypt_pfx_key(const MasterKey& key, std::string_view domain);

// AES-128 of the 16 bytes. For one thread.
class IpcryptDeterministic {
 public:
  // REQUIRED: ipcrypt_key_bytes.
  explicit IpcryptDeterministic(std::span<const std::byte> key) : aes_(key) {}

  // In place. False if OpenSSL failed.
  [[nodiscard]] bool encrypt(IpAddress& address) { return aes_.encrypt(address); }

 private:
  AesEcb aes_;
};

// Each bit is changed by a bit of AES(K1, prefix) ^ AES(K2, prefix), where the prefix is all bits
// before it; IPv4 stays IPv4. For one thread.
class IpcryptPfx {
 public:
  // REQUIRED: ipcrypt_pfx_key_bytes, the halves of which differ.
  explicit IpcryptPfx(std::span<const std::byte> key);

  // In place. False if OpenSSL failed.
  [[nodiscard]] bool encrypt(IpAddress& address);

  // For the inverse, which is elsewhere: what is added to bit `bit` (0 is the first) of an address
  // of which the bits before it are clear text.
  [[nodiscard]] bool pad_bit(Wide address, unsigned bit, unsigned& pad);

 private:
  AesEcb first_;
  AesEcb second_;
};

// The first bit that is encrypted: all of IPv6, the last 32 of IPv4.
unsigned first_pfx_bit(const IpAddress& address);

// For one thread.
class IpcryptDeterministicToken {
 public:
  IpcryptDeterministicToken(const MasterKey& key, const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out);  // as Tokenizer::append

 private:
  IpcryptDeterministic cipher_;
};

// For one thread.
class IpcryptPfxToken {
 public:
  IpcryptPfxToken(const MasterKey& key, const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out);  // as Tokenizer::append

 private:
  IpcryptPfx cipher_;
};

}  // namespace moretta::mask
