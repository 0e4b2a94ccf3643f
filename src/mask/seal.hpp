#pragma once

// Randomised authenticated encryption for what is kept but not compared: quarantined bodies.
//
// "PMS1" || key id (2 bytes, big-endian) || 12 random bytes || AES-256-GCM ciphertext || 16-byte
// tag; AAD = those first 18 bytes || LP(purpose) || LP(source id). Key = subkey("seal", purpose).
// At most 2^32 seals per key (NIST SP 800-38D section 8.3).

#include <memory>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "mask/keys.hpp"

namespace moretta::mask {

inline constexpr std::string_view quarantine_purpose = "quarantine";

class Sealer {
 public:
  // `random` must outlive the sealer. For one thread.
  Sealer(const MasterKey& key, std::string_view purpose, Random& random);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // `source_id` binds the seal to its place: it does not open under another.
  std::string seal(std::string_view clear, std::string_view source_id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
