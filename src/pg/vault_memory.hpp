#pragma once

// Which vault entries a connection has committed of late, so that a value that comes again and
// again pays for its entry once. Only a saving: what is not remembered goes to the vault, which
// ignores what it has.

#include <array>
#include <cstddef>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "record/row.hpp"

namespace moretta::pg {

class VaultMemory {
 public:
  // What names an entry: a digest, so that nobody can choose values whose names are mistaken for
  // each other.
  using Name = Sha256;
  static Name name_of(const VaultEntry& entry);

  // An entry that is erased from the vault is missed for so long at most: a value that comes again
  // meanwhile gets a row, but no new entry.
  static constexpr Seconds age_max{60};

  // Forgets everything when the oldest of it is as old as that.
  void pass_time(SteadyTime now);

  [[nodiscard]] bool knows(const Name& name) const;
  // REQUIRED: the entry is committed.
  void learn(const Name& name);

 private:
  // A newer name takes the place of an older one. 512 KiB for each lane once something is learned.
  static constexpr std::size_t places = std::size_t{1} << 15U;
  using Kept = std::array<std::byte, 16>;

  std::vector<Kept> kept_;  // empty, or one for each place; all zeros: nothing
  SteadyTime since_{};
};

}  // namespace moretta::pg
