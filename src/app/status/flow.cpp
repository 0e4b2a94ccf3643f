#include "app/status/flow.hpp"

#include <algorithm>

namespace moretta::app {

namespace {

constexpr double waiting_little = 0.1;  // of the lanes' time: messages come faster than they go

std::int64_t sum(const RejectCounts& counts) {
  std::int64_t all = 0;
  for (const std::int64_t count : counts) {
    all += count;
  }
  return all;
}

std::int64_t rejected(const Readings& readings, Reason reason) {
  return readings.totals.rejects[static_cast<std::size_t>(reason)];
}

std::int64_t ended(const Totals& totals) {
  return totals.received - totals.in_flight();
}

HistogramCounts between(HistogramCounts after, const HistogramCounts& before) {
  after -= before;
  return after;
}

double ms(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) * 1e-6;
}

}  // namespace

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, stage_count> names = {"receive", "decode", "mask", "write",
                                                               "settle"};
  return names.at(static_cast<std::size_t>(stage));
}

Flow flow_between(const Readings& before, const Readings& after) {
  Flow flow;
  flow.seconds =
      std::max(1e-3, std::chrono::duration<double>(after.steady - before.steady).count());
  const auto rate = [&](std::int64_t then, std::int64_t now) {
    return static_cast<double>(now - then) / flow.seconds;
  };
  const double lane_ns =
      flow.seconds * 1e9 * static_cast<double>(std::max<std::size_t>(1, after.lanes.size()));
  const auto share = [&](Phase phase) {
    const std::int64_t spent = phase_ns(after, phase) - phase_ns(before, phase);
    return std::clamp(static_cast<double>(spent) / lane_ns, 0.0, 1.0);
  };

  flow.rate = rate(ended(before.totals), ended(after.totals));
  flow.stored = rate(before.totals.stored, after.totals.stored);
  flow.rejects = rate(sum(before.totals.rejects), sum(after.totals.rejects));
  flow.hold = share(Phase::hold);
  flow.wait = share(Phase::idle) + share(Phase::wait);
  const HistogramCounts lag = between(after.times.lag, before.times.lag);
  flow.lag_p50 = static_cast<double>(lag.quantile(0.5)) * 1e-3;
  flow.lag_p99 = static_cast<double>(lag.quantile(0.99)) * 1e-3;

  const auto put = [&](Stage stage, const HistogramCounts& now, const HistogramCounts& then,
                       double per_second, double utilisation, std::int64_t errors) {
    const HistogramCounts counts = between(now, then);
    flow.stages[static_cast<std::size_t>(stage)] = {.rate = per_second,
                                                    .p50_ms = ms(counts.quantile(0.5)),
                                                    .p99_ms = ms(counts.quantile(0.99)),
                                                    .utilisation = utilisation,
                                                    .errors = errors};
  };
  const StageTimes& now = after.times;
  const StageTimes& then = before.times;
  const double received = rate(before.totals.received, after.totals.received);
  const std::int64_t all_rejects = sum(after.totals.rejects);
  const std::int64_t mask_failed = rejected(after, Reason::mask_failed);
  const std::int64_t refused = rejected(after, Reason::refused_by_table);
  // The two halves of preparing are told apart by the messages that were timed.
  const auto decode_ns = static_cast<double>(now.decode.sum - then.decode.sum);
  const auto mask_ns = static_cast<double>(now.mask.sum - then.mask.sum);
  const double decode_part = decode_ns + mask_ns > 0 ? decode_ns / (decode_ns + mask_ns) : 0.5;
  const double prepare = share(Phase::prepare);
  put(Stage::receive, now.receive, then.receive, received, share(Phase::receive),
      now.failed_receives);
  put(Stage::decode, now.decode, then.decode, received, prepare * decode_part,
      all_rejects - mask_failed - refused);
  put(Stage::mask, now.mask, then.mask, received, prepare * (1 - decode_part), mask_failed);
  put(Stage::write, now.write, then.write, flow.rate, share(Phase::write),
      now.failed_writes + refused);
  put(Stage::settle, now.settle, then.settle, flow.rate, share(Phase::settle),
      after.totals.unsettled);
  return flow;
}

std::string_view bottleneck(const Flow& flow) {
  if (flow.wait + flow.hold > waiting_little) {
    return {};
  }
  const auto busiest = std::ranges::max_element(flow.stages, {}, &StageFlow::utilisation);
  return stage_name(static_cast<Stage>(busiest - flow.stages.begin()));
}

}  // namespace moretta::app
