#include "core/transform.hpp"

#include <algorithm>

#include "record/kept_message.hpp"

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

// The month of a message is that of its sending: the same at every redelivery.
WallTime moment_of(const Message& message) {
  return message.sent_at.value_or(message.received_at);
}

}  // namespace

Transform::Transform(const Parts& parts, Random& random)
    : unwrapper_(parts.envelope, parts.event_bytes_max),
      decoder_(clear_mapping(parts), parts.event_bytes_max),
      escrow_(parts.recovery == nullptr
                  ? nullptr
                  : std::make_unique<mask::EscrowSealer>(*parts.recovery, random)),
      masker_(parts.mapping, parts.policies, parts.key, &random, escrow_.get(), parts.keys),
      reads_attributes_(std::ranges::find(parts.mapping, Origin::attribute, &Column::origin) !=
                        parts.mapping.end()),
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
  if (const auto rejected = decode(message)) {
    return Failure{*rejected};
  }
  return masker_.mask(event_, moment_of(message));
}

std::optional<Reject> Transform::decode(const Message& message) {
  if (message.fault) {
    return Reject{.reason = *message.fault};
  }
  const auto body = unwrapper_.unwrap(message.body);
  if (!body) {
    return body.error();
  }
  const auto decoded = decoder_.decode(message, *body.value(), event_);
  return decoded ? std::nullopt : std::optional(decoded.error());
}

Result<Row, Reject> Transform::timed_row_of(const Message& message) {
  const SteadyTime start = clock_->steady();
  const auto rejected = decode(message);
  const SteadyTime middle = clock_->steady();
  times_->decode.note((middle - start).count());
  if (rejected) {
    return Failure{*rejected};
  }
  auto row = masker_.mask(event_, moment_of(message));
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
          .sealed_body = sealed(message)};
}

std::string Transform::sealed(const Message& message) {
  const bool knows_attributes = reads_attributes_ || !message.attributes.empty();
  const SecretBytes text =
      kept_text(message, knows_attributes ? Attributes::known : Attributes::unknown);
  return escrow_ ? escrow_->seal(text.view(), mask::quarantine_purpose, message.id)
                 : sealer_->seal(text.view(), message.id);
}

void Transform::forget() {
  unwrapper_.clear();
  event_.reset(0);
  if (escrow_) {
    escrow_->end_batch();
  }
}

}  // namespace moretta
