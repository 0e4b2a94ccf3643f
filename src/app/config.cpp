#include "app/config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

std::string optional_text(const std::optional<std::string>& text) {
  return text ? json_string(*text) : "null";
}

int encoding_number(const mask::Policy& policy) {
  constexpr int by_default = -1;
  return policy.encoding ? static_cast<int>(*policy.encoding) : by_default;
}

// What came later: only where it is not the default, so that older fingerprints stay true.
std::string canonical_shape(const mask::Policy& policy) {
  mask::Policy usual = policy;
  const mask::Policy defaults;
  usual.normalize = defaults.normalize;
  usual.empty = defaults.empty;
  usual.alphabet = defaults.alphabet;
  usual.pattern = defaults.pattern;
  usual.keep_first = defaults.keep_first;
  usual.keep_last = defaults.keep_last;
  usual.mask_char = defaults.mask_char;
  usual.bucket_size = defaults.bucket_size;
  if (usual == policy) {
    return {};
  }
  return fmt::format("| {} {} {} {} {} {} {} {}\n", static_cast<int>(policy.normalize),
                     static_cast<int>(policy.empty), static_cast<int>(policy.alphabet),
                     json_string(policy.pattern), policy.keep_first, policy.keep_last,
                     static_cast<int>(policy.mask_char), policy.bucket_size);
}

std::string canonical_key(const mask::Policy& policy) {
  const std::string epoch = policy.epoch == mask::Epoch::none
                                ? ""
                                : fmt::format("| epoch {}\n", static_cast<int>(policy.epoch));
  return policy.key_id == 0 ? epoch : fmt::format("| key {}\n", policy.key_id) + epoch;
}

// Enumerations by number, because names may be spelled anew; their order is frozen.
std::string canonical(const Column& column, const mask::Policy& policy) {
  return fmt::format(
      "{} {} {} {} {} {} {} {} {} | {} {} {} {} {} {} {} {}\n", json_string(column.name),
      static_cast<int>(column.origin), json_string(column.pointer), static_cast<int>(column.type),
      column.width.value_or(0), static_cast<int>(column.convert), static_cast<int>(column.required),
      static_cast<int>(column.nullable), optional_text(column.default_text),
      static_cast<int>(policy.method), json_string(policy.domain), static_cast<int>(policy.recover),
      encoding_number(policy), policy.bits, static_cast<int>(policy.bare), policy.pad_bytes,
      optional_text(policy.constant));
}

}  // namespace

pg::Conninfo conninfo_of(const Config& config) {
  pg::Conninfo conninfo(config.database.url.view());
  conninfo.log_in_with(config.database.login.get());
  return conninfo;
}

std::string fingerprint(const Table& table) {
  ENSURE(table.mapping.size() == table.policies.size());
  std::string text = "moretta-config/v1\n" + json_string(table.name) + "\n";
  for (std::size_t i = 0; i < table.mapping.size(); ++i) {
    text += canonical(table.mapping[i], table.policies[i]) + canonical_shape(table.policies[i]) +
            canonical_key(table.policies[i]);
  }
  if (!table.key.columns.empty()) {  // only then, so that older fingerprints stay true
    text += fmt::format("key {}", static_cast<int>(table.key.on_conflict));
    for (const std::string& column : table.key.columns) {
      text += " " + json_string(column);
    }
  }
  if (table.envelope != Envelope::none) {
    text += fmt::format("envelope {}\n", static_cast<int>(table.envelope));
  }
  constexpr std::size_t digest_bytes = 8;  // enough to tell one team's configurations apart
  const Sha256 digest = sha256(text);
  return hex(std::span(digest).first(digest_bytes));
}

Table without_vault(Table table) {
  for (mask::Policy& policy : table.policies) {
    policy.recover = mask::Recover::no;
  }
  return table;
}

bool needs_key(const Table& table) {
  return std::any_of(table.policies.begin(), table.policies.end(),
                     [](const mask::Policy& policy) { return mask::needs_key(policy); });
}

}  // namespace moretta::app
