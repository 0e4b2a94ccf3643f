#include "app/connect_check.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "app/aws_access.hpp"
#include "app/job.hpp"
#include "app/key_use.hpp"
#include "app/manifest/manifest_table.hpp"
#include "app/queue_check.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "pg/check.hpp"
#include "pg/connection_room.hpp"
#include "pg/schema.hpp"

namespace moretta::app {

namespace {

Finding refused(const std::string& where, const Refused& error) {
  return {.severity = Severity::error, .where = where, .what = error.what(), .fix = error.hint()};
}

Finding unavailable(const std::string& where, const Unavailable& error) {
  return {.severity = Severity::error,
          .where = where,
          .what = error.what(),
          .fix = "is it running, and can this machine reach it?"};
}

Finding ours(const pg::Finding& finding) {
  return {.severity = finding.severity == pg::Severity::error ? Severity::error : Severity::warning,
          .where = finding.subject,
          .what = finding.what,
          .fix = finding.fix};
}

Findings table_findings(pg::Connection& connection, const Config& config) {
  const auto found = pg::check(
      connection, {.tables = pg::tables_beside(pg::parse_table_name(config.table.name)),
                   .mapping = config.table.mapping,
                   .policies = config.table.policies,
                   .key_id = config.keys.id,
                   .ledger = config.ledger == Ledger::on ? pg::Ledger::on : pg::Ledger::off,
                   .rejects = config.on_reject == OnReject::quarantine ? pg::Rejects::quarantined
                                                                       : pg::Rejects::left,
                   .keys = key_uses(config),
                   .business_key = config.table.key});
  Findings findings;
  std::transform(found.begin(), found.end(), std::back_inserter(findings), ours);
  if (keeps_manifest(config)) {
    const pg::TableName target = pg::parse_table_name(config.table.name);
    if (auto closed = ManifestTable(connection, target).closed()) {
      findings.push_back({.severity = Severity::warning,
                          .where = pg::manifest_beside(target).shown(),
                          .what = std::move(closed->what),
                          .fix = std::move(closed->fix)});
    }
  }
  return findings;
}

Findings look_at_dead_letters(const aws::Attributes& queue, aws::SqsClient& client) {
  const std::string name = dead_letter_queue(queue);
  if (name.empty()) {
    return {};
  }
  try {
    return dead_letter_findings(queue, client.attributes(client.queue_url(name)));
  } catch (const std::exception& error) {
    return {{.severity = Severity::warning,
             .where = "queue",
             .what = fmt::format("cannot look at its dead-letter queue: {}", error.what()),
             .fix = "allow sqs:GetQueueUrl and sqs:GetQueueAttributes on it, for this check"}};
  }
}

Message pointer_to_nothing(const std::string& bucket) {
  Message message;
  message.body = fmt::format(
      R"(["software.amazon.payloadoffloading.PayloadS3Pointer",{{"s3BucketName":{},"s3Key":"{}"}}])",
      json_string(bucket), "moretta-check/there-is-no-such-object");
  message.attributes = {{.name = "ExtendedPayloadSize", .type = "Number", .value = "1"}};
  return message;
}

void look_at_bucket(const std::string& bucket, Payloads& payloads, Findings& findings) {
  Message message = pointer_to_nothing(bucket);
  try {
    payloads.fetch({&message, 1});
  } catch (const Refused& error) {
    findings.push_back(refused("payloads", error));
    return;
  } catch (const Unavailable& error) {
    findings.push_back(unavailable("payloads", error));
    return;
  }
  if (message.fault == Reason::payload_denied) {
    findings.push_back(
        {.severity = Severity::warning,
         .where = "payloads",
         .what = fmt::format("bucket {}: these AWS credentials may not read its objects, or not "
                             "hear of those that are missing; S3 does not say which, and without "
                             "an object there is no telling",
                             bucket),
         .fix = "allow s3:GetObject on the bucket's objects and s3:ListBucket on the bucket"});
  }
}

}  // namespace

Findings look_at_queue(const Config& config, const TurnTime& turn, World& world,
                       const std::stop_token& stop) {
  try {
    Log log(LogFormat::text, LogLevel::off);
    QueueAccess access(config, world.environment, aws::MissingQueue::refuse, world.clock, log);
    access.stop_with(stop);
    QueueConnection connection(access, world.clock, log);
    const aws::Attributes attributes = connection.client().attributes(connection.url());
    Findings findings = queue_findings(attributes, config, turn);
    Findings more = look_at_dead_letters(attributes, connection.client());
    std::ranges::move(more, std::back_inserter(findings));
    return findings;
  } catch (const Refused& error) {
    return {refused("queue", error)};
  } catch (const Unavailable& error) {
    return {unavailable("queue", error)};
  }
}

Findings look_at_payloads(const Config& config, World& world) {
  Findings findings;
  try {
    Log log(LogFormat::text, LogLevel::off);
    std::optional<AwsAccess> aws;
    for (const std::string& bucket : config.payloads.buckets) {
      if (!aws) {
        aws.emplace(world.environment, world.clock, log);
      }
      const auto payloads = open_payloads(config, *aws, config.queue.region, world.clock, log);
      look_at_bucket(bucket, *payloads, findings);
    }
  } catch (const Refused& error) {
    findings.push_back(refused("payloads", error));
  }
  return findings;
}

Findings look_at_database(const Config& config, int workers, const std::stop_token& stop,
                          Seconds connect_timeout) {
  try {
    const pg::Conninfo conninfo = conninfo_of(config);
    const auto unless_stopped = [&stop] {
      if (stop.stop_requested()) {
        throw Unavailable("stopped");
      }
    };
    unless_stopped();
    pg::Connection connection(conninfo, {.purpose = "moretta check",
                                         .while_waiting = unless_stopped,
                                         .connect_timeout = connect_timeout});
    Findings findings = table_findings(connection, config);
    const std::int64_t wanted = std::int64_t{workers} * config.lanes.count;
    std::ranges::transform(pg::check_room(connection, wanted), std::back_inserter(findings), ours);
    return findings;
  } catch (const Refused& error) {
    return {refused("database", error)};
  } catch (const Unavailable& error) {
    return {unavailable("database", error)};
  }
}

}  // namespace moretta::app
