#pragma once

// Why there is no row. Says where and what kind, never the value.

#include <string>
#include <string_view>

namespace moretta {

// Stable codes: stored in the quarantine table, counted in metrics, listed in docs/reasons.md.
enum class Reason {
  invalid_json,   // not RFC 8259: syntax, encoding, depth, number out of range, bytes after the end
  not_an_object,  // a JSON text, but an array or a scalar
  duplicate_key,  // a key that a column reads stands twice
  missing_key,    // a required key is absent
  null_value,     // null where the column takes none
  wrong_type,     // e.g. a number where text is wanted
  bad_value,      // the right type, but not convertible: "v2" as a version
  out_of_range,   // a number that the column's type cannot hold
  too_long,       // more characters than the column takes
  nul_character,  // U+0000, which Postgres text cannot hold
  body_too_large,       // over the limit that decode accepts
  mask_failed,          // masking did not give a token; the value goes nowhere
  refused_by_table,     // Postgres refused the row (SQLSTATE class 22, 23 and their like)
  body_digest_wrong,    // MD5OfBody does not match the body received
  bad_envelope,         // not what the configured envelope looks like
  bad_payload_pointer,  // marked as a pointer to an object in S3, and is none that we follow
  bucket_not_allowed,   // a pointer to a bucket that the configuration does not name
  payload_missing,      // the object is not there
  payload_denied,       // S3 does not give us the object
  no_epoch_key,         // the keyset has no key for the month in which the message was sent
};

inline constexpr int reason_count = 20;

std::string_view reason_code(Reason reason);

struct Reject {
  Reason reason = Reason::invalid_json;
  std::string column{};    // of the table; empty if the whole message is at fault
  std::string pointer{};   // RFC 6901, into the body; empty likewise
  std::string sqlstate{};  // with refused_by_table only

  bool operator==(const Reject&) const = default;
};

}  // namespace moretta
