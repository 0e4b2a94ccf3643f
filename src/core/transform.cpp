#include "core/transform.hpp"

#include <algorithm>
#include <array>

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
      events_(messages_at_once),
      clock_(parts.clock),
      times_(parts.times) {
  if (parts.key != nullptr) {
    sealer_ = std::make_unique<mask::Sealer>(*parts.key, mask::quarantine_purpose, random);
  }
}

Result<Row, Reject> Transform::row_of(const Message& message) {
  Event& event = events_.front();
  if (const auto rejected = decode(message, event)) {
    return Failure{*rejected};
  }
  return masker_.mask(event, moment_of(message));
}

std::optional<Reject> Transform::decode(const Message& message, Event& event) {
  if (message.fault) {
    return Reject{.reason = *message.fault};
  }
  const auto body = unwrapper_.unwrap(message.body);
  if (!body) {
    return body.error();
  }
  const auto decoded = decoder_.decode(message, *body.value(), event);
  return decoded ? std::nullopt : std::optional(decoded.error());
}

void Transform::rows_of(std::span<const Message> messages, std::vector<Result<Row, Reject>>& rows) {
  ENSURE(messages.size() <= messages_at_once);
  if (messages.empty()) {
    return;
  }
  const auto now = [&] {
    return times_ == nullptr ? SteadyTime{} : clock_->steady();
  };
  const SteadyTime start = now();
  std::array<WallTime, messages_at_once> sent_at;
  std::vector<std::pair<std::size_t, Reject>> rejects;  // by place
  std::size_t decoded = 0;
  for (const Message& message : messages) {
    if (auto rejected = decode(message, events_[decoded])) {
      rejects.emplace_back(rows.size() + decoded + rejects.size(), std::move(*rejected));
    } else {
      sent_at[decoded++] = moment_of(message);
    }
  }
  const SteadyTime middle = now();
  masker_.mask(std::span(events_).first(decoded), std::span(sent_at).first(decoded), rows);
  for (auto& [place, reject] : rejects) {
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(place), Failure{std::move(reject)});
  }
  if (times_ != nullptr) {
    const auto each = static_cast<std::int64_t>(messages.size());
    times_->decode.note((middle - start).count() / each);
    times_->mask.note((now() - middle).count() / each);
  }
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
  for (Event& event : events_) {
    event.reset(0);
  }
  if (escrow_) {
    escrow_->end_batch();
  }
}

}  // namespace moretta
