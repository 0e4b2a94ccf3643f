#pragma once

// An SQS queue, standard or FIFO, as the lanes see it, in memory and virtual time, with faults. The
// contract suite holds it to the same behaviour as the real client against a real server.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ports.hpp"
#include "sim/faults.hpp"

namespace moretta::sim {

// The queue itself, shared by all lanes; the scheduler lets one in at a time.
class SimQueue {
 public:
  struct Settings {
    Seconds lease{30};
    Order order = Order::any;  // by group: a FIFO queue
    int receives_max = 0;      // of the redrive policy: past it a message is dead; 0: no policy
  };

  // What the checker wants to hear of. Each is called before the thing happens.
  struct Watch {
    std::function<void(const std::string& id)> erased = [](const std::string&) {
    };
    // A message was lent once more than the faults that struck it, and one outage, can explain.
    std::function<void(const std::string& id)> overspent = [](const std::string&) {
    };
  };

  SimQueue(Settings settings, Clock& clock) : settings_(settings), clock_(clock) {}

  std::string send(std::string body, std::string group = {});  // gives the message id

  // In any order that `shuffle` draws, but a FIFO group in its own; as sent if it is null.
  std::vector<Message> receive(std::size_t count, Random* shuffle = nullptr);
  // As with the ReceiveRequestAttemptId of a receive whose answer was lost: the same messages under
  // the same receipts, for a lease from now; none if one of them is no longer lent under its own.
  std::vector<Message> receive_again(const std::vector<Message>& lost);
  enum class Stale { keeps, deletes };  // what an outdated receipt does
  bool erase(const Message& message, Stale stale = Stale::keeps);
  bool change_visibility(const Message& message, Seconds time);
  void make_visible(const std::string& id);

  // Something other than an outage of the table made one more receive of this message necessary.
  void excuse(const std::string& id);

  [[nodiscard]] Depth depth() const;
  [[nodiscard]] Seconds lease() const { return settings_.lease; }
  [[nodiscard]] Order order() const { return settings_.order; }
  [[nodiscard]] bool has(const std::string& id) const { return items_.contains(id); }
  [[nodiscard]] int receive_count(const std::string& id) const;
  [[nodiscard]] const std::set<std::string>& dead() const { return dead_; }

  Watch watch;

 private:
  struct Item {
    std::string body;
    std::string group;
    WallTime sent_at{};
    SteadyTime visible_at{};
    int receive_count = 0;
    int excused = 0;
  };

  // Messages that may be received now. The dead leave on the way, as on SQS.
  std::vector<std::string> visible();
  void mix(std::vector<std::string>& ids, Random& random) const;
  [[nodiscard]] bool is_lent(const Message& message, const Item& item) const;
  Message lend(const std::string& id, Item& item);

  Settings settings_;
  Clock& clock_;
  std::map<std::string, Item> items_;
  std::set<std::string> dead_;
  int sent_ = 0;
};

// One lane's view of it.
class SimSource final : public Source {
 public:
  // `between` runs at every call: where the scheduler takes the baton.
  SimSource(SimQueue& queue, Faults* faults, Clock& clock, std::function<void()> between)
      : queue_(queue), faults_(faults), clock_(clock), between_(std::move(between)) {}

  std::vector<Message> receive(const Ask& ask) override;
  std::size_t settle(std::span<const Message> messages, std::span<const Outcome> outcomes) override;
  std::size_t hold(std::span<const Message> messages, Seconds lease) override;
  Seconds lease() override { return queue_.lease(); }
  Depth depth() override { return queue_.depth(); }

  // What the lane holds will have to be received once more: it crashed, or was stalled.
  void excuse_held();

 private:
  bool strikes(Fault fault) { return faults_ != nullptr && faults_->strikes(fault); }
  std::vector<Message> take(std::size_t count);
  std::vector<Message> arrived(std::vector<Message> messages);
  bool settle_one(const Message& message, Outcome outcome);

  SimQueue& queue_;
  Faults* faults_;
  Clock& clock_;
  std::function<void()> between_;
  std::set<std::string> held_;
  std::vector<Message> lost_;  // of the last receive, if its answer was lost and it may be repeated
};

}  // namespace moretta::sim
