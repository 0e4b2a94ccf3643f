#pragma once

// Event -> Row: the only maker of rows. Fails closed: a value that cannot be masked rejects the
// message, and a column whose policy is missing cannot be constructed.

#include <memory>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "mask/escrow.hpp"
#include "mask/keys.hpp"
#include "mask/keyset.hpp"
#include "mask/policy.hpp"
#include "mask/token_batch.hpp"
#include "record/column.hpp"
#include "record/event.hpp"
#include "record/reject.hpp"
#include "record/row.hpp"

namespace moretta::mask {

// One per lane: contexts and keys are kept between values and never shared between threads.
class Masker {
 public:
  // REQUIRED: as many policies as columns; a key if any policy needs one, and randomness if any has
  // `recover: seal`; every masked column is of a text type. (app/config checks all three and says
  // so to the user.) `random` is for policies that seal what they keep in the vault; `escrow`, if
  // there is one, seals it instead of the key; `keys` has those that policies name by id, or that
  // are of an epoch's periods. All three must outlive the masker.
  Masker(Mapping mapping, std::vector<Policy> policies, const MasterKey* key,
         Random* random = nullptr, EscrowSealer* escrow = nullptr, const Keyset* keys = nullptr);
  ~Masker();
  Masker(const Masker&) = delete;
  Masker& operator=(const Masker&) = delete;

  // NULL stays NULL under every method. A token longer than its column rejects (too_long), never
  // cuts. `sent_at` chooses the key of columns with an `epoch`; there must be one (no_epoch_key).
  Result<Row, Reject> mask(const Event& event, WallTime sent_at = {});

  // The same of several events, whose tokens are made side by side where the method can. Appends a
  // result for each, in order. REQUIRED: a time for each; at most events_max.
  static constexpr std::size_t events_max = batch_values_max;
  void mask(std::span<const Event> events, std::span<const WallTime> sent_at,
            std::vector<Result<Row, Reject>>& rows);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
