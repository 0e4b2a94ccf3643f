#include "app/change/token_form.hpp"

#include <fmt/format.h>

#include "mask/ff1_token.hpp"
#include "mask/token.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

namespace {

using mask::Method;

constexpr std::string_view prefixed_pattern = "^[scht][1-9][0-9]{0,4}:";

// Regular expressions of Postgres; none of them matches a token that begins with a prefix of ours
// unless it is meant to.
std::string_view pattern_of(OldForm form) {
  switch (form) {
    case OldForm::ours:
      return "^([scht][1-9][0-9]{0,4}:|([0-9a-f]{32}){1,2}$)";
    case OldForm::md5:
      return "^[0-9a-f]{32}$";
    case OldForm::seed_cbc:
      return "^([A-Za-z0-9+/]{4}){15,}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$";
  }
  return {};
}

std::string_view class_of(mask::Alphabet alphabet) {
  switch (alphabet) {
    case mask::Alphabet::digits:
      return "[0-9]";
    case mask::Alphabet::hex:
      return "[0-9a-f]";
    case mask::Alphabet::base36:
      return "[0-9a-z]";
    case mask::Alphabet::base62:
      break;
  }
  return "[0-9A-Za-z]";
}

std::string pattern_of(const mask::Policy& shape) {
  if (shape.method != Method::ff1) {  // an address, as we print it
    return "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})$";
  }
  std::string pattern = "^";
  for (const char c : shape.pattern) {
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == mask::ff1_place) {
      pattern += class_of(shape.alphabet);
    } else if (is_word || (static_cast<unsigned char>(c) & 0x80U) != 0) {
      pattern += c;
    } else if (c == '^' || c == '\\' || c == ']') {
      pattern += fmt::format("\\{}", c);
    } else {
      pattern += fmt::format("[{}]", c);
    }
  }
  return pattern + "$";
}

// Tokens without a prefix that look like old ones: a second run could not tell them apart.
bool looks_old(OldForm form, const mask::Policy& policy) {
  const bool is_bare_hash = policy.bare && (policy.method == Method::hmac_sha256 ||
                                            policy.method == Method::hmac_sha256_md5);
  const bool is_digest = policy.method == Method::md5 || policy.method == Method::sha256;
  switch (form) {
    case OldForm::md5:
      return policy.method == Method::md5 || (is_bare_hash && policy.bits == 128);
    case OldForm::seed_cbc:
      return is_bare_hash || is_digest || policy.method == Method::ff1;
    case OldForm::ours:
      return is_bare_hash || is_digest;
  }
  return false;
}

}  // namespace

std::string new_prefix(const mask::Policy& policy, int key_id) {
  switch (policy.method) {
    case Method::hmac_sha256:
    case Method::hmac_sha256_md5:
      return policy.bare ? std::string() : mask::token_prefix(mask::hmac_letter, key_id);
    case Method::aes_siv:
      return mask::token_prefix(mask::siv_letter, key_id);
    case Method::aes_256_cbc:
      return mask::token_prefix(mask::cbc_letter, key_id);
    case Method::tokenize:
      return mask::token_prefix(mask::vault_letter, key_id);
    default:
      return {};
  }
}

Result<std::string, std::string> old_tokens_sql(OldForm form, const mask::Policy& policy,
                                                int key_id, std::string_view column) {
  if (looks_old(form, policy)) {
    return Failure{
        fmt::format("tokens of {} without a prefix look like the old ones, so that an "
                    "interrupted change could not be told from a finished one; leave "
                    "out `bare: true`",
                    mask::method_name(policy.method))};
  }
  const bool is_shape = new_prefix(policy, key_id).empty();  // which a digest may look like
  const std::string_view pattern =
      form == OldForm::ours && is_shape ? prefixed_pattern : pattern_of(form);
  std::string sql = fmt::format("{} ~ {}", column, pg::quote_literal(pattern));
  if (policy.method == Method::tokenize) {  // its tokens outlive their key: the vault is re-sealed
    return fmt::format("({} AND left({}, 1) <> '{}')", sql, column, mask::vault_letter);
  }
  if (const std::string prefix = new_prefix(policy, key_id); !prefix.empty()) {
    sql += fmt::format(" AND left({}, {}) <> {}", column, prefix.size(), pg::quote_literal(prefix));
  }
  return "(" + sql + ")";
}

Result<std::string, std::string> old_shapes_sql(const mask::Policy& old, const mask::Policy& policy,
                                                int key_id, std::string_view column) {
  const std::string prefix = new_prefix(policy, key_id);
  if (prefix.empty()) {
    return Failure{fmt::format(
        "neither tokens of {} nor those of {} say what they are, so that an interrupted change "
        "could not be told from a finished one; write the new ones into a second column with "
        "`dual_write`",
        mask::method_name(old.method), mask::method_name(policy.method))};
  }
  return fmt::format("({0} ~ {1} AND left({0}, {2}) <> {3})", column,
                     pg::quote_literal(pattern_of(old)), prefix.size(), pg::quote_literal(prefix));
}

}  // namespace moretta::app
