#include "mask/gcm.hpp"

namespace moretta::mask {

bool gcm_encrypt(CipherContext& context, std::string_view associated, std::string_view clear,
                 std::span<unsigned char> out) {
  const auto raw = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  int written = 0;
  return EVP_EncryptUpdate(context.get(), nullptr, &written, raw(associated),
                           static_cast<int>(associated.size())) == 1 &&
         EVP_EncryptUpdate(context.get(), out.data(), &written, raw(clear),
                           static_cast<int>(clear.size())) == 1 &&
         written == static_cast<int>(clear.size()) &&
         EVP_EncryptFinal_ex(context.get(), out.data() + written, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, gcm_tag_bytes,
                             out.data() + clear.size()) == 1;
}

}  // namespace moretta::mask
