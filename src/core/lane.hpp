#pragma once

// A lane is the program: one thread, one source, one sink, one loop. Receive, write, settle; while
// the lane is busy it does not receive, and a failure stays in its lane.

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "core/demand.hpp"
#include "core/idle_watch.hpp"
#include "core/left_messages.hpp"
#include "core/outage.hpp"
#include "core/ports.hpp"
#include "core/stop_rule.hpp"
#include "core/tally.hpp"
#include "core/tap.hpp"
#include "core/transform.hpp"
#include "core/turn.hpp"

namespace moretta {

struct LaneSettings {
  Until until = Until::stopped;
  TurnRules rules{};
  Demand::Limits demand{};
  BackoffPolicy retry{.base = Millis{100}, .cap = Millis{5'000}};
  // What a write may still take once stop was asked for. With giving back it stays well under the
  // 10 seconds after which the most impatient platforms kill.
  Seconds stop_grace{5};
};

class Lane {
 public:
  // Its own; nothing else uses them while the lane runs. All must outlive the lane.
  struct Own {
    Source& source;
    Sink& sink;
    Transform& transform;
    Random& random;
    Tally& tally;
    Payloads* payloads = nullptr;  // null: every body comes with its message
  };
  // Shared by all lanes; thread-safe. Must outlive the lane.
  struct Shared {
    Clock& clock;
    Log& log;
    Outage& queue_outage;
    Outage& database_outage;
    LeftMessages& left;
    IdleWatch* idle_watch = nullptr;  // null: every lane waits for itself
    Tap* tap = nullptr;               // null: nobody can watch
  };

  Lane(int id, const Own& own, const Shared& shared, const LaneSettings& settings);

  // Until the stop rule is met or stop is requested; then the turn under way has been finished and
  // what could not be written has been returned. Throws Refused, with everything returned likewise.
  void run(const std::stop_token& stop);

  // For the sink to call, about once a second, while it waits for its server: keeps the leases of
  // the turn that it writes. Throws Unavailable when stop was asked for and the grace is over; then
  // the turn is given back. In the lane's own thread, from within open() or write() of the sink.
  void while_waiting();

 private:
  // The turn that is being written.
  struct Held {
    std::span<const Message> messages;
    SteadyTime leased_until;
    SteadyTime hidden_until;  // when the queue lets go of them, whatever we do
    bool is_loss_said = false;
  };
  // However a write ends, its turn is no longer to be kept.
  struct LetGo {
    std::optional<Held>& held;
    ~LetGo() { held.reset(); }
  };

  bool open(const std::stop_token& stop);
  bool open_sink(const std::stop_token& stop);
  bool await(Outage& outage, const std::function<void()>& reach, const std::stop_token& stop);
  std::vector<Message> receive(const std::stop_token& stop);
  std::size_t turn(std::span<Message> messages, const std::stop_token& stop);
  std::optional<TurnResult> write(std::span<Message> messages, const std::stop_token& stop);
  bool persist(Outage& outage, const std::function<void()>& step, const std::stop_token& stop);
  std::size_t settle(std::span<const Message> messages, const TurnResult& result);
  std::size_t settle_all_but_left(std::span<const Message> messages,
                                  std::span<const Outcome> outcomes, std::size_t& newly_left);
  void note(std::span<const Message> messages, const TurnResult& result, std::size_t unsettled);
  void tell(const Message& message, const Reject& reject);
  void give_back(std::span<const Message> messages);
  [[nodiscard]] Held held(std::span<const Message> messages) const;
  bool keep_leases(Held& held);
  bool is_done(std::size_t progress);

  int id_;
  Own own_;
  Shared shared_;
  LaneSettings settings_;
  Demand demand_;
  EmptyQueue empty_queue_;
  std::stop_token stop_;                     // of the run under way
  std::optional<SteadyTime> written_until_;  // since stop was asked for during a write
  std::optional<Held> held_;
  bool is_sink_lost_ = false;  // the last turn could not be written
  Seconds lease_{30};          // SQS's default; the queue's own is read when the lane opens
};

}  // namespace moretta
