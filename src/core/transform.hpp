#pragma once

// Message -> Row or QuarantineRecord: decode, then mask. One per lane; pure but for its own
// scratch.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "base/result.hpp"
#include "mask/masker.hpp"
#include "mask/seal.hpp"
#include "record/decode.hpp"
#include "record/envelope.hpp"
#include "record/quarantine_record.hpp"

namespace moretta {

// Where the times of the two steps go, in nanoseconds for each message: the mean of those that are
// made at once, as reading the clock for each would cost more than all counters. For the thread of
// the transform.
struct TransformTimes {
  Histogram decode;
  Histogram mask;
};

class Transform {
 public:
  // `random` must outlive the transform.
  struct Parts {
    Mapping mapping;
    std::vector<mask::Policy> policies;
    const mask::MasterKey* key =
        nullptr;  // may be null if no policy needs one and nothing is sealed
    std::string config_fingerprint;
    Envelope envelope = Envelope::none;
    std::size_t event_bytes_max = body_bytes_max;
    // If there is one, originals and quarantined bodies are sealed to it and not under the key.
    const mask::RecoveryPublic* recovery = nullptr;
    const mask::Keyset* keys = nullptr;  // of policies that name a key; must outlive the transform
    // Both or none; they must outlive the transform.
    const Clock* clock = nullptr;
    TransformTimes* times = nullptr;
  };
  Transform(const Parts& parts, Random& random);

  Result<Row, Reject> row_of(const Message& message);

  // The same of several messages, whose tokens are made side by side. Appends a result for each, in
  // order. REQUIRED: at most messages_at_once.
  static constexpr std::size_t messages_at_once = mask::Masker::events_max;
  void rows_of(std::span<const Message> messages, std::vector<Result<Row, Reject>>& rows);

  // REQUIRED: constructed with a key or a recovery key.
  QuarantineRecord record_of(const Message& message, const Reject& reject);

  // Wipes what is left of the last message, and what could open the seals of this turn. At its end:
  // nobody knows when the next comes.
  void forget();

 private:
  std::optional<Reject> decode(const Message& message, Event& event);
  std::string sealed(const Message& message);

  Unwrapper unwrapper_;
  Decoder decoder_;
  std::unique_ptr<mask::EscrowSealer> escrow_;
  mask::Masker masker_;
  std::unique_ptr<mask::Sealer> sealer_;
  bool reads_attributes_;
  std::string config_fingerprint_;
  std::vector<Event> events_;
  const Clock* clock_;
  TransformTimes* times_;
};

}  // namespace moretta
