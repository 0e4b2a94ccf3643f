#pragma once

// Message -> Row or QuarantineRecord: decode, then mask. One per lane; pure but for its own
// scratch.

#include <string>

#include "base/result.hpp"
#include "mask/masker.hpp"
#include "mask/seal.hpp"
#include "record/decode.hpp"
#include "record/quarantine_record.hpp"

namespace moretta {

class Transform {
 public:
  // `random` must outlive the transform.
  struct Parts {
    Mapping mapping;
    std::vector<mask::Policy> policies;
    const mask::MasterKey* key =
        nullptr;  // may be null if no policy needs one and nothing is sealed
    std::string config_fingerprint;
    // If there is one, originals and quarantined bodies are sealed to it and not under the key.
    const mask::RecoveryPublic* recovery = nullptr;
  };
  Transform(const Parts& parts, Random& random);

  Result<Row, Reject> row_of(const Message& message);

  // REQUIRED: constructed with a key or a recovery key.
  QuarantineRecord record_of(const Message& message, const Reject& reject);

  // Wipes what is left of the last message, and what could open the seals of this turn. At its end:
  // nobody knows when the next comes.
  void forget();

 private:
  Decoder decoder_;
  std::unique_ptr<mask::EscrowSealer> escrow_;
  mask::Masker masker_;
  std::unique_ptr<mask::Sealer> sealer_;
  std::string config_fingerprint_;
  Event event_;
};

}  // namespace moretta
