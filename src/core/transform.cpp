#include "core/transform.hpp"

namespace moretta {

namespace {

// A column's width is that of what is stored: where a token is, the clear text may be longer.
Mapping clear_mapping(const Transform::Parts& parts) {
  ENSURE(parts.policies.size() == parts.mapping.size());
  Mapping mapping = parts.mapping;
  for (std::size_t column = 0; column < mapping.size(); ++column) {
    if (parts.policies[column].method != mask::Method::keep) {
      mapping[column].width.reset();
    }
  }
  return mapping;
}

}  // namespace

Transform::Transform(const Parts& parts, Random& random)
    : decoder_(clear_mapping(parts)),
      escrow_(parts.recovery == nullptr
                  ? nullptr
                  : std::make_unique<mask::EscrowSealer>(*parts.recovery, random)),
      masker_(parts.mapping, parts.policies, parts.key, &random, escrow_.get(), parts.keys),
      config_fingerprint_(parts.config_fingerprint),
      clock_(parts.clock),
      times_(parts.times) {
  if (parts.key != nullptr) {
    sealer_ = std::make_unique<mask::Sealer>(*parts.key, mask::quarantine_purpose, random);
  }
}

Result<Row, Reject> Transform::row_of(const Message& message) {
  if (times_ != nullptr && messages_++ % messages_per_timing == 0) {
    return timed_row_of(message);
  }
  const auto decoded = decoder_.decode(message, event_);
  if (!decoded) {
    return Failure{decoded.error()};
  }
  return masker_.mask(event_);
}

Result<Row, Reject> Transform::timed_row_of(const Message& message) {
  const SteadyTime start = clock_->steady();
  const auto decoded = decoder_.decode(message, event_);
  const SteadyTime middle = clock_->steady();
  times_->decode.note((middle - start).count());
  if (!decoded) {
    return Failure{decoded.error()};
  }
  auto row = masker_.mask(event_);
  times_->mask.note((clock_->steady() - middle).count());
  return row;
}

QuarantineRecord Transform::record_of(const Message& message, const Reject& reject) {
  ENSURE(escrow_ != nullptr || sealer_ != nullptr);
  return {.key = ledger_key(message),
          .message_id = message.id,
          .reject = reject,
          .body_bytes = message.body.size(),
          .receive_count = message.receive_count,
          .sent_at = message.sent_at,
          .received_at = message.received_at,
          .config_fingerprint = config_fingerprint_,
          .sealed_body = escrow_ ? escrow_->seal(message.body, mask::quarantine_purpose, message.id)
                                 : sealer_->seal(message.body, message.id)};
}

void Transform::forget() {
  event_.reset(0);
  if (escrow_) {
    escrow_->end_batch();
  }
}

}  // namespace moretta
