#include "app/status/metric.hpp"

#include <array>

namespace moretta::app {

namespace {

constexpr auto counter = MetricType::counter;
constexpr auto gauge = MetricType::gauge;
constexpr auto histogram = MetricType::histogram;

constexpr std::array<MetricFacts, metric_count> catalogue = {{
    {"moretta_messages_received_total", counter, "messages", "",
     "Messages that the queue gave, redeliveries included"},
    {"moretta_messages_total", counter, "messages", "outcome",
     "Messages by how they ended: stored, duplicate, quarantined or returned; with those in flight "
     "they add up to the received"},
    {"moretta_messages_in_flight", gauge, "messages", "",
     "Messages received and not yet ended: received minus all outcomes"},
    {"moretta_lane_messages", gauge, "messages", "",
     "Messages that lanes have in hand, as they count them; but for moments it equals those in "
     "flight, else something was lost track of"},
    {"moretta_messages_unsettled_total", counter, "messages", "",
     "Messages that ended but could not be deleted or returned; the queue gives them again, the "
     "ledger absorbs them"},
    {"moretta_key_conflicts_total", counter, "messages", "",
     "Rows whose business key was there already and which `table.on_conflict` settled: counted as "
     "duplicate too if it ignores them, as stored if it updates"},
    {"moretta_rejects_total", counter, "messages", "reason, column",
     "Messages that gave no row, by reason (docs/reasons.md) and the column at fault, empty if it "
     "is the whole message"},
    {"moretta_turns_total", counter, "turns", "", "Turns finished: one transaction each"},
    {"moretta_turn_messages", histogram, "messages", "", "Messages of a turn"},
    {"moretta_turn_seconds", histogram, "seconds", "",
     "From the receive of a turn's messages until they are deleted; an outage does not count"},
    {"moretta_stage_seconds", histogram, "seconds", "stage",
     "Time of a stage: receive (a call that does not wait), decode and mask (a message, the mean "
     "of "
     "those made at once), write (a transaction), settle (a turn)"},
    {"moretta_lag_seconds", histogram, "seconds", "",
     "From the queue's SentTimestamp to the commit, of each stored message"},
    {"moretta_oldest_message_age_seconds", gauge, "seconds", "",
     "Age of the oldest message in flight, by its SentTimestamp; 0 if there is none"},
    {"moretta_lane_seconds_total", counter, "seconds", "phase",
     "Time of all lanes by what they were at: idle, wait (a long poll), receive, prepare (decode "
     "and mask), write, hold (the database is away), settle"},
    {"moretta_lanes", gauge, "lanes", "phase", "Lanes by what they are at"},
    {"moretta_standstill_seconds", gauge, "seconds", "",
     "Time since the least lively lane last began something else, or a loop beside the lanes last "
     "rested, if that is longer; /healthz fails above 180"},
    {"moretta_outage", gauge, "", "of",
     "1 while lanes wait for the queue or the database to come back, else 0"},
    {"moretta_failures_total", counter, "calls", "side",
     "Tries that failed and are repeated: receives from the queue, writes to the database"},
    {"moretta_messages_held_total", counter, "messages", "",
     "Leases extended while the database was away, a message each"},
    {"moretta_queue_messages", gauge, "messages", "state",
     "The queue's own approximate counts: visible, in_flight (at any consumer), delayed"},
    {"moretta_sqs_requests_total", counter, "requests", "operation",
     "Requests made to SQS, which bills them"},
    {"moretta_sqs_empty_receives_total", counter, "requests", "",
     "Receives that brought no message"},
    {"moretta_sqs_failures_total", counter, "requests", "",
     "Requests to SQS without an answer, or with an error for an answer; they are tried again"},
    {"moretta_sqs_usd_per_million_messages", gauge, "USD", "",
     "What SQS asks for a million messages at the requests made so far, at 0.40 USD for a million "
     "requests"},
    {"moretta_database_reconnects_total", counter, "connections", "",
     "Database connections opened after each lane's first"},
    {"moretta_table_rows_estimate", gauge, "rows", "table",
     "Rows of ledger, vault and quarantine as Postgres estimates them, read every five minutes"},
    {"moretta_key_info", gauge, "", "key_id", "1 for the key that makes tokens"},
    {"moretta_build_info", gauge, "", "version, config",
     "1, with the version and the fingerprint of the configuration"},
    {"process_cpu_seconds_total", counter, "seconds", "", "User and system time of the process"},
    {"process_resident_memory_bytes", gauge, "bytes", "", "Resident memory of the process"},
    {"process_open_fds", gauge, "descriptors", "", "Open file descriptors of the process"},
    {"process_start_time_seconds", gauge, "seconds", "",
     "When the job began, in seconds since 1970"},
}};

}  // namespace

const MetricFacts& facts_of(Metric metric) {
  return catalogue.at(static_cast<std::size_t>(metric));
}

std::span<const MetricFacts> metric_catalogue() {
  return catalogue;
}

std::string_view type_word(MetricType type) {
  constexpr std::array<std::string_view, 3> words = {"counter", "gauge", "histogram"};
  return words.at(static_cast<std::size_t>(type));
}

}  // namespace moretta::app
