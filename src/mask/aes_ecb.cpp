#include "mask/aes_ecb.hpp"

#include "base/ensure.hpp"

namespace moretta::mask {

namespace {

const char* cipher_name(std::size_t key_bytes) {
  switch (key_bytes) {
    case 16:
      return "AES-128-ECB";
    case 24:
      return "AES-192-ECB";
    default:
      return "AES-256-ECB";
  }
}

}  // namespace

AesEcb::AesEcb(std::span<const std::byte> key)
    : aes_(fetch_cipher(cipher_name(key.size()))), context_(new_cipher_context()) {
  ENSURE(key.size() == 16 || key.size() == 24 || key.size() == 32);
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  require_openssl(EVP_EncryptInit_ex2(context_.get(), aes_.get(), bytes, nullptr, nullptr) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1,
                  "AES");
}

bool AesEcb::encrypt(std::span<std::byte> blocks) {
  auto* bytes = reinterpret_cast<unsigned char*>(blocks.data());
  const auto count = static_cast<unsigned>(blocks.size());
  // EVP_EncryptUpdate would first see whether half a block is left from before.
  return EVP_Cipher(context_.get(), bytes, bytes, count) == static_cast<int>(count);
}

}  // namespace moretta::mask
