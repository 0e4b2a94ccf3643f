#include "app/key_source.hpp"

#include <fmt/format.h>

#include "app/secret_source.hpp"
#include "base/encoding.hpp"
#include "mask/keyset_json.hpp"
#include "mask/passphrase.hpp"

namespace moretta::app {

namespace {

using KeyOrFault = Result<mask::MasterKey, std::string>;
using KeysetOrFault = Result<mask::Keyset, std::string>;

constexpr std::string_view how_to_make_a_key = "make one: openssl rand -hex 32";

// The place for people; a command may hold a password of its own.
std::string_view shown(std::string_view place) {
  if (place.starts_with("split:")) {
    return "the two shares";
  }
  return place.starts_with("cmd:") ? "cmd:…" : place.starts_with("awskms:") ? "awskms:…" : place;
}

// KMS encrypts bytes: 32 of them are the key itself, and are read as its hex digits.
SecretBytes as_text(SecretBytes secret, std::string_view place) {
  if (!place.starts_with("awskms:") || secret.size() != mask::master_key_bytes) {
    return secret;
  }
  std::string digits = hex(secret.bytes());
  SecretBytes text{std::string_view(digits)};
  wipe(digits);
  return text;
}

KeyOrFault key_of(const KeySource& source, std::string_view text) {
  if (!source.passphrase.empty()) {
    const auto parameters = mask::parse_scrypt(source.passphrase);
    if (!parameters) {
      return Failure{parameters.error()};
    }
    return mask::key_of_passphrase(source.id, text, parameters.value());
  }
  auto key = mask::parse_master_key(source.id, text);
  if (!key) {
    return Failure{fmt::format(
        "the key in {} is malformed: {}; {}; a passphrase needs `keys.passphrase` (docs/keys.md)",
        shown(source.place), key.error(), how_to_make_a_key)};
  }
  if (const auto reason = mask::weakness(key.value())) {
    return Failure{fmt::format("the key in {} is weak: {}; {}", shown(source.place), *reason,
                               how_to_make_a_key)};
  }
  return key;
}

Result<SecretBytes, std::string> read_place(const KeySource& source,
                                            const Environment& environment) {
  auto secret = read_secret(source.place, environment, mask::keyset_bytes_max);
  if (!secret) {
    return Failure{
        fmt::format("{}; it must hold 64 hex digits or base64 of 32 bytes, or a keyset; "
                    "{}",
                    secret.error(), how_to_make_a_key)};
  }
  return as_text(std::move(secret).value(), source.place);
}

// What is wrong with the key that an entry says is elsewhere, once it is there.
std::string supply(mask::Keyset& keyset, const mask::KeyEntry& entry,
                   const Environment& environment) {
  const int id = entry.id;
  const std::string place = entry.wrapped.empty() ? entry.ref : "awskms:" + entry.wrapped;
  if (!is_secret_reference(place)) {
    return fmt::format("the ref of key {} is no place of a secret; allowed: {}", id, secret_places);
  }
  const KeySource source{.place = place, .id = id, .passphrase = {}};
  const auto text = read_place(source, environment);
  if (!text) {
    return fmt::format("key {}: {}", id, text.error());
  }
  auto key = mask::parse_master_key(id, text.value().view());
  if (!key) {
    return key.error();
  }
  const auto supplied = keyset.supply(id, std::move(key.value().bytes));
  return supplied ? "" : supplied.error();
}

}  // namespace

KeysetOrFault read_keyset(const KeySource& source, const Environment& environment) {
  const auto text = read_place(source, environment);
  if (!text) {
    return Failure{text.error()};
  }
  if (!mask::looks_like_keyset(text.value().view())) {
    auto key = key_of(source, text.value().view());
    if (!key) {
      return Failure{key.error()};
    }
    return mask::Keyset(key.value());
  }
  auto keyset = mask::parse_keyset(text.value().view());
  if (!keyset) {
    return Failure{
        fmt::format("cannot use the keyset in {}: {}", shown(source.place), keyset.error())};
  }
  for (const mask::KeyEntry* entry : keyset.value().missing()) {
    if (std::string fault = supply(keyset.value(), *entry, environment); !fault.empty()) {
      return Failure{std::move(fault)};
    }
  }
  return keyset;
}

bool forget_key(const std::string& place, const World& world) {
  const std::string variable = variable_of(place);
  if (variable.empty()) {
    return false;
  }
  if (world.forget_variable) {
    world.forget_variable(variable);
  }
  return true;
}

KeyOrFault read_master_key(const KeySource& source, const Environment& environment) {
  const auto text = read_place(source, environment);
  if (!text) {
    return Failure{text.error()};
  }
  return key_of(source, text.value().view());
}

}  // namespace moretta::app
