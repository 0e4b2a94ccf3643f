#include "app/status/status_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/status/json_writer.hpp"
#include "documents.hpp"

namespace moretta::app {

namespace {

// A plot of a hundred pixels shows no more, and an hour has thousands of them.
double plotted_share(double share) {
  return std::round(share * 1000) / 1000;
}

void write_messages(const Readings& readings, JsonWriter& out) {
  const Totals& totals = readings.totals;
  out.key("messages").object();
  out.member("received", totals.received).member("stored", totals.stored);
  out.member("duplicate", totals.duplicate).member("quarantined", totals.quarantined);
  out.member("returned", totals.returned).member("in_flight", totals.in_flight());
  out.member("conflicts", totals.conflicts).member("unsettled", totals.unsettled).end_object();
}

void write_rejects(const JobFacts& facts, const Readings& readings, JsonWriter& out) {
  out.key("rejects").array();
  for (std::size_t column = 0; column < readings.rejects.size(); ++column) {
    for (std::size_t reason = 0; reason < reason_count; ++reason) {
      if (const std::int64_t count = readings.rejects[column][reason]; count > 0) {
        const std::string_view code = reason_code(static_cast<Reason>(reason));
        out.object().member("reason", code);
        out.member("column", column < facts.columns.size() ? facts.columns[column] : "");
        out.member("count", count).member("advice", advice_for(code)).end_object();
      }
    }
  }
  out.end_array();
}

void write_stages(const Flow& flow, JsonWriter& out) {
  out.key("stages").array();
  for (std::size_t i = 0; i < stage_count; ++i) {
    const StageFlow& stage = flow.stages[i];
    out.object().member("name", stage_name(static_cast<Stage>(i))).member("rate", stage.rate);
    out.member("p50_ms", stage.p50_ms).member("p99_ms", stage.p99_ms);
    out.member("utilisation", stage.utilisation).member("errors", stage.errors).end_object();
  }
  out.end_array();
}

void write_lanes(const Readings& readings, JsonWriter& out) {
  out.key("lanes").array();
  for (const LaneReading& lane : readings.lanes) {
    const auto since =
        lane.since == SteadyTime{} ? SteadyTime::duration{} : readings.steady - lane.since;
    out.object().member("phase", phase_name(lane.phase));
    out.member("seconds", std::chrono::duration<double>(since).count());
    out.member("messages", lane.messages).end_object();
  }
  out.end_array();
}

void write_queue(const Readings& readings, JsonWriter& out) {
  out.key("queue").object();
  if (readings.depth) {
    out.member("visible", readings.depth->visible).member("in_flight", readings.depth->in_flight);
    out.member("delayed", readings.depth->delayed);
  }
  out.end_object();
  out.key("sqs").object();
  for (std::size_t i = 0; i < readings.sqs.requests.size(); ++i) {
    out.member(aws::counted_operations[i], readings.sqs.requests[i]);
  }
  out.member("empty_receives", readings.sqs.empty_receives);
  out.member("failures", readings.sqs.failures);
  if (const auto usd = usd_per_million_messages(readings)) {
    out.member("usd_per_million", *usd);
  }
  out.end_object();
}

void write_database(const JobFacts& facts, const Readings& readings, JsonWriter& out) {
  const pg::SinkReading& sink = readings.sink;
  out.key("database").object();
  out.member("reconnects", std::max<std::int64_t>(0, sink.connections - facts.lanes));
  out.member("ledger_rows", sink.ledger_rows).member("vault_rows", sink.vault_rows);
  out.member("quarantine_rows", sink.quarantine_rows).end_object();
}

double oldest_seconds(const Readings& readings) {
  Millis oldest{0};
  for (const LaneReading& lane : readings.lanes) {
    if (lane.oldest) {
      oldest = std::max(oldest, readings.wall - *lane.oldest);
    }
  }
  return std::chrono::duration<double>(oldest).count();
}

}  // namespace

std::string_view advice_for(std::string_view reason) {
  const std::string_view text = embedded::reasons_md;
  const std::size_t section = text.find(fmt::format("## `{}`\n", reason));
  if (section == std::string_view::npos) {
    return {};
  }
  constexpr std::string_view mark = "*To do:* ";
  const std::size_t end = std::min(text.find("\n## ", section), text.size());
  const std::size_t found = text.substr(0, end).find(mark, section);
  if (found == std::string_view::npos) {
    return {};
  }
  const std::size_t start = found + mark.size();
  return text.substr(start, std::min(text.find("\n\n", start), end) - start);
}

std::string status_json(const JobFacts& facts, const Readings& readings, const Flow& flow) {
  JsonWriter out;
  out.object().member("version", facts.version).member("config", facts.fingerprint);
  out.member("queue_name", facts.queue).member("table", facts.table);
  out.member("key_id", facts.key_id);
  out.member("time_ms", readings.wall.time_since_epoch().count());
  out.member("uptime_seconds", readings.uptime_seconds);
  out.member("state", state_word(state_of(readings))).member("says", state_text(readings));
  out.member("rate", flow.rate).member("lag_p50", flow.lag_p50).member("lag_p99", flow.lag_p99);
  out.member("hold", flow.hold).member("wait", flow.wait);
  out.member("bottleneck", bottleneck(flow));
  out.member("oldest_seconds", oldest_seconds(readings));
  out.member("turns", readings.totals.turns).member("held", readings.times.held);
  const HistogramCounts& span = readings.times.span;
  out.key("turn").object().member("count", span.count);
  out.member("p50_ms", static_cast<double>(span.quantile(0.5)) * 1e-6);
  out.member("p99_ms", static_cast<double>(span.quantile(0.99)) * 1e-6).end_object();
  write_messages(readings, out);
  write_rejects(facts, readings, out);
  write_stages(flow, out);
  write_lanes(readings, out);
  write_queue(readings, out);
  write_database(facts, readings, out);
  out.key("process").object().member("cpu_seconds", readings.process.cpu_seconds);
  out.member("resident_bytes", readings.process.resident_bytes).end_object();
  return out.end_object().take();
}

std::string tap_json(std::span<const TapItem> items) {
  constexpr std::array<std::string_view, 3> kinds = {"stored", "duplicate", "reject"};
  JsonWriter out;
  out.object().member("last", items.empty() ? 0 : items.back().number).key("items").array();
  for (const TapItem& item : items) {
    out.object().member("number", item.number);
    out.member("time_ms", item.at.time_since_epoch().count()).member("lane", item.lane);
    out.member("kind", kinds.at(static_cast<std::size_t>(item.kind)));
    out.key("shown").json(item.text).end_object();
  }
  return out.end_array().end_object().take();
}

std::string history_json(std::span<const Moment> moments) {
  JsonWriter out;
  const auto column = [&](std::string_view name, auto&& value_of) {
    out.key(name).array();
    for (const Moment& moment : moments) {
      out.value(value_of(moment));
    }
    out.end_array();
  };
  out.object().member("step_seconds", Observer::step.count());
  column("t", [](const Moment& m) { return m.at.time_since_epoch().count(); });
  column("rate", [](const Moment& m) { return m.flow.rate; });
  column("rejects", [](const Moment& m) { return m.flow.rejects; });
  column("lag_p50", [](const Moment& m) { return m.flow.lag_p50; });
  column("lag_p99", [](const Moment& m) { return m.flow.lag_p99; });
  column("depth", [](const Moment& m) { return m.depth ? m.depth->visible : -1; });
  for (std::size_t i = 0; i < stage_count; ++i) {
    column(stage_name(static_cast<Stage>(i)),
           [i](const Moment& m) { return plotted_share(m.flow.stages[i].utilisation); });
  }
  column("hold", [](const Moment& m) { return plotted_share(m.flow.hold); });
  return out.end_object().take();
}

}  // namespace moretta::app
