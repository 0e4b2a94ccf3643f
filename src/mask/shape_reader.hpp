#pragma once

// The inverse of the methods whose tokens look like values: ff1, ipcrypt-deterministic,
// ipcrypt-pfx. They have no tag, so nobody can tell a wrong key, a wrong domain or a changed token
// from a right one: each text of the shape gives another. In the unmask target.

#include <optional>
#include <string_view>
#include <variant>

#include "base/secret.hpp"
#include "mask/ff1_token.hpp"
#include "mask/ipcrypt.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"

namespace moretta::mask {

class Ff1Reader {
 public:
  Ff1Reader(const MasterKey& key, const Policy& policy);

  std::optional<SecretBytes> open(std::string_view token);

 private:
  Ff1Pattern pattern_;
  Ff1 ff1_;
};

class IpcryptDeterministicReader {
 public:
  // REQUIRED: ipcrypt_key_bytes.
  explicit IpcryptDeterministicReader(std::span<const std::byte> key);

  std::optional<SecretBytes> open(std::string_view token);

 private:
  Cipher aes_;
  CipherContext context_;
};

class IpcryptPfxReader {
 public:
  // REQUIRED: as IpcryptPfx's.
  explicit IpcryptPfxReader(std::span<const std::byte> key) : cipher_(key) {}

  std::optional<SecretBytes> open(std::string_view token);

 private:
  IpcryptPfx cipher_;
};

// For one thread.
class ShapeReader {
 public:
  static bool reads(Method method);

  // REQUIRED: reads(policy.method), a domain, no policy_fault.
  ShapeReader(const MasterKey& key, const Policy& policy);

  // nullopt: not of the shape.
  std::optional<SecretBytes> open(std::string_view token);

 private:
  using Reader = std::variant<Ff1Reader, IpcryptDeterministicReader, IpcryptPfxReader>;
  static Reader reader_of(const MasterKey& key, const Policy& policy);

  Reader reader_;
};

}  // namespace moretta::mask
