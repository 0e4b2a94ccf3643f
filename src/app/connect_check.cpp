#include "app/connect_check.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/job.hpp"
#include "app/key_use.hpp"
#include "app/queue_check.hpp"
#include "base/errors.hpp"
#include "pg/check.hpp"
#include "pg/connection_room.hpp"

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
