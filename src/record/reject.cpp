#include "record/reject.hpp"

#include <array>

namespace moretta {

std::string_view reason_code(Reason reason) {
  constexpr std::array<std::string_view, reason_count> codes = {
      "invalid_json",       "not_an_object",     "duplicate_key",  "missing_key",
      "null_value",         "wrong_type",        "bad_value",      "out_of_range",
      "too_long",           "nul_character",     "body_too_large", "mask_failed",
      "refused_by_table",   "body_digest_wrong", "bad_envelope",   "bad_payload_pointer",
      "bucket_not_allowed", "payload_missing",   "payload_denied", "no_epoch_key"};
  return codes.at(static_cast<std::size_t>(reason));
}

}  // namespace moretta
