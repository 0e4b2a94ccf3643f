#include "app/explain/recipe.hpp"

#include <fmt/format.h>

#include "app/explain/derivation.hpp"
#include "app/explain/form_recipe.hpp"
#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

using mask::Encoding;
using mask::Method;

class Writer {
 public:
  Writer(const mask::Policy& policy, const std::string& value, const mask::MasterKey& key)
      : policy_(policy), value_(value), key_(key) {
    step("value, made up", value);
    step("its bytes, normalized (" + normalize_name() + ")", hex(bytes_of(value)));
    if (mask::is_keyed(policy.method)) {
      step("master key, made up for this page", hex(key.bytes.bytes()));
      step("its check value", mask::key_check_value(key));
    }
  }

  Recipe begun() { return std::move(recipe_); }

  Recipe digest() {
    const bool is_md5 = policy_.method == Method::md5;
    const std::string name = is_md5 ? "md5" : "sha256";
    step("token", "hex of the digest: no key, no domain, no prefix");
    recipe_.shell =
        fmt::format("printf %s '{}' | openssl dgst -{} -r | cut -d' ' -f1\n", value_, name);
    recipe_.python =
        fmt::format("import hashlib\n\nprint(hashlib.{}(b\"{}\").hexdigest())\n", name, value_);
    return std::move(recipe_);
  }

  // hmac-sha256, hmac-sha256+md5 and tokenize: a tag of the value or of its MD5, whole or cut.
  Recipe tag() {
    const bool over_md5 = policy_.method == Method::hmac_sha256_md5;
    const bool is_vault = policy_.method == Method::tokenize;
    const int bits = is_vault ? 128 : policy_.bits;
    const Derivation derived{
        .method = is_vault ? "token" : std::string(mask::method_name(policy_.method)),
        .domain = policy_.domain,
        .bytes = 32};
    derived.append_steps(key_, recipe_.steps);
    if (over_md5) {
      step("MD5 of the value, hex: what is tagged", hex(md5(value_)));
    }
    const std::string prefix =
        policy_.bare
            ? ""
            : mask::token_prefix(is_vault ? mask::vault_letter : mask::hmac_letter, key_.id);
    step("token", fmt::format("{}hex of the first {} bits of HMAC-SHA-256(subkey, {})",
                              shown(prefix), bits, over_md5 ? "that MD5" : "value"));
    const std::string input =
        over_md5
            ? fmt::format("printf %s '{}' | openssl dgst -md5 -r | cut -d' ' -f1 | tr -d '\\n'",
                          value_)
            : fmt::format("printf %s '{}'", value_);
    recipe_.shell = shell_key(key_) + derived.shell("SUBKEY") +
                    fmt::format(
                        "printf '{}'\n{} | openssl dgst -sha256 -mac HMAC \\\n"
                        "  -macopt hexkey:$SUBKEY -r | cut -c1-{}\n",
                        prefix, input, bits / 4);
    recipe_.python = python_head("", value_, key_) +
                     (over_md5 ? "value = hashlib.md5(value).hexdigest().encode()\n" : "") +
                     fmt::format(
                         "tag = hmac.new({}, value, hashlib.sha256).hexdigest()\n"
                         "print(\"{}\" + tag[:{}])\n",
                         derived.python(), prefix, bits / 4);
    return std::move(recipe_);
  }

  Recipe siv() {
    const Derivation derived{.method = "aes-siv", .domain = policy_.domain, .bytes = 64};
    const std::string padded = padded_value();
    derived.append_steps(key_, recipe_.steps);
    step(fmt::format("padded: 80, then 00 to a multiple of {} bytes", policy_.pad_bytes),
         hex(bytes_of(padded)));
    step("associated data: both names, each behind its length", derived.info());
    const std::string prefix = mask::token_prefix(mask::siv_letter, key_.id);
    const Encoding encoding = policy_.encoding.value_or(mask::siv_encoding_default);
    step("token", fmt::format("{}{} of SIV || ciphertext, AES-256-SIV (RFC 5297)", shown(prefix),
                              encoding_name(encoding)));
    recipe_.shell =
        shell_key(key_) + derived.shell("SUBKEY") + siv_shell(derived, padded, prefix, encoding);
    recipe_.python = python_head("from cryptography.hazmat.primitives.ciphers.aead import AESSIV\n",
                                 value_, key_) +
                     fmt::format(
                         "padded = value + b\"\\x80\"\npadded += bytes(-len(padded) % {})\n"
                         "sealed = AESSIV({}).encrypt(padded, [lp(b\"aes-siv\") + lp(b\"{}\")])\n",
                         policy_.pad_bytes, derived.python(), policy_.domain) +
                     python_print(prefix, "sealed", encoding);
    return std::move(recipe_);
  }

