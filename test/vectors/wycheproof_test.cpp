// Every case of Wycheproof that our constructions take: the valid ones must come out to the byte,
// the others must be noticed. Cases that do not fit (key lengths we have no use for, texts beyond
// our limits) are counted as skipped, and a file of which nothing fits is a failure.

#include <algorithm>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/aes_siv.hpp"
#include "mask/cbc_token.hpp"
#include "mask/ff1.hpp"
#include "mask/hmac.hpp"
#include "mask/keys.hpp"
#include "support/source_tree.hpp"

namespace moretta::mask {

namespace {

using simdjson::dom::element;

enum class Verdict { right, wrong, does_not_fit };

struct Case {
  element group;
  element test;
  bool is_valid = false;

  [[nodiscard]] std::string text(const char* name) const {
    return std::string(std::string_view(test[name]));
  }
  [[nodiscard]] std::string bytes(const char* name) const { return from_hex(text(name)).value(); }
};

constexpr std::string_view checkout = MORETTA_WYCHEPROOF;

std::string folder() {
  return checkout.empty() ? in_source_tree("test/vectors/wycheproof") : std::string(checkout);
}

std::size_t run(const std::string& file, const std::function<Verdict(const Case&)>& judge) {
  simdjson::dom::parser parser;
  element root;
  const auto error = parser.load(folder() + "/" + file + "_test.json").get(root);
  EXPECT_FALSE(error) << file;
  std::size_t fitting = 0;
  std::size_t skipped = 0;
  for (const element group : root["testGroups"]) {
    for (const element test : group["tests"]) {
      const Case one{
          .group = group, .test = test, .is_valid = std::string_view(test["result"]) != "invalid"};
      const Verdict verdict = judge(one);
      EXPECT_NE(verdict, Verdict::wrong) << file << " " << std::int64_t(test["tcId"]);
      (verdict == Verdict::does_not_fit ? skipped : fitting) += 1;
    }
  }
  std::cout << file << ": " << fitting << " hold, " << skipped << " do not fit\n";
  return fitting;
}

Verdict verdict(bool right) {
  return right ? Verdict::right : Verdict::wrong;
}

Verdict siv(const Case& c) {
  const std::string key = c.bytes("key");
  if (key.size() != AesSiv::key_bytes && key.size() != AesSiv::short_key_bytes) {
    return Verdict::does_not_fit;
  }
  const std::string associated = c.bytes("aad");
  const std::array<std::span<const std::byte>, 1> strings = {bytes_of(associated)};
  AesSiv cipher(bytes_of(key), strings);
  std::string text = c.bytes("ct");
  AesBlock iv;
  AesBlock expected;
  if (text.size() < iv.size()) {
    return verdict(!c.is_valid);
  }
  std::ranges::copy(bytes_of(text).first(iv.size()), iv.begin());
  text.erase(0, iv.size());
  const bool opened = cipher.ctr(iv, std::as_writable_bytes(std::span(text))) &&
                      cipher.s2v(bytes_of(text), expected) && iv == expected &&
                      text == c.bytes("msg");
  return verdict(opened == c.is_valid);
}

std::optional<std::vector<std::uint8_t>> numerals(const Case& c, const char* name) {
  std::vector<std::uint8_t> out;
  simdjson::dom::array list;
  if (c.test[name].get(list) == simdjson::SUCCESS) {
    for (const element numeral : list) {
      const std::int64_t number = numeral;
      if (number < 0 || number > 255) {
        return std::nullopt;
      }
      out.push_back(static_cast<std::uint8_t>(number));
    }
    return out;
  }
  const std::string_view alphabet = c.group["alphabet"];
  for (const char character : c.text(name)) {
    const std::size_t at = alphabet.find(character);
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    out.push_back(static_cast<std::uint8_t>(at));
  }
  return out;
}

Verdict ff1(const Case& c) {
  const std::string key = c.bytes("key");
  const std::string tweak = c.bytes("tweak");
  auto text = numerals(c, "msg");
  const auto radix = static_cast<unsigned>(std::int64_t(c.group["radix"]));
  const bool fits = (key.size() == 16 || key.size() == 24 || key.size() == 32) && text &&
                    std::ranges::all_of(*text, [&](auto numeral) { return numeral < radix; }) &&
                    Ff1::fits({.radix = radix, .numerals = text->size()});
  if (!fits) {
    return Verdict::does_not_fit;
  }
  Ff1 cipher(bytes_of(key), bytes_of(tweak), {.radix = radix, .numerals = text->size()});
  const bool equal = cipher.encrypt(*text) && text == numerals(c, "ct");
  return verdict(equal == c.is_valid);
}

Verdict hmac(const Case& c) {
  const std::string tag = c.bytes("tag");
  const std::string key = c.bytes("key");
  Hmac::Tag ours;
  Hmac(bytes_of(key)).tag(bytes_of(c.bytes("msg")), ours);
  const bool equal = tag.size() <= ours.size() && text_of(ours).substr(0, tag.size()) == tag;
  return verdict(equal == c.is_valid);
}

Verdict hkdf(const Case& c) {
  if (!c.is_valid) {
    return Verdict::does_not_fit;  // sizes beyond 255 hashes; a subkey has 64 bytes at most
  }
  const std::string ikm = c.bytes("ikm");
  const std::string salt = c.bytes("salt");
  const std::string info = c.bytes("info");
  std::string out(static_cast<std::size_t>(std::int64_t(c.test["size"])), '\0');
  hkdf_sha256({.key = bytes_of(ikm), .salt = bytes_of(salt), .info = bytes_of(info)},
              std::as_writable_bytes(std::span(out)));
  return verdict(out == c.bytes("okm"));
}

Verdict cbc(const Case& c) {
  if (!c.is_valid) {
    return Verdict::does_not_fit;  // wrong paddings; the unmasker's own tests flip every bit
  }
  const std::string key = c.bytes("key");
  std::string text = c.bytes("msg");
  const std::size_t pad = aes_block_bytes - text.size() % aes_block_bytes;
  text.append(pad, static_cast<char>(pad));
  AesBlock iv;
  std::ranges::copy(bytes_of(c.bytes("iv")), iv.begin());
  AesCbc cipher(bytes_of(key));
  return verdict(cipher.encrypt(iv, std::as_writable_bytes(std::span(text))) &&
                 text == c.bytes("ct"));
}

}  // namespace

TEST(Wycheproof, holds_for_aes_siv) {
  EXPECT_GT(run("aes_siv_cmac", siv), 0U);
}

TEST(Wycheproof, holds_for_ff1) {
  for (const char* file : {"aes_ff1_base10", "aes_ff1_base36"}) {
    EXPECT_GT(run(file, ff1), 0U);
  }
  if (checkout.empty()) {
    return;
  }
  for (const char* file :
       {"aes_ff1_base16", "aes_ff1_base62", "aes_ff1_radix10", "aes_ff1_radix16", "aes_ff1_radix36",
        "aes_ff1_radix62", "aes_ff1_radix255", "aes_ff1_radix256"}) {
    EXPECT_GT(run(file, ff1), 0U);
  }
}

TEST(Wycheproof, holds_for_hmac_hkdf_and_cbc) {
  EXPECT_GT(run("hmac_sha256", hmac), 0U);
  EXPECT_GT(run("hkdf_sha256", hkdf), 0U);
  EXPECT_GT(run("aes_cbc_pkcs5", cbc), 0U);
}

}  // namespace moretta::mask
