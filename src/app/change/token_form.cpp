#include "app/change/token_form.hpp"

#include <fmt/format.h>

#include "mask/token.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

namespace {

using mask::Method;

// Regular expressions of Postgres; none of them matches a token that begins with a prefix of ours
// unless it is meant to.
std::string_view pattern_of(OldForm form) {
  switch (form) {
    case OldForm::keyed:
      return "^[sc][1-9][0-9]{0,4}:";
    case OldForm::one_way:
      return "^[ht][1-9][0-9]{0,4}:";
    case OldForm::md5:
      return "^[0-9a-f]{32}$";
    case OldForm::seed_cbc:
      return "^([A-Za-z0-9+/]{4}){15,}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$";
  }
  return {};
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
    case OldForm::keyed:
    case OldForm::one_way:
      return false;
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
  std::string sql = fmt::format("{} ~ {}", column, pg::quote_literal(pattern_of(form)));
  if (const std::string prefix = new_prefix(policy, key_id); !prefix.empty()) {
    sql += fmt::format(" AND left({}, {}) <> {}", column, prefix.size(), pg::quote_literal(prefix));
  }
  return "(" + sql + ")";
}

}  // namespace moretta::app
