#include "app/queue_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/settings.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view where = "queue";

// Postgres gets 30 s for a turn before it is tried again (pg/connection.hpp); a shorter lease has
// to be extended in the middle of every slow turn.
constexpr Seconds lease_comfortable{60};
constexpr Seconds lease_least{10};  // a turn of an idle database, with the round trips around it

// A lease is renewed when half of it is over; twice that, for turns slower than all that were seen.
constexpr int lease_turns = 4;

// After a crash the messages in flight are hidden that long.
constexpr Seconds lease_long{3600};

constexpr double seconds_per_day = 86'400;

// A restart and a lost connection each may spend one receive of a good message.
constexpr int receives_least = 3;

std::string_view attribute(const aws::Attributes& attributes, std::string_view name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

// RedrivePolicy is JSON with the count as a number, or as a string from some clients.
std::optional<int> receive_count_max(std::string_view redrive_policy) {
  constexpr std::string_view key = "\"maxReceiveCount\"";
  const std::size_t at = redrive_policy.find(key);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  redrive_policy.remove_prefix(at + key.size());
  const std::size_t begin =
      std::min(redrive_policy.find_first_not_of(" :\""), redrive_policy.size());
  redrive_policy.remove_prefix(begin);
  return parse_int(redrive_policy.substr(0, redrive_policy.find_first_not_of("0123456789")));
}

void check_lease(const aws::Attributes& attributes, const TurnTime& turn, Findings& findings) {
  const auto number = parse_int(attribute(attributes, "VisibilityTimeout"));
  if (!number) {
    return;
  }
  const Seconds lease{*number};
  const Seconds enough =
      std::max(lease_comfortable, std::chrono::ceil<Seconds>(lease_turns * turn.slow));
  if (lease < enough) {
    const bool fits = lease >= lease_turns * turn.slow;
    findings.push_back(
        {.severity = lease < lease_least ? Severity::error : Severity::warning,
         .where = std::string(where),
         .what = fmt::format("its visibility timeout is {} s, and a turn takes up to {} ({}){}: "
                             "messages of a slow turn come back to others unless the lane extends "
                             "it in time, which it tries",
                             lease.count(), time_text(turn.slow), turn.how,
                             fits ? ", which fits, but not if Postgres is slow" : ""),
         .fix = fmt::format("set VisibilityTimeout to {} s or more", enough.count())});
  }
  if (lease > lease_long) {
    findings.push_back(
        {.severity = Severity::warning,
         .where = std::string(where),
         .what = fmt::format("its visibility timeout is {} s: after a crash, messages in flight "
                             "stay hidden as long",
                             lease.count()),
         .fix =
             "set VisibilityTimeout to a few minutes; leases are extended while they are needed"});
  }
}

void check_redrive(const aws::Attributes& attributes, const Config& config, Findings& findings) {
  const std::string_view policy = attribute(attributes, "RedrivePolicy");
  if (policy.empty()) {
    const bool leaves = config.on_reject == OnReject::leave;
    findings.push_back(
        {.severity = leaves ? Severity::error : Severity::warning,
         .where = std::string(where),
         .what = leaves
                     ? "it has no dead-letter queue, so that rejected messages come back for ever"
                     : "it has no dead-letter queue: a message that no worker survives comes back "
                       "until its retention ends",
         .fix = leaves ? "give it a RedrivePolicy, or set `on_reject: quarantine`"
                       : "give it a RedrivePolicy with maxReceiveCount of 5"});
    return;
  }
  const auto receives = receive_count_max(policy);
  if (receives && *receives < receives_least) {
    findings.push_back(
        {.severity = Severity::warning,
         .where = std::string(where),
         .what = fmt::format("its maxReceiveCount is {}: a restart at the wrong moment sends good "
                             "messages to the dead-letter queue",
                             *receives),
         .fix = fmt::format("set maxReceiveCount to {} or more, better 5", receives_least)});
  }
}

}  // namespace

Findings queue_findings(const aws::Attributes& attributes, const Config& config,
                        const TurnTime& turn) {
  Findings findings;
  check_lease(attributes, turn, findings);
  check_redrive(attributes, config, findings);
  return findings;
}

std::string dead_letter_queue(const aws::Attributes& attributes) {
  constexpr std::string_view key = "\"deadLetterTargetArn\"";
  std::string_view policy = attribute(attributes, "RedrivePolicy");
  const std::size_t at = policy.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  policy.remove_prefix(at + key.size());
  policy.remove_prefix(std::min(policy.find('"'), policy.size()));
  policy = policy.substr(0, policy.find('"', 1));  // the quote, then the ARN
  const std::size_t colon = policy.rfind(':');
  return std::string(colon == std::string_view::npos ? "" : policy.substr(colon + 1));
}

Findings dead_letter_findings(const aws::Attributes& queue, const aws::Attributes& dead_letters) {
  const auto own = parse_int(attribute(queue, "MessageRetentionPeriod"));
  const auto after = parse_int(attribute(dead_letters, "MessageRetentionPeriod"));
  if (!own || !after || *after > *own) {
    return {};
  }
  return {{.severity = Severity::warning,
           .where = std::string(where),
           .what = fmt::format(
               "its dead-letter queue keeps messages for {:.3g} days, the queue itself for {:.3g}: "
               "the days count from the first sending, so what arrives there late is deleted soon",
               *after / seconds_per_day, *own / seconds_per_day),
           .fix = "set MessageRetentionPeriod of the dead-letter queue to 1209600 (14 days), and "
                  "that of the queue below it"}};
}

}  // namespace moretta::app
