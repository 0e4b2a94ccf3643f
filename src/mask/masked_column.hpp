#pragma once

// A column with all that makes its values: what Masker has one of for each column.

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "mask/keys.hpp"
#include "mask/keyset.hpp"
#include "mask/policy.hpp"
#include "mask/tokenizer.hpp"
#include "mask/vault_seal.hpp"
#include "record/column.hpp"
#include "record/value.hpp"

namespace moretta::mask {

// What makes a column's tokens under one key.
struct TokenMaker {
  int key_id = 1;
  std::optional<Period> period = {};         // that its key is of
  std::optional<Tokenizer> tokenizer = {};   // of methods that give tokens
  std::optional<Tokenizer> recovery = {};    // with policy.recover other than seal
  std::unique_ptr<VaultSealer> sealer = {};  // with policy.recover of seal

  // Where the tokens go that are made side by side: a row of those under way, and a place in it.
  struct Place {
    std::size_t row = 0;
    std::size_t offset = 0;
  };
  std::vector<Place> places = {};
};

struct MaskedColumn {
  Column column;
  Policy policy;
  std::vector<TokenMaker> makers;  // one, or one for each period of an epoch
  TokenMaker* maker = nullptr;     // of the event at hand; null: its period has no key

  [[nodiscard]] bool fits(std::size_t chars) const {
    return !column.width || chars <= static_cast<std::size_t>(*column.width);
  }

  // A text has at most as many characters as bytes, so most need no counting.
  [[nodiscard]] bool fits(std::string_view text) const {
    return fits(text.size()) || fits(characters(text));
  }

  // Bytes of text that the cell of `value` may need.
  [[nodiscard]] std::size_t stored_bytes_max(const Value& value) const;
};

// What a column's makers are made of. As the parameters of Masker.
struct MakerParts {
  const MasterKey* primary = nullptr;
  Random* random = nullptr;
  const Keyset* keys = nullptr;
  bool is_escrowed = false;  // what `recover: seal` keeps is not sealed by the maker
};

MaskedColumn masked_column(Column column, Policy policy, const MakerParts& parts);

}  // namespace moretta::mask
