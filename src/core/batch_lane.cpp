#include "core/batch_lane.hpp"

#include <algorithm>

#include "core/outage.hpp"

namespace moretta {

namespace {

// A batch may point to much more than fits into memory at once.
void forget_payloads(std::span<Message> messages) {
  for (Message& message : messages) {
    if (!message.payload.empty()) {
      wipe(message.body);
      message.body.shrink_to_fit();
    }
  }
}

}  // namespace

BatchLane::BatchLane(const Parts& parts, const BatchSettings& settings)
    : parts_(parts), settings_(settings) {}

BatchResult BatchLane::run(std::span<Message> messages, SteadyTime until) {
  BatchResult result{.outcomes = std::vector(messages.size(), Outcome::returned), .refused = {}};
  parts_.tally.received(messages.size());
  const std::size_t turn_rows =
      settings_.rules.order == Order::by_group ? messages.size() : settings_.turn_rows_max;
  try {
    std::size_t done = 0;
    while (done < messages.size()) {
      const auto slice = messages.subspan(done, std::min(turn_rows, messages.size() - done));
      const std::optional<TurnResult> written = turn(slice, until);
      if (!written) {
        break;
      }
      std::ranges::copy(written->outcomes,
                        result.outcomes.begin() + static_cast<std::ptrdiff_t>(done));
      for (const Reject& reject : written->rejects) {
        parts_.tally.rejected(reject);
      }
      parts_.tally.conflicted(written->conflicts);
      if (parts_.payloads != nullptr) {
        parts_.payloads->settled(slice, written->outcomes);
        forget_payloads(slice);
      }
      done += slice.size();
    }
  } catch (const Refused& error) {
    is_open_ = false;  // whoever mends the database may have made another of it
    result.refused = error;
  }
  for (const Outcome outcome : result.outcomes) {
    parts_.tally.settled(outcome);
  }
  parts_.tally.turn_done(0, parts_.clock.steady());
  return result;
}

// nullopt: there was no time for it.
std::optional<TurnResult> BatchLane::turn(std::span<Message> messages, SteadyTime until) {
  OutageSpell spell(parts_.database_outage);
  Backoff backoff(settings_.retry, parts_.random);
  while (parts_.clock.steady() < until) {
    try {
      if (!is_open_) {
        parts_.sink.open();
        is_open_ = true;
      }
      if (parts_.payloads != nullptr) {
        parts_.payloads->fetch(messages);
      }
      TurnResult result = run_turn(messages, parts_.transform, settings_.rules, parts_.sink);
      spell.over();
      return result;
    } catch (const Unavailable& error) {
      spell.begin(error.what());
    }
    const SteadyTime now = parts_.clock.steady();
    const Millis left = until > now ? std::chrono::ceil<Millis>(until - now) : Millis{0};
    parts_.clock.sleep(std::min(backoff.next(), left), {});
  }
  return std::nullopt;
}

}  // namespace moretta
