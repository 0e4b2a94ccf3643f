#include "aws/credentials.hpp"

namespace moretta::aws {

Credentials Credentials::clone() const {
  return {.access_key_id = access_key_id,
          .secret_access_key = secret_access_key.clone(),
          .session_token = session_token.clone(),
          .expires_at = expires_at};
}

bool same_keys(const Credentials& a, const Credentials& b) {
  return a.access_key_id == b.access_key_id &&
         a.secret_access_key.view() == b.secret_access_key.view() &&
         a.session_token.view() == b.session_token.view();
}

}  // namespace moretta::aws
