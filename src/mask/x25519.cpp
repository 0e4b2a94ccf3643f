#include "mask/x25519.hpp"

#include <memory>

#include "base/ensure.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

constexpr const char* algorithm = "X25519";

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKey>;

const unsigned char* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key private_key(std::span<const std::byte> scalar) {
  ENSURE(scalar.size() == x25519_bytes);
  Key key(EVP_PKEY_new_raw_private_key_ex(nullptr, algorithm, nullptr, raw(scalar), scalar.size()));
  require_openssl(key != nullptr, algorithm);
  return key;
}

}  // namespace

std::optional<SecretBytes> x25519(std::span<const std::byte> scalar, const X25519Point& point) {
  const Key ours = private_key(scalar);
  const Key theirs(
      EVP_PKEY_new_raw_public_key_ex(nullptr, algorithm, nullptr, raw(point), point.size()));
  require_openssl(theirs != nullptr, algorithm);
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, ours.get(), nullptr));
  require_openssl(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
                      EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1,
                  algorithm);
  SecretBytes shared(x25519_bytes);
  std::size_t bytes = shared.size();
  auto* to = reinterpret_cast<unsigned char*>(shared.bytes().data());
  if (EVP_PKEY_derive(context.get(), to, &bytes) != 1) {
    return std::nullopt;  // OpenSSL looks for the zeros itself
  }
  ENSURE(bytes == x25519_bytes);
  return shared;
}

X25519Point x25519_public(std::span<const std::byte> scalar) {
  const Key key = private_key(scalar);
  X25519Point point{};
  std::size_t bytes = point.size();
  require_openssl(EVP_PKEY_get_raw_public_key(
                      key.get(), reinterpret_cast<unsigned char*>(point.data()), &bytes) == 1 &&
                      bytes == point.size(),
                  algorithm);
  return point;
}

}  // namespace moretta::mask
