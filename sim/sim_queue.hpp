#pragma once

// A standard SQS queue as the lanes see it, in memory and virtual time, with faults. The contract
// suite holds it to the same behaviour as the real client against a real server.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "sim/faults.hpp"

namespace moretta::sim {

// The queue itself, shared by all lanes; the scheduler lets one in at a time.
class SimQueue {
 public:
  struct Settings {
    Seconds lease{30};
  };

  SimQueue(Settings settings, Clock& clock) : settings_(settings), clock_(clock) {}

  std::string send(std::string body);  // gives the message id

  std::vector<Message> receive(std::size_t count);
  bool erase(const Message& message);
  bool change_visibility(const Message& message, Seconds time);
  void make_visible(const std::string& id);

  [[nodiscard]] Depth depth() const;
  [[nodiscard]] Seconds lease() const { return settings_.lease; }
  [[nodiscard]] bool has(const std::string& id) const { return items_.contains(id); }
  [[nodiscard]] int receive_count(const std::string& id) const;

  // Called with the id before a message is deleted.
  std::function<void(const std::string&)> on_erase = [](const std::string&) {
  };

 private:
  struct Item {
    std::string body;
    WallTime sent_at{};
    SteadyTime visible_at{};
    int receive_count = 0;
  };

  Settings settings_;
  Clock& clock_;
  std::map<std::string, Item> items_;
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

 private:
  bool strikes(Fault fault) { return faults_ != nullptr && faults_->strikes(fault); }

  SimQueue& queue_;
  Faults* faults_;
  Clock& clock_;
  std::function<void()> between_;
};

}  // namespace moretta::sim
