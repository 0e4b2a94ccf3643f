#include "app/explain/form_recipe.hpp"

#include <fmt/format.h>

#include "app/explain/derivation.hpp"
#include "mask/ff1_token.hpp"

namespace moretta::app {

namespace {

using mask::Method;

constexpr std::string_view python_aes =
    "import functools, ipaddress\n"
    "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n";

// NIST SP 800-38G section 5.1, algorithm 7, with its letters.
constexpr std::string_view python_ff1 =
    R"(aes = Cipher(algorithms.AES(subkey(b"ff1", tweak, 32)), modes.ECB()).encryptor()
add = lambda left, right: bytes(one ^ two for one, two in zip(left, right))
num = lambda numerals: functools.reduce(lambda sum, one: sum * radix + one, numerals, 0)

def numerals(number, count):
    return [number // radix ** (count - 1 - i) % radix for i in range(count)]

def prf(text):
    y = bytes(16)
    for i in range(0, len(text), 16):
        y = aes.update(add(y, text[i:i + 16]))
    return y

x = [alphabet.index(one) for one, place in zip(value.decode(), pattern) if place == "#"]
n, t, radix = len(x), len(tweak), len(alphabet)
u, v = n // 2, n - n // 2
b = ((radix ** v - 1).bit_length() + 7) // 8
d = 4 * ((b + 3) // 4) + 4
p = (bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256]) +
     n.to_bytes(4, "big") + t.to_bytes(4, "big"))
a, c = x[:u], x[u:]
for i in range(10):
    r = prf(p + tweak + bytes((-t - b - 1) % 16) + bytes([i]) + num(c).to_bytes(b, "big"))
    s = r
    for j in range(1, (d + 15) // 16):
        s += aes.update(add(r, j.to_bytes(16, "big")))
    m = u if i % 2 == 0 else v
    a, c = c, numerals((num(a) + int.from_bytes(s[:d], "big")) % radix ** m, m)
out = iter(a + c)
print("".join(alphabet[next(out)] if place == "#" else place for place in pattern))
)";

// An address as 128 bits, IPv4 as ::ffff:a.b.c.d.
constexpr std::string_view python_address =
    R"(address = ipaddress.ip_address(value.decode())
is_v4 = address.version == 4
bits = int(address) | (0xffff << 32 if is_v4 else 0)
)";

constexpr std::string_view python_pfx =
    R"(one = Cipher(algorithms.AES(pair[:16]), modes.ECB()).encryptor()
two = Cipher(algorithms.AES(pair[16:]), modes.ECB()).encryptor()
start = 96 if is_v4 else 0
result = bits >> (128 - start)
for bit in range(start, 128):
    prefix = (1 << bit | bits >> (128 - bit)).to_bytes(16, "big")
    pad = (one.update(prefix)[15] ^ two.update(prefix)[15]) & 1
    result = result << 1 | (bits >> (127 - bit) & 1) ^ pad
print(ipaddress.ip_address(result & 0xffffffff) if is_v4 else ipaddress.ip_address(result))
)";

Recipe ff1(const mask::Policy& policy, const std::string& value, const mask::MasterKey& key,
           Recipe recipe) {
  Derivation{.method = "ff1", .domain = policy.domain, .bytes = 32}.append_steps(key, recipe.steps);
  const std::string_view alphabet = mask::alphabet_characters(policy.alphabet);
  recipe.steps.emplace_back("enciphered: the places # of", policy.pattern);
  recipe.steps.emplace_back("token", fmt::format("FF1 with AES-256, radix {}, tweak `{}`",
                                                 alphabet.size(), policy.domain));
  recipe.python = python_head(python_aes, value, key) +
                  fmt::format("alphabet, pattern, tweak = \"{}\", \"{}\", b\"{}\"\n", alphabet,
                              policy.pattern, policy.domain) +
                  std::string(python_ff1);
  return recipe;
}

Recipe one_block(const mask::Policy& policy, const std::string& value, const mask::MasterKey& key,
                 Recipe recipe) {
  const Derivation derived{.method = "ipcrypt-deterministic", .domain = policy.domain, .bytes = 16};
  derived.append_steps(key, recipe.steps);
  recipe.steps.emplace_back("token", "AES-128 of the address's 16 bytes, as an address");
  recipe.python = python_head(python_aes, value, key) + std::string(python_address) +
                  fmt::format(
                      "aes = Cipher(algorithms.AES({}), modes.ECB()).encryptor()\n"
                      "print(ipaddress.ip_address(aes.update(bits.to_bytes(16, \"big\"))))\n",
                      derived.python());
  return recipe;
}

Recipe prefixes(const mask::Policy& policy, const std::string& value, const mask::MasterKey& key,
                Recipe recipe) {
  const Derivation derived{.method = "ipcrypt-pfx", .domain = policy.domain, .bytes = 32};
  derived.append_steps(key, recipe.steps);
  recipe.steps.emplace_back(
      "token", "each bit added to the last bits of AES(K1, prefix) and AES(K2, prefix)");
  recipe.python = python_head(python_aes, value, key) + std::string(python_address) +
                  fmt::format("pair = {}\n", derived.python()) + std::string(python_pfx);
  return recipe;
}

Recipe network(const std::string& value, Recipe recipe) {
  recipe.steps.emplace_back("token", "the network: /24 of IPv4, /48 of IPv6");
  recipe.python = fmt::format(
      "import ipaddress\n\naddress = ipaddress.ip_address(\"{}\")\n"
      "bits = 24 if address.version == 4 else 48\n"
      "print(ipaddress.ip_network(f\"{{address}}/{{bits}}\", strict=False))\n",
      value);
  return recipe;
}

Recipe stars(const mask::Policy& policy, const std::string& value, Recipe recipe) {
  recipe.steps.emplace_back("token",
                            fmt::format("all characters but the first {} and the last {} replaced",
                                        policy.keep_first, policy.keep_last));
  recipe.python = fmt::format(
      "value, first, last = \"{}\", {}, {}\nhidden = len(value) - first - last\n"
      "print(value[:first] + \"{}\" * hidden + value[len(value) - last:])\n",
      value, policy.keep_first, policy.keep_last, policy.mask_char);
  return recipe;
}

Recipe range(const mask::Policy& policy, const std::string& value, Recipe recipe) {
  recipe.steps.emplace_back(
      "token", fmt::format("the range of {} numbers that it lies in", policy.bucket_size));
  recipe.python =
      fmt::format("start = {0} // {1} * {1}\nprint(f\"{{start}}-{{start + {1} - 1}}\")\n", value,
                  policy.bucket_size);
  return recipe;
}

}  // namespace

std::optional<Recipe> form_recipe_for(const mask::Policy& policy, const std::string& value,
                                      const mask::MasterKey& key, Recipe begun) {
  switch (policy.method) {
    case Method::ff1:
      return ff1(policy, value, key, std::move(begun));
    case Method::ipcrypt_deterministic:
      return one_block(policy, value, key, std::move(begun));
    case Method::ipcrypt_pfx:
      return prefixes(policy, value, key, std::move(begun));
    case Method::truncate_ip:
      return network(value, std::move(begun));
    case Method::character_mask:
      return stars(policy, value, std::move(begun));
    case Method::bucket:
      return range(policy, value, std::move(begun));
    default:
      return std::nullopt;
  }
}

}  // namespace moretta::app
