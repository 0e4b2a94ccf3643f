#include "mask/shape_reader.hpp"

#include "base/ensure.hpp"
#include "mask/ip_address.hpp"

namespace moretta::mask {

namespace {

std::optional<SecretBytes> secret_text(IpAddress& address) {
  IpText text;
  const std::size_t chars = write_ip(address, text);
  SecretBytes secret(std::string_view(text.data(), chars));
  wipe(address);
  wipe(std::as_writable_bytes(std::span(text)));
  return secret;
}

}  // namespace

Ff1Reader::Ff1Reader(const MasterKey& key, const Policy& policy)
    : pattern_(policy), ff1_(ff1_of(key, policy.domain, pattern_.shape())) {}

// Algorithm 8 of SP 800-38G: the rounds backwards.
std::optional<SecretBytes> Ff1Reader::open(std::string_view token) {
  const auto numerals = pattern_.numerals_of(token);
  if (!numerals) {
    return std::nullopt;
  }
  Ff1::Halves halves = ff1_.split(*numerals);
  for (int round = ff1_rounds - 1; round >= 0; --round) {
    Wide sum = 0;
    if (!ff1_.round_sum(round, halves.front, sum)) {
      return std::nullopt;
    }
    const Wide whole = halves.back + (halves.back < sum ? ff1_.modulus(round) : 0);
    halves.back = halves.front;
    halves.front = whole - sum;
  }
  ff1_.join(halves, *numerals);
  std::string text(token.size(), '\0');
  pattern_.write(*numerals, text.data());
  wipe(std::as_writable_bytes(*numerals));
  SecretBytes clear{std::string_view(text)};
  wipe(text);
  return clear;
}

IpcryptDeterministicReader::IpcryptDeterministicReader(std::span<const std::byte> key)
    : aes_(fetch_cipher("AES-128-ECB")), context_(new_cipher_context()) {
  ENSURE(key.size() == ipcrypt_key_bytes);
  const auto* raw = reinterpret_cast<const unsigned char*>(key.data());
  require_openssl(EVP_DecryptInit_ex2(context_.get(), aes_.get(), raw, nullptr, nullptr) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1,
                  "AES");
}

std::optional<SecretBytes> IpcryptDeterministicReader::open(std::string_view token) {
  auto address = parse_ip(token);
  if (!address) {
    return std::nullopt;
  }
  auto* raw = reinterpret_cast<unsigned char*>(address->data());
  const int bytes = static_cast<int>(address->size());
  int written = 0;
  if (EVP_DecryptUpdate(context_.get(), raw, &written, raw, bytes) != 1 || written != bytes) {
    return std::nullopt;
  }
  return secret_text(*address);
}

// Each bit needs the clear ones before it, so one block after the other.
std::optional<SecretBytes> IpcryptPfxReader::open(std::string_view token) {
  auto address = parse_ip(token);
  if (!address) {
    return std::nullopt;
  }
  Wide number = load_wide(*address);
  for (unsigned bit = first_pfx_bit(*address); bit < wide_bits; ++bit) {
    unsigned pad = 0;
    if (!cipher_.pad_bit(number, bit, pad)) {
      return std::nullopt;
    }
    number ^= Wide{pad} << (wide_bits - 1 - bit);
  }
  store_wide(number, address->data());
  return secret_text(*address);
}

bool ShapeReader::reads(Method method) {
  return method == Method::ff1 || method == Method::ipcrypt_deterministic ||
         method == Method::ipcrypt_pfx;
}

ShapeReader::Reader ShapeReader::reader_of(const MasterKey& key, const Policy& policy) {
  ENSURE(reads(policy.method));
  ENSURE(!policy.domain.empty());
  if (policy.method == Method::ff1) {
    return Ff1Reader(key, policy);
  }
  if (policy.method == Method::ipcrypt_pfx) {
    return IpcryptPfxReader(ipcrypt_pfx_key(key, policy.domain).bytes());
  }
  return IpcryptDeterministicReader(ipcrypt_key(key, policy.domain).bytes());
}

ShapeReader::ShapeReader(const MasterKey& key, const Policy& policy)
    : reader_(reader_of(key, policy)) {}

std::optional<SecretBytes> ShapeReader::open(std::string_view token) {
  return std::visit([&](auto& reader) { return reader.open(token); }, reader_);
}

}  // namespace moretta::mask
