#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/aes_siv.hpp"
#include "mask/hmac.hpp"
#include "mask/masker.hpp"
#include "mask/openssl.hpp"
#include "mask/test_keys.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

namespace {

using Bytes = std::vector<std::uint8_t>;

std::span<const std::byte> span_of(const Bytes& bytes) {
  return std::as_bytes(std::span(bytes));
}

rc::Gen<Bytes> gen_bytes(int least, int most) {
  return rc::gen::mapcat(rc::gen::inRange(least, most + 1), [](int size) {
    return rc::gen::container<Bytes>(static_cast<std::size_t>(size),
                                     rc::gen::arbitrary<std::uint8_t>());
  });
}

// OpenSSL's own AES-256-SIV. REQUIRED: neither text is empty, which it gets wrong.
Bytes sealed_by_openssl(const Bytes& key, const Bytes& associated, const Bytes& plain) {
  const Cipher cipher = fetch_cipher("AES-256-SIV");
  const CipherContext context = new_cipher_context();
  Bytes out(16 + plain.size());
  int written = 0;
  const bool done =
      EVP_EncryptInit_ex2(context.get(), cipher.get(), key.data(), nullptr, nullptr) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &written, associated.data(),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), out.data() + 16, &written, plain.data(),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), out.data() + 16 + written, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data()) == 1;
  RC_ASSERT(done);
  return out;
}

MasterKey gen_key() {
  const Bytes bytes = *gen_bytes(32, 32).as("key");
  return {.id = *rc::gen::inRange(1, 65'536).as("key id"), .bytes = SecretBytes(span_of(bytes))};
}

Policy gen_recoverable() {
  Policy policy;
  policy.method = *rc::gen::element(Method::aes_siv, Method::aes_256_cbc);
  policy.domain = *rc::gen::nonEmpty<std::string>().as("domain");
  policy.encoding = *rc::gen::element(std::optional<Encoding>(), std::optional(Encoding::hex),
                                      std::optional(Encoding::base64url));
  policy.pad_bytes = *rc::gen::element(16, 32, 64);
  return policy;
}

Policy gen_token_policy() {
  Policy policy = gen_recoverable();
  policy.method = *rc::gen::element(Method::md5, Method::sha256, Method::hmac_sha256,
                                    Method::aes_siv, Method::aes_256_cbc);
  policy.bits = *rc::gen::element(256, 128);
  policy.bare = *rc::gen::arbitrary<bool>();
  policy.recover = *rc::gen::element(Recover::no, Recover::aes_siv, Recover::aes_256_cbc);
  return policy;
}

std::string text_of_bytes(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

Row masked(Masker& masker, std::string_view value) {
  Event event;
  event.reset(1);
  event.set_text(0, value);
  auto row = masker.mask(event);
  RC_ASSERT(row.ok());
  return std::move(row).value();
}

Masker masker_of(const Policy& policy, const MasterKey& key) {
  Column column;
  column.name = "c";
  return Masker({column}, {policy}, &key);
}

}  // namespace

RC_GTEST_PROP(AesSiv, equals_openssl, ()) {
  const Bytes key = *gen_bytes(64, 64).as("key");
  const Bytes associated = *gen_bytes(1, 100).as("associated");
  const Bytes plain = *gen_bytes(1, 400).as("plain");
  const std::array<std::span<const std::byte>, 1> strings = {span_of(associated)};
  AesSiv siv(span_of(key), strings);
  Bytes text = plain;
  AesBlock iv{};

  RC_ASSERT(siv.s2v(span_of(text), iv));
  RC_ASSERT(siv.ctr(iv, std::as_writable_bytes(std::span(text))));

  const std::string ours = hex(iv) + hex(span_of(text));
  RC_ASSERT(ours == hex(span_of(sealed_by_openssl(key, associated, plain))));
}

RC_GTEST_PROP(Hmac, equals_openssl, ()) {
  const Bytes key = *gen_bytes(1, 200).as("key");
  const Bytes text = *gen_bytes(0, 300).as("text");
  std::array<unsigned char, 32> want{};
  unsigned size = 0;
  RC_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text.data(), text.size(),
                 want.data(), &size) != nullptr);
  Hmac hmac(span_of(key));
  Hmac::Tag tag{};

  hmac.tag(span_of(text), tag);

  RC_ASSERT(hex(tag) == hex(std::as_bytes(std::span(want))));
}

RC_GTEST_PROP(Unmasker, inverts_the_masker, ()) {
  const MasterKey key = gen_key();
  const Policy policy = gen_recoverable();
  const std::string value = text_of_bytes(*gen_bytes(0, 300).as("value"));
  Masker masker = masker_of(policy, key);

  const Row row = masked(masker, value);

  const auto clear = Unmasker(key).unmask(row[0].text, policy.domain);
  RC_ASSERT(clear.ok());
  RC_ASSERT(clear.value().view() == value);
}

RC_GTEST_PROP(Masker, puts_what_recovers_a_one_way_token_into_the_vault, ()) {
  const MasterKey key = gen_key();
  Policy policy = gen_token_policy();
  policy.recover = *rc::gen::element(Recover::aes_siv, Recover::aes_256_cbc);
  const std::string value = text_of_bytes(*gen_bytes(0, 300).as("value"));
  Masker masker = masker_of(policy, key);

  const Row row = masked(masker, value);

  RC_ASSERT(row.vault().size() == 1U);
  const VaultEntry& entry = row.vault().front();
  RC_ASSERT(entry.token == row[0].text);
  RC_ASSERT(entry.domain == policy.domain);
  RC_ASSERT(entry.key_id == key.id);
  const auto clear = Unmasker(key).unmask(entry.sealed, policy.domain);
  RC_ASSERT(clear.ok());
  RC_ASSERT(clear.value().view() == value);
}

RC_GTEST_PROP(Masker, gives_equal_tokens_exactly_for_equal_values, ()) {
  const MasterKey key = gen_key();
  const Policy policy = gen_token_policy();
  const std::string one = text_of_bytes(*gen_bytes(0, 100).as("one"));
  const std::string two = text_of_bytes(*gen_bytes(0, 100).as("two"));
  Masker early = masker_of(policy, key);
  Masker late = masker_of(policy, key);

  const Row first = masked(early, one);
  const Row between = masked(late, two);
  const Row again = masked(late, one);

  RC_ASSERT(first[0].text == again[0].text);
  RC_ASSERT((first[0].text == between[0].text) == (one == two));
}

RC_GTEST_PROP(Masker, gives_tokens_of_the_length_that_the_policy_says, ()) {
  const MasterKey key = gen_key();
  const Policy policy = gen_token_policy();
  const std::string value = text_of_bytes(*gen_bytes(0, 400).as("value"));
  Masker masker = masker_of(policy, key);

  const Row row = masked(masker, value);

  RC_ASSERT(row[0].text.size() == token_chars_max(policy, key.id, value.size()));
}

RC_GTEST_PROP(Unmasker, never_recovers_from_noise, ()) {
  const MasterKey key = gen_key();
  const std::string noise = text_of_bytes(*gen_bytes(0, 120).as("noise"));
  const char letter = *rc::gen::element('s', 'c');
  const std::string token =
      std::string(1, letter) + std::to_string(key.id) + ":" +
      *rc::gen::element(noise, hex(bytes_of(noise)), base64url(bytes_of(noise)));

  RC_ASSERT(!Unmasker(key).unmask(token, "ip").ok());
  RC_ASSERT(!Unmasker(key).open(noise, "quarantine", "m-1").ok());
}

}  // namespace moretta::mask
