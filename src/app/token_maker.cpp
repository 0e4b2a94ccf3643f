#include "app/token_maker.hpp"

#include "base/json_text.hpp"
#include "base/secret.hpp"

namespace moretta::app {

namespace {

Transform::Parts parts_of(Column column, mask::Policy policy, const mask::MasterKey* key) {
  column.pointer = "/value";
  policy.recover = mask::Recover::no;  // nothing is stored
  policy.epoch = mask::Epoch::none;    // the key is chosen already
  policy.key_id = 0;
  return {.mapping = {std::move(column)},
          .policies = {std::move(policy)},
          .key = key,
          .config_fingerprint = {}};
}

}  // namespace

TokenMaker::TokenMaker(const Column& column, const mask::Policy& policy, const mask::MasterKey* key,
                       Random& random)
    : transform_(parts_of(column, policy, key), random) {}

Result<std::string, Reason> TokenMaker::token_of(std::string_view value) {
  std::string body = "{\"value\":" + json_string(value) + "}";
  Message message;
  message.body = body;
  const auto row = transform_.row_of(message);
  wipe(body);
  if (!row) {
    return Failure{row.error().reason};
  }
  return std::string(row.value()[0].text);
}

}  // namespace moretta::app
