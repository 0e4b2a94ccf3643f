#pragma once

// Answers a request for deletion: what could lead from a token back to its person is deleted, and a
// receipt remains. docs/change-of-key.md has what it reaches and what it cannot.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

// What becomes of the tokens in the table itself.
enum class Cells {
  overwrite,  // NULL, or "erased" where that is not allowed: a recoverable token is the value
  leave,      // a one-way token without its original: still counts as one visitor
};

struct ErasePlan {
  pg::TableName table;
  pg::TableName vault;
  pg::TableName map;
  pg::TableName receipts;
  std::string column;
  std::string domain;
  Cells cells = Cells::overwrite;
  std::string reason;
};

struct ErasedToken {
  std::string token;
  std::string digest;  // for the receipt: keyed, so that it says nothing to others
};

struct Receipt {
  long long id = 0;
  std::string erased_at;
  std::vector<std::string> token_digests;
  std::size_t cells = 0;
  std::size_t vault_rows = 0;
  std::size_t map_rows = 0;
};

// The table of receipts. Safe to repeat.
void make_receipts_table(pg::Connection& connection, const pg::TableName& receipts);

// All of it in one transaction, with the receipt. Throws Unavailable, Refused.
Receipt erase(pg::Connection& connection, const ErasePlan& plan,
              std::span<const ErasedToken> tokens);

}  // namespace moretta::app
