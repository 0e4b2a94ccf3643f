// FF1 against its definition, and every method that can be undone against its inverse.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.hpp"
#include "mask/ff1.hpp"
#include "mask/ff1_token.hpp"
#include "mask/ip_address.hpp"
#include "mask/test_keys.hpp"
#include "mask/tokenizer.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

namespace {

using Numerals = std::vector<std::uint8_t>;

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;

Number number_of(const Numerals& numerals, unsigned radix) {
  Number number(BN_new());
  for (const std::uint8_t numeral : numerals) {
    RC_ASSERT(BN_mul_word(number.get(), radix) == 1 && BN_add_word(number.get(), numeral) == 1);
  }
  return number;
}

Numerals numerals_of(const Number& number, unsigned radix, std::size_t count) {
  const Number rest(BN_dup(number.get()));
  Numerals numerals(count);
  for (std::size_t i = count; i-- > 0;) {
    numerals[i] = static_cast<std::uint8_t>(BN_div_word(rest.get(), radix));
  }
  return numerals;
}

// SP 800-38G algorithm 6: CBC-MAC.
AesBlock prf(AesEcb& aes, const std::vector<std::byte>& text) {
  AesBlock block{};
  for (std::size_t at = 0; at < text.size(); at += block.size()) {
    add_block(block.data(), text.data() + at);
    RC_ASSERT(aes.encrypt(block));
  }
  return block;
}

void append_number(std::size_t number, std::size_t bytes, std::vector<std::byte>& out) {
  for (std::size_t i = bytes; i-- > 0;) {
    out.push_back(std::byte(number >> (8 * i) & 0xffU));
  }
}

// Algorithm 7, step by step, in big integers.
Numerals ff1_by_definition(std::string_view key, std::string_view tweak, const Numerals& text,
                           unsigned radix) {
  AesEcb aes(bytes_of(key));
  const std::size_t n = text.size();
  const std::size_t u = n / 2;
  const std::size_t v = n - u;
  Numerals a(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(u));
  Numerals b(text.begin() + static_cast<std::ptrdiff_t>(u), text.end());
  const Numerals largest(v, static_cast<std::uint8_t>(radix - 1));
  const auto bytes_b = static_cast<std::size_t>(BN_num_bytes(number_of(largest, radix).get()));
  const std::size_t d = 4 * ((bytes_b + 3) / 4) + 4;
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), BN_CTX_free);

  for (std::size_t i = 0; i < 10; ++i) {
    std::vector<std::byte> input = {std::byte{1}, std::byte{2}, std::byte{1}};
    append_number(radix, 3, input);
    input.push_back(std::byte{10});
    append_number(u % 256, 1, input);
    append_number(n, 4, input);
    append_number(tweak.size(), 4, input);
    for (const std::byte byte : bytes_of(tweak)) {
      input.push_back(byte);
    }
    const std::size_t q = tweak.size() + 1 + bytes_b;
    input.resize(input.size() + (16 - q % 16) % 16);
    input.push_back(std::byte(i));
    const Number half = number_of(b, radix);
    std::vector<unsigned char> half_bytes(bytes_b);
    RC_ASSERT(BN_bn2binpad(half.get(), half_bytes.data(), static_cast<int>(bytes_b)) >= 0);
    for (const unsigned char byte : half_bytes) {
      input.push_back(std::byte{byte});
    }
    AesBlock r = prf(aes, input);
    std::vector<unsigned char> s;
    for (std::size_t j = 0; s.size() < d; ++j) {
      AesBlock next = r;
      if (j > 0) {
        next[15] ^= std::byte(j);
        RC_ASSERT(aes.encrypt(next));
      }
      for (const std::byte byte : next) {
        s.push_back(std::to_integer<unsigned char>(byte));
      }
    }
    s.resize(d);
    const std::size_t m = i % 2 == 0 ? u : v;
    const Number y(BN_bin2bn(s.data(), static_cast<int>(s.size()), nullptr));
    const Number c(BN_new());
    const Number modulus = number_of(Numerals(m, static_cast<std::uint8_t>(radix - 1)), radix);
    RC_ASSERT(BN_add_word(modulus.get(), 1) == 1);
    RC_ASSERT(
        BN_mod_add(c.get(), number_of(a, radix).get(), y.get(), modulus.get(), context.get()) == 1);
    a = b;
    b = numerals_of(c, radix, m);
  }
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string gen_bytes(std::size_t size, const char* what) {
  return *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>()).as(what);
}

