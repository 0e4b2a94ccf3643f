#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "devqueue/queue.hpp"

namespace moretta::devqueue {
namespace {

// A standard queue as one would write it on paper: a list searched from end to end.
class NaiveQueue {
 public:
  struct Item {
    std::string body;
    WallTime sent_at;
    WallTime visible_at;
    std::uint32_t receives = 0;
  };

  void advance(WallTime now) {
    std::erase_if(items_,
                  [&](const auto& entry) { return entry.second.sent_at + retention <= now; });
  }
  void send(const std::string& body, WallTime now, Seconds delay) {
    items_[body] = {body, now, now + delay};
  }
  [[nodiscard]] bool is_visible(const std::string& body, WallTime now) const {
    const auto found = items_.find(body);
    return found != items_.end() && found->second.visible_at <= now;
  }
  [[nodiscard]] std::size_t visible(WallTime now) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        items_, [&](const auto& entry) { return entry.second.visible_at <= now; }));
  }
  void receive(const std::string& body, WallTime now, Seconds visibility) {
    items_.at(body).visible_at = now + visibility;
    items_.at(body).receives += 1;
  }
  // Whether the handle of that receive is the message's newest.
  [[nodiscard]] bool is_newest(const std::string& body, std::uint32_t receive) const {
    const auto found = items_.find(body);
    return found != items_.end() && found->second.receives == receive;
  }
  void change(const std::string& body, WallTime visible_at) {
    items_.at(body).visible_at = visible_at;
  }
  void remove(const std::string& body) { items_.erase(body); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

  static constexpr Seconds retention{600};

 private:
  std::map<std::string, Item> items_;  // bodies are unique
};

struct Handle {
  std::string body;
  std::uint32_t receive;
  Receipt receipt;
};

// Both queues under the same operations, compared after each.
class Comparison {
 public:
  Comparison()
      : queue_({"q", "arn", WallTime{}},
               with_attributes(default_settings(QueueKind::standard),
                               {{"MessageRetentionPeriod", "600"}})
                   .value(),
               Ordering::as_the_kind_says, random_) {}

  void step(int choice, int number) {
    now_ += Millis(number % 700);
    naive_.advance(now_);
    if (choice < 4) {
      send(Seconds(number % 5 == 0 ? number % 30 : 0));
    } else if (choice < 7) {
      receive(static_cast<std::size_t>(1 + number % 10), Seconds(number % 40));
    } else if (choice == 7) {
      settle(number);
    } else if (choice == 8) {
      change(number, Seconds(number % 50));
    } else {
      now_ += Seconds(number % 60);
      naive_.advance(now_);
    }
    check();
  }

 private:
  void send(Seconds delay) {
    const std::string body = "m" + std::to_string(++sent_);
    queue_.send({.body = body, .extras = nullptr, .delay = delay}, now_);
    naive_.send(body, now_, delay);
  }

  void receive(std::size_t most, Seconds visibility) {
    const std::size_t visible = naive_.visible(now_);
    std::vector<Delivery> out;
    queue_.receive({most, visibility, ""}, nullptr, now_, out);
    RC_ASSERT(out.size() == std::min(most, visible));
    for (const Delivery& delivery : out) {
      const std::string& body = delivery.message->body;
      RC_ASSERT(naive_.is_visible(body, now_));
      naive_.receive(body, now_, visibility);
      RC_ASSERT(naive_.is_newest(body, delivery.message->receive_count));
      handles_.push_back({body, delivery.message->receive_count, delivery.receipt});
    }
  }

  void settle(int number) {
    if (handles_.empty()) {
      return;
    }
    const Handle& handle = handles_[static_cast<std::size_t>(number) % handles_.size()];
    const Removal removal = queue_.remove(handle.receipt, now_);
    const bool is_newest = naive_.is_newest(handle.body, handle.receive);
    RC_ASSERT((removal == Removal::removed) == is_newest);
    if (is_newest) {
      naive_.remove(handle.body);
      removed_ += 1;
    }
  }

