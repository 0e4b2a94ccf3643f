#pragma once

// The master keys of a house over time: which one writes, which are still read, which are gone.
// Read at start and changed by `moretta keys`; docs/keys.md tells of a key's life.

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"

namespace moretta::mask {

// One new key a month for twenty years; more is another file.
inline constexpr std::size_t keyset_keys_max = 256;

enum class KeyState {
  primary,    // makes tokens, and reads them; exactly one
  active,     // reads its tokens
  disabled,   // kept, but used for nothing: its tokens are only counted
  destroyed,  // the material is gone; the id stays, so that it never names another key
};

// A month in UTC, written 2026-11.
using Period = std::chrono::year_month;

Period period_of(WallTime time);
std::string period_text(Period period);
std::optional<Period> parse_period(std::string_view text);

std::string_view name_of(KeyState state);
std::optional<KeyState> key_state_of(std::string_view name);

struct KeyEntry {
  int id = 1;
  KeyState state = KeyState::active;
  WallTime created{};
  std::string kcv = {};  // key_check_value of the key; outlives the key
  // Where the material is: in `wrapped`, in `ref`, or in the keyset itself if both are empty.
  std::string wrapped = {};  // as a key service encrypted it, base64
  std::string ref = {};      // URI of the place that holds it alone
  Printable printable = Printable::refuse;
  // Of a key that makes the tokens of this period only, in columns with an `epoch`; never primary.
  std::optional<Period> period = {};
  // Absent until fetched if wrapped or referred to; absent for ever once destroyed.
  std::optional<MasterKey> key = {};
};

class Keyset {
 public:
  // Of one key that is all there is: a plain SECRET_KEY. REQUIRED: a key that may be used.
  explicit Keyset(const MasterKey& only);

  // Refuses, with the reason: no primary or two, an id or a key twice, a key that is weak or is not
  // the one its kcv was made from, a destroyed key that is still there, a primary below the floor,
  // two keys in use for one period.
  static Result<Keyset, std::string> make(std::vector<KeyEntry> entries, int min_read_id = 1);

  // The key that makes tokens. REQUIRED: it has been supplied.
  [[nodiscard]] const MasterKey& primary() const;
  // The key of a token, if it may be read: primary or active, not below the floor, supplied.
  [[nodiscard]] const MasterKey* find(int id) const;
  // All that find() gives, the primary first, then the newest.
  [[nodiscard]] std::vector<const MasterKey*> readable() const;
  // Of these, the ones that may have made the tokens of a column: of periods, or of none.
  [[nodiscard]] std::vector<const MasterKey*> readable(Epoch epoch) const;

  [[nodiscard]] std::span<const KeyEntry> entries() const { return entries_; }
  [[nodiscard]] const KeyEntry* entry(int id) const;
  [[nodiscard]] int min_read_id() const { return min_read_id_; }
  // Above every id that was ever given.
  [[nodiscard]] int next_id() const;

  // Keys that are read but whose material is elsewhere and has not been supplied yet.
  [[nodiscard]] std::vector<const KeyEntry*> missing() const;
  // REQUIRED: missing() has it. Refuses material that is not the key of that id.
  Result<Done, std::string> supply(int id, SecretBytes material);

  // The changes that `moretta keys` makes. Each refuses what would break the keyset, says why, and
  // then leaves it as it was.
  Result<Done, std::string> add(KeyEntry entry);  // as active
  Result<Done, std::string> promote(int id);      // the primary of before stays active
  Result<Done, std::string> disable(int id);
  Result<Done, std::string> enable(int id);
  Result<Done, std::string> destroy(int id);  // wipes the material
  Result<Done, std::string> set_min_read_id(int id);

 private:
  Keyset(std::vector<KeyEntry> entries, int min_read_id);

  // What is wrong with the whole, or nullopt.
  static std::optional<std::string> fault(std::span<const KeyEntry> entries, int min_read_id);
  KeyEntry* own_entry(int id);
  [[nodiscard]] const KeyEntry& primary_entry() const;

  std::vector<KeyEntry> entries_;  // in the order of the file
  int min_read_id_ = 1;            // tokens of older keys are not read any more
};

}  // namespace moretta::mask