  Recipe cbc() {
    const Derivation derived{.method = "aes-256-cbc-iv", .domain = policy_.domain, .bytes = 32};
    derived.append_steps(key_, recipe_.steps);
    step("IV", "the first 16 bytes of HMAC-SHA-256(subkey, value)");
    step("ciphertext", "AES-256-CBC under the master key itself, PKCS #7 padding");
    const std::string prefix = mask::token_prefix(mask::cbc_letter, key_.id);
    const Encoding encoding = policy_.encoding.value_or(mask::cbc_encoding_default);
    step("token", fmt::format("{}{} of IV || ciphertext", shown(prefix), encoding_name(encoding)));
    recipe_.shell =
        shell_key(key_) + derived.shell("SUBKEY") +
        fmt::format(
            "IV=$(printf %s '{0}' | openssl dgst -sha256 -mac HMAC \\\n"
            "  -macopt hexkey:$SUBKEY -r | cut -c1-32)\n"
            "TEXT=$(printf %s '{0}' | openssl enc -aes-256-cbc -K $KEY -iv $IV | {1})\n",
            value_, to_hex_command) +
        shell_print(prefix, "$IV$TEXT", encoding);
    recipe_.python =
        python_head(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n",
            value_, key_) +
        fmt::format(
            "iv = hmac.new({}, value, hashlib.sha256).digest()[:16]\n"
            "pad = 16 - len(value) % 16\n"
            "cbc = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()\n"
            "sealed = iv + cbc.update(value + bytes([pad]) * pad)\n",
            derived.python()) +
        python_print(prefix, "sealed", encoding);
    return std::move(recipe_);
  }

 private:
  void step(std::string name, std::string text) {
    recipe_.steps.emplace_back(std::move(name), std::move(text));
  }

  [[nodiscard]] std::string normalize_name() const {
    switch (policy_.normalize) {
      case mask::Normalize::ip:
        return "ip";
      case mask::Normalize::trim:
        return "trim";
      case mask::Normalize::lower:
        return "lower";
      case mask::Normalize::none:
        break;
    }
    return "none";
  }

  [[nodiscard]] std::string padded_value() const {
    std::string padded = value_ + '\x80';
    padded.resize(mask::padded_bytes(value_.size(), policy_.pad_bytes), '\0');
    return padded;
  }

  static std::string shown(const std::string& prefix) {
    return prefix.empty() ? "" : "`" + prefix + "`, then ";
  }

  static std::string_view encoding_name(Encoding encoding) {
    return encoding == Encoding::hex ? "hex" : "base64url without =";
  }

  static std::string shell_print(const std::string& prefix, std::string_view hex_digits,
                                 Encoding encoding) {
    return encoding == Encoding::hex
               ? fmt::format("echo \"{}{}\"\n", prefix, hex_digits)
               : fmt::format("echo \"{}$(printf %s {} | {} | basenc --base64url -w0 | tr -d =)\"\n",
                             prefix, hex_digits, from_hex_command);
  }

  static std::string python_print(const std::string& prefix, std::string_view bytes,
                                  Encoding encoding) {
    return encoding == Encoding::hex
               ? fmt::format("print(\"{}\" + {}.hex())\n", prefix, bytes)
               : fmt::format(
                     "print(\"{}\" + base64.urlsafe_b64encode({}).decode().rstrip(\"=\"))\n",
                     prefix, bytes);
  }

  // openssl's command has no SIV, but the CMAC and CTR that RFC 5297 makes it of.
  static std::string siv_shell(const Derivation& derived, const std::string& padded,
                               const std::string& prefix, Encoding encoding) {
    constexpr std::string_view functions =
        R"(cmac() {{ printf %s "$1" | {0} | openssl mac -cipher AES-256-CBC -macopt hexkey:${{SUBKEY:0:64}} CMAC; }}
dbl() {{ local h=$((16#${{1:0:16}})) l=$((16#${{1:16:16}}))
  printf %016x%016x $((h << 1 | (l >> 63 & 1))) $((l << 1 ^ (h < 0 ? 135 : 0))); }}
xor() {{ printf %016x%016x $((16#${{1:0:16}} ^ 16#${{2:0:16}})) $((16#${{1:16:16}} ^ 16#${{2:16:16}})); }}
)";
    constexpr std::string_view steps =
        R"(D=$(dbl $(cmac 00000000000000000000000000000000))
D=$(xor $D $(cmac {1}))
PADDED={2}
SIV=$(cmac ${{PADDED:0:-32}}$(xor ${{PADDED: -32}} $D) | tr A-F a-f)
COUNTER=${{SIV:0:16}}$(printf %x $((16#${{SIV:16:1}} & 7)))${{SIV:17:7}}$(printf %x $((16#${{SIV:24:1}} & 7)))${{SIV:25:7}}
TEXT=$(printf %s $PADDED | {0} | openssl enc -aes-256-ctr -K ${{SUBKEY:64:64}} -iv $COUNTER | {3})
)";
    return fmt::format(functions, from_hex_command) +
           fmt::format(steps, from_hex_command, derived.info(), hex(bytes_of(padded)),
                       to_hex_command) +
           shell_print(prefix, "$SIV$TEXT", encoding);
  }

  const mask::Policy& policy_;
  const std::string& value_;
  const mask::MasterKey& key_;
  Recipe recipe_;
};

}  // namespace

std::optional<Recipe> recipe_for(const mask::Policy& policy, const std::string& value,
                                 const mask::MasterKey& key) {
  Writer writer(policy, value, key);
  switch (policy.method) {
    case Method::md5:
    case Method::sha256:
      return writer.digest();
    case Method::hmac_sha256:
    case Method::hmac_sha256_md5:
    case Method::tokenize:
      return writer.tag();
    case Method::aes_siv:
      return writer.siv();
    case Method::aes_256_cbc:
      return writer.cbc();
    default:
      return form_recipe_for(policy, value, key, writer.begun());
  }
}

}  // namespace moretta::app