  void change(int number, Seconds visibility) {
    if (handles_.empty()) {
      return;
    }
    const Handle& handle = handles_[static_cast<std::size_t>(number) % handles_.size()];
    const bool is_held =
        naive_.is_newest(handle.body, handle.receive) && !naive_.is_visible(handle.body, now_);
    const Extension extension = queue_.change_visibility(handle.receipt, visibility, now_);
    RC_ASSERT((extension == Extension::changed) == is_held);
    if (is_held) {
      naive_.change(handle.body, now_ + visibility);
    }
  }

  void check() {
    queue_.advance(now_);
    const QueueCounts counts = queue_.counts();
    RC_ASSERT(counts.visible == naive_.visible(now_));
    RC_ASSERT(counts.visible + counts.in_flight + counts.delayed == naive_.size());
    RC_ASSERT(counts.sent == sent_);
    RC_ASSERT(counts.sent == naive_.size() + counts.deleted + counts.expired);
    RC_ASSERT(counts.deleted == removed_);
  }

  SeededRandom random_{1};
  WallTime now_{Millis{1'700'000'000'000}};
  Queue queue_;
  NaiveQueue naive_;
  std::vector<Handle> handles_;
  std::uint64_t sent_ = 0;
  std::uint64_t removed_ = 0;
};

RC_GTEST_PROP(StandardQueue, keeps_every_message_as_a_naive_model_does, ()) {
  Comparison comparison;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      200, rc::gen::pair(rc::gen::inRange(0, 10), rc::gen::inRange(0, 1000)));
  for (const auto& [choice, number] : steps) {
    comparison.step(choice, number);
  }
}

// Whatever is received, kept, returned or deleted: a group's messages are delivered in their order,
// and nothing is delivered while an earlier message of its group is in flight.
RC_GTEST_PROP(FifoQueue, never_overtakes_within_a_group, ()) {
  SeededRandom random(1);
  WallTime now{Millis{1'700'000'000'000}};
  Queue queue({"q.fifo", "arn", WallTime{}}, default_settings(QueueKind::fifo),
              Ordering::as_the_kind_says, random);
  std::map<std::string, std::map<std::uint64_t, WallTime>> groups;  // sequence -> hidden until
  std::vector<std::tuple<std::string, std::uint64_t, Receipt>> handles;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      200, rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 1000)));

  for (const auto& [choice, number] : steps) {
    now += Millis(number);
    if (choice == 0) {
      auto extras = std::make_unique<MessageExtras>();
      extras->group = std::string(1, static_cast<char>('a' + number % 3));
      extras->deduplication_id = std::to_string(handles.size()) + "-" +
                                 std::to_string(now.time_since_epoch().count()) + "-" +
                                 std::to_string(number);
      const std::string group = extras->group;
      const std::uint64_t before = queue.counts().sent;
      const Sent sent = queue.send({.body = "x", .extras = std::move(extras), .delay = {}}, now);
      if (queue.counts().sent > before) {
        groups[group][sent.sequence] = WallTime{};
      }
    } else if (choice == 1) {
      std::vector<Delivery> out;
      const Seconds visibility(1 + number % 5);
      queue.receive({static_cast<std::size_t>(1 + number % 10), visibility, ""}, nullptr, now, out);
      std::map<std::string, std::uint64_t> last;
      const auto before = groups;
      for (const Delivery& delivery : out) {
        const std::string& group = delivery.message->extras->group;
        const std::uint64_t sequence = delivery.message->sequence;
        for (const auto& [earlier, hidden_until] : before.at(group)) {
          RC_ASSERT(earlier > sequence || hidden_until <= now);
          RC_ASSERT(earlier >= sequence || earlier <= last[group]);
        }
        last[group] = sequence;
        groups[group][sequence] = now + visibility;
        handles.emplace_back(group, sequence, delivery.receipt);
      }
    } else if (!handles.empty()) {
      const auto& [group, sequence, receipt] =
          handles[static_cast<std::size_t>(number) % handles.size()];
      if (queue.remove(receipt, now) == Removal::removed) {
        RC_ASSERT(groups[group].at(sequence) > now);
        groups[group].erase(sequence);
      }
    }
  }
  std::size_t left = 0;
  for (const auto& [group, messages] : groups) {
    left += messages.size();
  }
  queue.advance(now);
  RC_ASSERT(queue.counts().visible + queue.counts().in_flight == left);
}

}  // namespace
}  // namespace moretta::devqueue
