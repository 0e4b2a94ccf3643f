#pragma once

// A part of a turn as the parameters of its statement (pg/statements.hpp has their order).

#include <deque>
#include <vector>

#include "pg/array_encoder.hpp"
#include "pg/connection.hpp"
#include "pg/statements.hpp"
#include "pg/turn_plan.hpp"
#include "pg/vault_memory.hpp"

namespace moretta::pg {

// Keeps its memory between turns.
class TurnParameters {
 public:
  explicit TurnParameters(Mapping mapping);

  // Picks up what the part's rows bring for the vault that `memory` does not know. False if that is
  // nothing.
  bool gather_vault(const Writes& writes, const Part& part, const VaultMemory& memory);

  // REQUIRED: gather_vault() for the same part; shape.vault is what it gave. Valid until the next
  // call, while `writes` lives.
  const Parameters& encode(const Writes& writes, const Part& part, const Shape& shape);

  // Of all parameters last encoded.
  [[nodiscard]] std::size_t bytes() const;

  // Once what was last encoded is committed, unless its attempt was tolerant: then only the server
  // knows which entries were its own.
  void teach(VaultMemory& memory) const;

 private:
  struct Sealed {
    const LedgerKey* key;
    const VaultEntry* entry;
    VaultMemory::Name name;
  };

  void encode_rows(const Writes& writes, std::span<const Item> items, const Shape& shape);
  void encode_vault(const Shape& shape);
  void encode_quarantine(const Writes& writes, std::span<const Item> items);
  ArrayEncoder& next_array(ElementType type, std::size_t count);

  Mapping mapping_;
  std::deque<ArrayEncoder> arrays_;  // a deque, so that references survive its growth
  std::size_t arrays_used_ = 0;
  std::vector<Sealed> sealed_;
  Parameters parameters_;
};

}  // namespace moretta::pg
