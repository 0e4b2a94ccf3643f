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

// After a crash the messages in flight are hidden that long.
constexpr Seconds lease_long{3600};

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

void check_lease(const aws::Attributes& attributes, Findings& findings) {
  const auto number = parse_int(attribute(attributes, "VisibilityTimeout"));
  if (!number) {
    return;
  }
  const Seconds lease{*number};
  if (lease < lease_comfortable) {
    findings.push_back(
        {.severity = lease < lease_least ? Severity::error : Severity::warning,
         .where = std::string(where),
         .what = fmt::format("its visibility timeout is {} s: messages of a slow turn come back to "
                             "others unless the lane extends it in time, which it tries",
                             lease.count()),
         .fix = fmt::format("set VisibilityTimeout to {} s or more", lease_comfortable.count())});
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

Findings queue_findings(const aws::Attributes& attributes, const Config& config) {
  Findings findings;
  check_lease(attributes, findings);
  check_redrive(attributes, config, findings);
  return findings;
}

}  // namespace moretta::app
