#include "mask/aes_ecb.hpp"

#include <cstdint>
#include <cstring>

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
  const int count = static_cast<int>(blocks.size());
  int written = 0;
  return EVP_EncryptUpdate(context_.get(), bytes, &written, bytes, count) == 1 && written == count;
}

// By words, because compilers do not vectorise what might overlap.
void add_block(std::byte* to, const std::byte* from) {
  std::array<std::uint64_t, 2> sum;
  std::array<std::uint64_t, 2> term;
  std::memcpy(sum.data(), to, aes_block_bytes);
  std::memcpy(term.data(), from, aes_block_bytes);
  sum[0] ^= term[0];
  sum[1] ^= term[1];
  std::memcpy(to, sum.data(), aes_block_bytes);
}

}  // namespace moretta::mask
