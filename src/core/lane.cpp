#include "core/lane.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "record/trace_context.hpp"

namespace moretta {

namespace {

// Renew when half of a lease has passed: the other half is for slow answers and tries that fail.
constexpr int lease_parts = 2;

// SQS hides a message for at most 12 hours from its receive.
constexpr Seconds hidden_max{43'200};

// Of what is given back in trouble: whoever receives it at once would most likely meet the same,
// and each receive counts against the redrive policy.
constexpr Seconds return_delay{10};

std::size_t body_bytes(std::span<const Message> messages) {
  return std::accumulate(
      messages.begin(), messages.end(), std::size_t{0},
      [](std::size_t bytes, const Message& message) { return bytes + message.body.size(); });
}

// However a turn ends, its clear text ends with it.
struct ForgetBodies {
  std::vector<Message>& messages;
  ~ForgetBodies() { wipe_bodies(messages); }
};

}  // namespace

Lane::Lane(int id, const Own& own, const Shared& shared, const LaneSettings& settings)
    : id_(id), own_(own), shared_(shared), settings_(settings), demand_(settings.demand) {}

void Lane::run(const std::stop_token& stop) {
  stop_ = stop;
  if (!open(stop)) {
    return;
  }
  while (!stop.stop_requested()) {
    if ((is_sink_lost_ || shared_.database_outage.is_on()) && !open_sink(stop)) {
      return;
    }
    is_sink_lost_ = false;
    std::vector<Message> messages = receive(stop);
    const ForgetBodies forget{messages};
    const std::size_t progress = messages.empty() ? 0 : turn(messages, stop);
    if (is_done(progress)) {
      return;
    }
  }
}

// Queue and database, before the first message is taken: an outage at the start costs no receive.
bool Lane::open(const std::stop_token& stop) {
  return await(
             shared_.queue_outage, [this] { lease_ = own_.source.lease(); }, stop) &&
         open_sink(stop);
}

// Also while another lane cannot write: this one takes nothing before it knows that it could.
bool Lane::open_sink(const std::stop_token& stop) {
  return await(
      shared_.database_outage, [this] { own_.sink.open(); }, stop);
}

// Until it is there; false if stopped before.
bool Lane::await(Outage& outage, const std::function<void()>& reach, const std::stop_token& stop) {
  OutageSpell spell(outage);
  Backoff backoff(settings_.retry, own_.random);
  do {
    try {
      reach();
      spell.over();
      return true;
    } catch (const Unavailable& error) {
      spell.begin(error.what());
    }
  } while (shared_.clock.sleep(backoff.next(), stop));
  return false;
}

std::vector<Message> Lane::receive(const std::stop_token& stop) {
  OutageSpell spell(shared_.queue_outage);
  Backoff backoff(settings_.retry, own_.random);
  do {
    try {
      Ask ask = demand_.next();
      ask.stop = stop;
      const IdleWatch::Hold watch(ask.wait > Seconds{0} ? shared_.idle_watch : nullptr, stop);
      std::vector<Message> messages = own_.source.receive(ask);
      own_.tally.received(messages.size());
      demand_.learn(messages.size(), body_bytes(messages));
      spell.over();
      return messages;
    } catch (const Unavailable& error) {
      spell.begin(error.what());
      demand_.learn(0, 0);
    }
  } while (shared_.clock.sleep(backoff.next(), stop));
  return {};
}

// Gives the number of messages that are dealt with: not those given back, nor those left to the
// redrive policy that we had left before.
std::size_t Lane::turn(std::span<Message> messages, const std::stop_token& stop) {
  try {
    if (const std::optional<TurnResult> result = write(messages, stop)) {
      return settle(messages, *result);
    }
  } catch (const Refused&) {
    give_back(messages);
    throw;
  }
  is_sink_lost_ = true;
  give_back(messages);
  return 0;
}

std::optional<TurnResult> Lane::write(std::span<Message> messages, const std::stop_token& stop) {
  held_ = held(messages);
  const LetGo let_go{held_};
  std::optional<TurnResult> result;
  if (own_.payloads != nullptr) {
    const auto fetch = [&] {
      own_.payloads->fetch(messages);
    };
    keep_leases(*held_);  // a long poll may have used up a part
    if (!persist(shared_.queue_outage, fetch, stop)) {
      return result;
    }
  }
  const auto store = [&] {
    result = run_turn(messages, own_.transform, settings_.rules, own_.sink);
  };
  persist(shared_.database_outage, store, stop);
  return result;
}

// Tries until the step is done, somebody stops us, or the queue would hide the messages no longer:
// then nothing comes back. They stay ours meanwhile.
bool Lane::persist(Outage& outage, const std::function<void()>& step, const std::stop_token& stop) {
  OutageSpell spell(outage);
  Backoff backoff(settings_.retry, own_.random);
  do {
    try {
      step();
      spell.over();
      return true;
    } catch (const Unavailable& error) {
      spell.begin(error.what());
    }
  } while (keep_leases(*held_) &&
           shared_.clock.sleep(std::min(backoff.next(), Millis(lease_) / (2 * lease_parts)), stop));
  return false;
}

void Lane::while_waiting() {
  if (held_ && !keep_leases(*held_)) {
    throw Unavailable("the database did not answer while the queue would hide the messages");
  }
  if (!stop_.stop_requested()) {
    return;
  }
  const SteadyTime now = shared_.clock.steady();
  if (!written_until_) {
    written_until_ = now + settings_.stop_grace;
  }
  if (now >= *written_until_) {
    throw Unavailable("the database did not answer before the time to stop was over");
  }
}

Lane::Held Lane::held(std::span<const Message> messages) const {
  const SteadyTime asked_at = std::ranges::min_element(messages, {}, &Message::asked_at)->asked_at;
  return {.messages = messages,
          .leased_until = asked_at + lease_,
          .hidden_until = asked_at + hidden_max};
}

// False if the queue would not let us.
bool Lane::keep_leases(Held& held) {
  const SteadyTime now = shared_.clock.steady();
  if (held.leased_until - now > lease_ / lease_parts) {
    return true;
  }
  if (now + lease_ > held.hidden_until) {
    shared_.log.warn("held_too_long", {{"lane", id_}, {"messages", held.messages.size()}});
    return false;
  }
  const std::size_t lost = own_.source.hold(held.messages, lease_);
  held.leased_until = now + lease_;
  if (lost > 0 && !std::exchange(held.is_loss_said, true)) {
    // Harmless: who gets them meanwhile stores them, and the ledger makes ours duplicates.
    shared_.log.warn("leases_lost", {{"lane", id_}, {"messages", lost}});
  }
  return true;
}

std::size_t Lane::settle(std::span<const Message> messages, const TurnResult& result) {
  ENSURE(result.outcomes.size() == messages.size());
  std::size_t newly_left = 0;
  const std::size_t unsettled =
      settings_.rules.on_reject == OnReject::leave && !result.rejects.empty()
          ? settle_all_but_left(messages, result.outcomes, newly_left)
          : own_.source.settle(messages, result.outcomes);
  note(messages, result, unsettled);
  if (own_.payloads != nullptr) {
    own_.payloads->settled(messages, result.outcomes);
  }
  const auto returned = std::ranges::count(result.outcomes, Outcome::returned);
  return messages.size() - static_cast<std::size_t>(returned) + newly_left;
}

void Lane::note(std::span<const Message> messages, const TurnResult& result,
                std::size_t unsettled) {
  for (const Outcome outcome : result.outcomes) {
    own_.tally.settled(outcome);
  }
  for (std::size_t i = 0; i < result.rejects.size(); ++i) {
    own_.tally.rejected(result.rejects[i]);
    tell(messages[result.rejected[i]], result.rejects[i]);
  }
  own_.tally.conflicted(result.conflicts);
  own_.tally.turn_done(unsettled, shared_.clock.steady());
  if (unsettled > 0) {
    shared_.log.warn("unsettled", {{"lane", id_}, {"messages", unsettled}});
  }
}

void Lane::tell(const Message& message, const Reject& reject) {
  const std::string_view reason = reason_code(reject.reason);
  if (const std::optional<TraceContext> trace = trace_context(message)) {
    shared_.log.warn("rejected", {{"lane", id_},
                                  {"message_id", message.id},
                                  {"trace_id", trace->trace_id},
                                  {"reason", reason},
                                  {"column", reject.column}});
  } else {
    shared_.log.warn(
        "rejected",
        {{"lane", id_}, {"message_id", message.id}, {"reason", reason}, {"column", reject.column}});
  }
  if (shared_.tap != nullptr && shared_.tap->is_open()) {
    shared_.tap->reject(id_, reject);
  }
}

// What is left to the redrive policy stays hidden until its lease ends: giving it back at once
// would only bring it round faster.
std::size_t Lane::settle_all_but_left(std::span<const Message> messages,
                                      std::span<const Outcome> outcomes, std::size_t& newly_left) {
  std::size_t unsettled = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= messages.size(); ++i) {
    if (i < messages.size() && outcomes[i] != Outcome::returned) {
      continue;
    }
    if (i > start) {
      unsettled += own_.source.settle(messages.subspan(start, i - start),
                                      outcomes.subspan(start, i - start));
    }
    if (i < messages.size()) {
      newly_left += shared_.left.leave(messages[i].id, messages[i].asked_at + lease_) ? 1 : 0;
    }
    start = i + 1;
  }
  return unsettled;
}

// All with the same delay, so that a FIFO group comes again in its order.
void Lane::give_back(std::span<const Message> messages) {
  const std::size_t unsettled = own_.source.hold(messages, return_delay);
  note(messages, {.outcomes = std::vector(messages.size(), Outcome::returned)}, unsettled);
}

bool Lane::is_done(std::size_t progress) {
  if (settings_.until == Until::stopped) {
    return false;
  }
  if (progress > 0) {
    empty_queue_.learn(progress, {}, 0);
    return false;
  }
  try {
    empty_queue_.learn(0, own_.source.depth(), shared_.left.hidden(shared_.clock.steady()));
  } catch (const Unavailable&) {
    return false;  // the next receive notices and waits
  }
  return empty_queue_.is_sure();
}

}  // namespace moretta
