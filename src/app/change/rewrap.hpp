#pragma once

// Changes the tokens of one column to another key or method, while workers go on. The server sees
// tokens only. Safe to interrupt at any point and to run again: docs/change-of-key.md says why.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

// The vault's sealed original of `old_token` -> that of `new_token`; nullopt if it cannot be
// opened.
struct VaultRow {
  std::string old_token;
  std::string new_token;
  std::string sealed;
};
struct SealedAgain {
  int key_id = 0;
  std::string sealed;
};
using ChangeSealed = std::function<std::optional<SealedAgain>(const VaultRow& row)>;

// Old token -> new token, by way of what the vault keeps for the old one (`sealed`, empty if that
// is nothing) where it is one-way; nullopt if this one cannot be changed. For one thread.
struct ChangedToken {
  std::string token;
  std::optional<SealedAgain> original = {};  // for the vault, where the new token has no original
};
using ChangeToken =
    std::function<std::optional<ChangedToken>(std::string_view old_token, std::string_view sealed)>;

struct RewrapPlan {
  pg::TableName table;
  std::string column;
  std::string domain;
  std::string target;      // names method and key in the map: "aes-siv 2"
  std::string old_tokens;  // SQL, token_form.hpp; not needed with `into`
  // The column of a dual write, which the new tokens go into; empty: in the place of the old ones.
  // Rows that workers have written both into tell which new token belongs to which old one.
  std::string into = {};
  pg::TableName map;
  pg::TableName vault;

  // Different old tokens must give different new ones; not so where the old ones were randomised.
  enum class Ratio { one_to_one, many_to_one } ratio = Ratio::one_to_one;
  // A map from plain digests to new tokens would undo the change for whoever can guess.
  enum class Map { keep, drop } map_after = Map::keep;

  // Old tokens may be one-way, with their originals in the vault.
  enum class Originals { in_tokens, in_vault } originals = Originals::in_tokens;
  // New tokens that hold their values themselves need nothing there.
  enum class Vault { move, leave } vault_rows = Vault::move;

  std::size_t batch_tokens = 1000;
};

struct RewrapCounts {
  std::size_t rows = 0;      // with a token
  std::size_t distinct = 0;  // tokens
  std::size_t old_rows = 0;  // still to change

  bool operator==(const RewrapCounts&) const = default;
};

struct RewrapReport {
  RewrapCounts before;
  RewrapCounts after;
  std::size_t distinct_expected = 0;  // after, reckoned from the map
  std::size_t tokens = 0;             // changed by this run
  std::size_t learned = 0;            // of them, from rows that have both tokens
  std::size_t unreadable = 0;         // tokens left as they were
  std::size_t rows = 0;               // changed by this run
  std::size_t vault_rows = 0;
  bool map_fits = true;  // as the ratio says

  // Whether every count is what it has to be.
  [[nodiscard]] bool adds_up() const;
};

struct RewrapStep {
  std::string_view what;  // "tokens", "rows"
  std::size_t done = 0;
  std::size_t total = 0;
};

struct RewrapWork {
  // One for each thread. None at all: only what rows with both tokens tell is changed.
  std::vector<ChangeToken> change;
  ChangeSealed seal_again;  // may be empty: then the vault must hold nothing of this column
  std::function<void(const RewrapStep&)> on_step;
};

// The table of the map must be there. Throws Unavailable, Refused.
RewrapReport rewrap(pg::Connection& connection, const RewrapPlan& plan, const RewrapWork& work,
                    const Clock& clock);

// {"a","b",NULL}: an array of texts as Postgres reads it.
std::string text_array(std::span<const std::optional<std::string>> texts);

}  // namespace moretta::app
