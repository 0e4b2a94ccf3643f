#include "app/unmask/vault.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.hpp"
#include "base/errors.hpp"

namespace moretta::app {

Vault::Vault(const pg::Conninfo& conninfo) : connection_(conninfo, {.purpose = "moretta-unmask"}) {}

SealedByToken Vault::sealed(const pg::TableName& vault, std::string_view domain,
                            std::span<const std::string> tokens) {
  // Quoted, or a token "null" would be no text.
  const std::array<std::string, 2> parameters = {
      std::string(domain), fmt::format("{{\"{}\"}}", fmt::join(tokens, "\",\""))};
  const pg::Answer answer = connection_.run(
      "look up tokens in the vault",
      fmt::format("SELECT token, sealed FROM {} WHERE domain = $1 AND token = ANY ($2::text[])",
                  vault.quoted()),
      parameters);
  SealedByToken found;
  for (int row = 0; row < answer.rows(); ++row) {
    found.emplace(answer.value(row, 0), answer.value(row, 1));
  }
  return found;
}

std::vector<std::string> Vault::tokens(const pg::TableName& table, const std::string& column,
                                       std::span<const Condition> conditions, std::size_t limit) {
  std::vector<std::string> values;
  for (const Condition& condition : conditions) {
    values.push_back(condition.value);
  }
  const pg::Answer answer = connection_.run("look up tokens in " + table.shown(),
                                            tokens_query(table, column, conditions, limit), values);
  std::vector<std::string> tokens;
  for (int row = 0; row < answer.rows(); ++row) {
    tokens.emplace_back(answer.value(row, 0));
  }
  return tokens;
}

std::optional<std::string> Vault::sealed_body(const pg::TableName& quarantine,
                                              const std::string& message_id) {
  const std::array<std::string, 1> parameters = {message_id};
  const pg::Answer answer =
      connection_.run("look up the message in the quarantine",
                      fmt::format("SELECT encode(sealed_body, 'hex') FROM {} WHERE message_id = $1 "
                                  "ORDER BY quarantined_at DESC LIMIT 1",
                                  quarantine.quoted()),
                      parameters);
  return answer.rows() == 0 ? std::nullopt : from_hex(answer.value(0, 0));
}

}  // namespace moretta::app
