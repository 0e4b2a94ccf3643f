#include "app/explain/derivation.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::app {

namespace {

// RFC 5869 in terms of what Python has.
constexpr std::string_view python_subkey =
    R"(lp = lambda text: len(text).to_bytes(2, "big") + text

def subkey(method, domain, size):
    prk = hmac.new(b"pii-mask/v1", key, hashlib.sha256).digest()
    out = block = b""
    while len(out) < size:
        block = hmac.new(prk, block + lp(method) + lp(domain) + bytes([len(out) // 32 + 1]),
                         hashlib.sha256).digest()
        out += block
    return out[:size]
)";

}  // namespace

std::string Derivation::info() const {
  return hex(bytes_of(mask::length_prefixed(method, domain)));
}

std::string Derivation::shell(std::string_view variable) const {
  return fmt::format(
      "{}=$(openssl kdf -keylen {} -kdfopt digest:SHA256 -kdfopt hexkey:$KEY \\\n"
      "  -kdfopt salt:pii-mask/v1 -kdfopt hexinfo:{} -binary HKDF | {})\n",
      variable, bytes, info(), to_hex_command);
}

std::string Derivation::python() const {
  return fmt::format("subkey(b\"{}\", b\"{}\", {})", method, domain, bytes);
}

void Derivation::append_steps(const mask::MasterKey& key, Steps& steps) const {
  steps.emplace_back("HKDF salt", hex(bytes_of(mask::derivation_label)));
  steps.emplace_back(
      fmt::format("HKDF info: `{}` and `{}`, each behind its length", method, domain), info());
  const SecretBytes derived = mask::subkey(key, method, domain, bytes);
  constexpr std::size_t fingerprint_bytes = 8;
  const Sha256 digest = sha256(derived.view());
  steps.emplace_back(fmt::format("subkey, {} bytes; its SHA-256 begins", bytes),
                     hex(std::span(digest).first(fingerprint_bytes)));
}

std::string shell_key(const mask::MasterKey& key) {
  return fmt::format("KEY={}\n", hex(key.bytes.bytes()));
}

std::string python_head(std::string_view imports, const std::string& value,
                        const mask::MasterKey& key) {
  return fmt::format(
      "import base64, hashlib, hmac\n{}\nkey = bytes.fromhex(\"{}\")\n"
      "value = b\"{}\"\n{}\n",
      imports, hex(key.bytes.bytes()), value, python_subkey);
}

}  // namespace moretta::app
