#pragma once

// What may be stored: masked, typed column values. Only mask::Masker can make one, and a Sink
// accepts nothing else, so there is no way for clear text into the table but an explicit `mask:
// keep`.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.hpp"
#include "record/value.hpp"

namespace moretta {

namespace mask {
class Masker;
}

// Lets the holder of the key find the original of a token: one row of the vault table. `sealed` is
// itself a recoverable token, e.g. `c1:…` (aes-256-cbc).
struct VaultEntry {
  std::string domain;
  std::string token;
  int key_id = 0;
  std::string sealed;

  bool operator==(const VaultEntry&) const = default;
};

class Row {
 public:
  Row(Row&&) noexcept = default;
  Row& operator=(Row&&) noexcept = default;
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  ~Row() = default;

  [[nodiscard]] std::size_t size() const { return cells_.size(); }

  // Valid until the row is moved or destroyed.
  [[nodiscard]] Value operator[](std::size_t column) const {
    ENSURE(column < cells_.size());
    const Cell& cell = cells_[column];
    Value value = cell.value;
    if (value.kind == Value::Kind::text) {
      value.text = std::string_view(arena_).substr(cell.offset, cell.length);
    }
    return value;
  }

  [[nodiscard]] const std::vector<VaultEntry>& vault() const { return vault_; }

 private:
  friend class mask::Masker;

  struct Cell {
    Value value;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };

  Row() = default;

  std::vector<Cell> cells_;
  std::string arena_;
  std::vector<VaultEntry> vault_;
};

}  // namespace moretta
