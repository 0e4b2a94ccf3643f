#include "app/demo/report.hpp"

#include <fmt/format.h>

#include "app/text_table.hpp"
#include "pg/conninfo.hpp"

namespace moretta::app {

namespace {

constexpr int indent = 3;
constexpr int cell_columns = 20;  // the whole table on a terminal of 120 columns

std::string counted(const Totals& totals) {
  std::string text = fmt::format("{} received: {} stored", totals.received, totals.stored);
  if (totals.duplicate > 0) {
    text += fmt::format(", {} duplicate", totals.duplicate);
  }
  if (totals.quarantined > 0) {
    text += fmt::format(", {} quarantined", totals.quarantined);
  }
  if (totals.returned > 0) {
    text += fmt::format(", {} returned", totals.returned);
  }
  return text;
}

}  // namespace

bool DemoResult::is_good() const {
  const bool once =
      !second_drain || (second_drain->totals.stored == 0 && second_drain->totals.quarantined == 0 &&
                        adds_up(second_drain->totals));
  return adds_up(drain.totals) && drain.totals.returned == 0 && once &&
         found_after.rows == found.rows && found_after.quarantined == found.quarantined &&
         !recovery.original.empty() && !recovery.refusal.empty();
}

std::string introduction(const DemoStage& stage, std::int64_t waiting) {
  return fmt::format(
      "moretta demo: login events from a queue into Postgres, masked, each exactly once\n\n"
      "1  queue       {}\n"
      "               {} messages waiting{}\n"
      "2  database    {}\n"
      "               table {}{}\n",
      stage.queue_url(), waiting,
      stage.has_own_queue() ? ", in our own SQS-compatible queue" : ", yours (QUEUE_URL)",
      pg::Conninfo(stage.database()).shown(), stage.config().table.name,
      stage.has_own_database() ? ", in a throwaway Postgres of this machine"
                               : ", yours (DATABASE_URL)");
}

std::string told_drain(const DemoResult& result) {
  std::string text = fmt::format("3  drain       {}, in {:.2f} s\n\n", counted(result.drain.totals),
                                 result.drain.seconds);
  text += fmt::format("   The table has {} rows, {} of them different. The first ones:\n\n",
                      result.found.rows, result.found.distinct_rows);
  text += text_table(result.found.first_rows, indent, cell_columns);
  if (result.found.quarantine.size() > 1) {
    text += "\n   In quarantine, with its body sealed under the key:\n\n";
    text += text_table(result.found.quarantine, indent, 36);
  }
  return text + "\n";
}

std::string told_second_drain(const DemoResult& result) {
  if (!result.second_drain) {
    return "4  once more   skipped: only our own queue can be made to deliver deleted messages "
           "again\n";
  }
  return fmt::format(
      "4  once more   every message delivered again, as SQS may: {}\n"
      "               the table still has {} rows; the queue is empty\n",
      counted(result.second_drain->totals), result.found_after.rows);
}

std::string told_recovery(const DemoResult& result) {
  const DemoRecovery& recovery = result.recovery;
  return fmt::format(
      "5  recover     {} {}\n"
      "               moretta-unmask with the key: {}\n"
      "               with another key: {}\n\n",
      recovery.what.column, recovery.what.token,
      recovery.original.empty() ? "NOT RECOVERED" : recovery.original,
      recovery.refusal.empty() ? "NOT REFUSED" : recovery.refusal);
}

std::string told_next(const std::string& program, const std::string& preset) {
  std::string text;
  if (preset == "logins") {
    text +=
        "The preset `logins` makes MD5 tokens, as its first user asked; all IPv4 addresses under "
        "MD5 are\n"
        "guessed in about a minute. `logins-keyed` is as easy to join and is not guessed without "
        "the key.\n\n";
  }
  text += fmt::format(
      "The same with your own queue and table:\n\n"
      "   {0} init --preset logins-keyed > moretta.yaml    # then edit it\n"
      "   export QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123456789012/logins\n"
      "   export DATABASE_URL=postgresql://user:password@host/database\n"
      "   export SECRET_KEY=$(openssl rand -hex 32)         # keep it: it opens what it masks\n"
      "   {0} schema --apply && {0} check --connect\n"
      "   {0} drain          # until the queue is empty; `run` goes on until it is stopped\n",
      program);
  return text;
}

std::string result_json(const DemoResult& result) {
  return fmt::format(
      R"({{"good":{},"drain":{},"second_drain":{},"rows":{},"distinct_rows":{},"quarantined":{},)"
      R"("recovered":{},"refused_without_key":{}}})",
      result.is_good(), summary_json(result.drain),
      result.second_drain ? summary_json(*result.second_drain) : "null", result.found_after.rows,
      result.found_after.distinct_rows, result.found_after.quarantined,
      !result.recovery.original.empty(), !result.recovery.refusal.empty());
}

}  // namespace moretta::app
