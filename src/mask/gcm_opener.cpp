#include "mask/gcm_opener.hpp"

#include <string>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/gcm.hpp"

namespace moretta::mask {

std::optional<SecretBytes> gcm_open(std::span<const std::byte> key,
                                    std::span<const std::byte> nonce, std::string_view associated,
                                    std::string_view sealed) {
  ENSURE(key.size() == gcm_key_bytes && nonce.size() == gcm_nonce_bytes);
  if (sealed.size() < gcm_tag_bytes) {
    return std::nullopt;
  }
  const auto raw = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const std::string_view ciphertext = sealed.substr(0, sealed.size() - gcm_tag_bytes);
  std::string tag(sealed.substr(ciphertext.size()));
  const Cipher aes = fetch_cipher(gcm_cipher);
  const CipherContext context = new_cipher_context();
  SecretBytes text(ciphertext.size());
  auto* to = reinterpret_cast<unsigned char*>(text.bytes().data());
  int written = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context.get(), aes.get(), raw(text_of(key)), raw(text_of(nonce)),
                          nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, gcm_tag_bytes, tag.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &written, raw(associated),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), to, &written, raw(ciphertext),
                        static_cast<int>(ciphertext.size())) == 1 &&
      EVP_DecryptFinal_ex(context.get(), to + written, &written) == 1;
  return opened ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace moretta::mask