MasterKey gen_key() {
  return {.id = *rc::gen::inRange(1, 65'536).as("key id"),
          .bytes = SecretBytes(std::string_view(gen_bytes(32, "key")))};
}

std::string gen_address() {
  const std::string bytes = gen_bytes(16, "address");
  IpAddress address;
  std::ranges::copy(bytes_of(bytes), address.begin());
  const int zeroed = *rc::gen::inRange(0, 17).as("zeroed bytes");  // for gaps
  const std::size_t from = *rc::gen::inRange<std::size_t>(0, 16).as("from");
  for (std::size_t i = from; i < 16 && i < from + static_cast<std::size_t>(zeroed); ++i) {
    address[i] = std::byte{0};
  }
  if (*rc::gen::arbitrary<bool>().as("IPv4")) {
    const IpAddress v4 = parse_ip("0.0.0.0").value();
    std::copy_n(v4.begin(), 12, address.begin());
  }
  IpText text;
  return {text.data(), write_ip(address, text)};
}

// A value that the policy takes as it is.
std::string gen_value(const Policy& policy) {
  if (policy.method != Method::ff1) {
    return gen_address();
  }
  const std::string_view characters = alphabet_characters(policy.alphabet);
  std::string value = policy.pattern;
  for (char& c : value) {
    if (c == ff1_place) {
      c = characters[*rc::gen::inRange<std::size_t>(0, characters.size())];
    }
  }
  return value;
}

Policy gen_shape_policy() {
  Policy policy;
  policy.method =
      *rc::gen::element(Method::ff1, Method::ipcrypt_deterministic, Method::ipcrypt_pfx);
  policy.domain = *rc::gen::nonEmpty<std::string>().as("domain");
  policy.alphabet =
      *rc::gen::element(Alphabet::digits, Alphabet::hex, Alphabet::base36, Alphabet::base62);
  policy.pattern = *rc::gen::element<std::string>("######", "###-##-####", "#-####################",
                                                  "########-####-####-####-############");
  return policy;
}

std::string token_of(const Policy& policy, const MasterKey& key, std::string_view value) {
  std::string token;
  RC_ASSERT(Tokenizer(policy, &key).append(value, token).ok());
  return token;
}

}  // namespace

RC_GTEST_PROP(Ff1, equals_its_definition, ()) {
  const std::string key =
      gen_bytes(*rc::gen::element<std::size_t>(16, 24, 32).as("key bytes"), "key");
  const std::string tweak = gen_bytes(*rc::gen::inRange<std::size_t>(0, 40), "tweak");
  const unsigned radix = *rc::gen::inRange(2U, 257U).as("radix");
  const std::size_t count = *rc::gen::inRange<std::size_t>(2, 193).as("numerals");
  RC_PRE(Ff1::fits({.radix = radix, .numerals = count}));
  Numerals text(count);
  for (std::uint8_t& numeral : text) {
    numeral = static_cast<std::uint8_t>(*rc::gen::inRange(0U, radix));
  }
  Numerals ours = text;

  RC_ASSERT(Ff1(bytes_of(key), bytes_of(tweak), {.radix = radix, .numerals = count}).encrypt(ours));

  RC_ASSERT(ours == ff1_by_definition(key, tweak, text, radix));
}

RC_GTEST_PROP(Unmasker, inverts_tokens_that_look_like_values, ()) {
  const MasterKey key = gen_key();
  const Policy policy = gen_shape_policy();
  const std::string value = gen_value(policy);

  const std::string token = token_of(policy, key, value);

  const auto clear = Unmasker(key).unmask(token, policy);
  RC_ASSERT(clear.ok());
  RC_ASSERT(clear.value().view() == value);
}

RC_GTEST_PROP(Tokenizer, keeps_shared_prefixes_of_addresses_and_no_more, ()) {
  const MasterKey key = gen_key();
  const Policy policy = {.method = Method::ipcrypt_pfx, .domain = "ip"};
  const Wide one = load_wide(parse_ip(gen_value(policy)).value());
  const unsigned shared = *rc::gen::inRange(96U, 128U).as("shared bits");
  RC_PRE(one >> 32 != 0xffffU);
  const Wide two = one ^ Wide { 1 } << (127 - shared);
  const auto text_of = [](Wide number) {
    IpAddress address;
    IpText text;
    store_wide(number, address.data());
    return std::string(text.data(), write_ip(address, text));
  };

  const Wide first = load_wide(parse_ip(token_of(policy, key, text_of(one))).value());
  const Wide second = load_wide(parse_ip(token_of(policy, key, text_of(two))).value());

  RC_ASSERT((first ^ second) >> (127 - shared) == 1U);
}

RC_GTEST_PROP(IpAddress, reads_what_it_writes, ()) {
  const std::string text = gen_address();

  const auto address = parse_ip(text);

  RC_ASSERT(address.has_value());
  IpText again;
  RC_ASSERT(std::string(again.data(), write_ip(*address, again)) == text);
}

RC_GTEST_PROP(IpAddress, never_takes_noise_for_more_than_it_is, ()) {
  const std::string noise = *rc::gen::container<std::string>(
      rc::gen::element('0', '1', '9', 'f', 'F', ':', ':', '.', 'g', ' '));

  const auto address = parse_ip(noise);

  if (address) {
    IpText text;
    const std::size_t chars = write_ip(*address, text);
    RC_ASSERT(chars <= noise.size());
    RC_ASSERT(parse_ip(std::string_view(text.data(), chars)) == address);
  }
}

}  // namespace moretta::mask
