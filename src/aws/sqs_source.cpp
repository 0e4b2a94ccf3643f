#include "aws/sqs_source.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

// Attribute changes take up to a minute to spread, so an answer is not more exact than that anyway.
constexpr std::chrono::minutes lease_age_max{5};
constexpr Seconds lease_default{30};       // of a queue whose server does not say
constexpr Seconds visibility_max{43'200};  // 12 h, the most that SQS accepts
// Servers that only speak Query are old emulators. LocalStack 0.14.3 waits up to ten times as long
// as it is told to, while the messages it already holds use up their visibility.
constexpr Seconds emulator_wait_max{1};

// The whole text; nothing negative is ever meant here.
std::optional<double> number(std::string_view text) {
  const char* const text_end = text.data() + text.size();
  // Digits alone, which is how AWS writes them, need no search for the nearest double.
  std::uint64_t digits{};
  const auto [digits_end, digits_error] = std::from_chars(text.data(), text_end, digits);
  if (digits_error == std::errc{} && digits_end == text_end) {
    return static_cast<double>(digits);
  }
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text_end, value);
  const bool whole = error == std::errc{} && end == text_end;
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto value = number(text);
  constexpr double limit = 1e15;  // far below where doubles skip integers
  return value && *value < limit ? std::optional(std::llround(*value)) : std::nullopt;
}

std::optional<std::int64_t> find_count(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attributes::value_type::first);
  return found == attributes.end() ? std::nullopt : whole_number(found->second);
}

std::int64_t count_of(const Attributes& attributes, std::string_view name) {
  return find_count(attributes, name).value_or(0);
}

}  // namespace

std::optional<WallTime> sqs_timestamp(std::string_view text) {
  constexpr double seconds_below = 1e11;            // in ms that is 1973, in seconds the year 5138
  constexpr double ms_max = 253'402'300'799'999.0;  // the end of 9999
  const auto value = number(text);
  if (!value || *value == 0) {
    return std::nullopt;
  }
  const double ms = *value < seconds_below ? *value * 1000 : *value;
  return ms <= ms_max ? std::optional(WallTime{Millis{std::llround(ms)}}) : std::nullopt;
}

Message message_of(SqsMessage&& message, WallTime received_at) {
  constexpr std::int64_t count_max = 1'000'000;  // a dead-letter policy ends at 1000
  const std::int64_t count = whole_number(message.receive_count).value_or(1);
  return {.id = std::move(message.id),
          .receipt = std::move(message.receipt),
          .body = std::move(message.body),
          .sent_at = sqs_timestamp(message.sent_timestamp),
          .received_at = received_at,
          .asked_at = message.asked_at,
          .receive_count = static_cast<int>(std::clamp(count, std::int64_t{1}, count_max)),
          .group_id = std::move(message.group_id),
          .attributes = std::move(message.attributes),
          .trace_header = std::move(message.trace_header)};
}

SqsSource::SqsSource(SqsClient& client, Clock& clock, std::string queue_url,
                     SenderAttributes attributes)
    : client_(client), clock_(clock), queue_url_(std::move(queue_url)), attributes_(attributes) {}

std::vector<Message> SqsSource::receive(const Ask& ask) {
  const SqsChannel& channel = client_.channel();
  const bool is_old_emulator = channel.protocol() == Protocol::query && !channel.is_aws();
  const Seconds wait = is_old_emulator ? std::min(ask.wait, emulator_wait_max) : ask.wait;
  std::vector<SqsMessage> received = client_.receive({.queue_url = queue_url_,
                                                      .requests = ask.requests,
                                                      .wait = wait,
                                                      .attributes = attributes_,
                                                      .stop = ask.stop});

  const WallTime now = clock_.wall();
  std::vector<Message> messages;
  messages.reserve(received.size());
  for (SqsMessage& message : received) {
    messages.push_back(message_of(std::move(message), now));
  }
  return messages;
}

std::size_t SqsSource::settle(std::span<const Message> messages,
                              std::span<const Outcome> outcomes) {
  ENSURE(messages.size() == outcomes.size());
  std::vector<std::string_view> done;
  std::vector<VisibilityEntry> returned;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (outcomes[i] == Outcome::returned) {
      returned.push_back({.receipt = messages[i].receipt, .visibility = Seconds{0}});
    } else {
      done.push_back(messages[i].receipt);
    }
  }
  // In this order: a FIFO group moves on only when its head is deleted.
  const std::size_t kept = remove(done);
  return kept + set_visibility(returned);
}

std::size_t SqsSource::hold(std::span<const Message> messages, Seconds lease) {
  std::vector<VisibilityEntry> entries;
  entries.reserve(messages.size());
  for (const Message& message : messages) {
    entries.push_back(
        {.receipt = message.receipt, .visibility = std::clamp(lease, Seconds{0}, visibility_max)});
  }
  return set_visibility(entries);
}

std::size_t SqsSource::remove(std::span<const std::string_view> receipts) {
  try {
    return client_.remove(queue_url_, receipts).left.size();
  } catch (const Unavailable&) {
    return receipts.size();
  }
}

std::size_t SqsSource::set_visibility(std::span<const VisibilityEntry> entries) {
  try {
    return client_.set_visibility(queue_url_, entries).left.size();
  } catch (const Unavailable&) {
    return entries.size();
  }
}

Seconds SqsSource::lease() {
  const SteadyTime now = clock_.steady();
  if (!lease_ || now - lease_read_at_ > lease_age_max) {
    const Attributes attributes = client_.attributes(queue_url_);
    lease_ = Seconds{find_count(attributes, "VisibilityTimeout").value_or(lease_default.count())};
    lease_read_at_ = now;
  }
  return *lease_;
}

Depth SqsSource::depth() {
  const Attributes attributes = client_.attributes(queue_url_);
  return {.visible = count_of(attributes, "ApproximateNumberOfMessages"),
          .in_flight = count_of(attributes, "ApproximateNumberOfMessagesNotVisible"),
          .delayed = count_of(attributes, "ApproximateNumberOfMessagesDelayed")};
}

}  // namespace moretta::aws
