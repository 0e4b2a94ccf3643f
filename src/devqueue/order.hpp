#pragma once

// Which message goes out next. Standard queues: the oldest, but a tenant (MessageGroupId) that
// holds too much waits behind the others. FIFO queues: a group in its order, and only while none of
// its earlier messages is in flight. Every call is O(log groups).

#include <set>
#include <string>
#include <unordered_map>

#include "devqueue/message_store.hpp"

namespace moretta::devqueue {

struct MessageGroup {
  std::string name;
  Slot head = no_slot;
  Slot tail = no_slot;
  std::size_t members = 0;    // its messages in the queue, in any state
  std::size_t in_flight = 0;  // those handed out
  std::uint64_t rank = 0;     // its place among the ready groups
  bool is_ready = false;
};

// Groups by name, and the ready ones (with a message to give) by rank.
class MessageGroups {
 public:
  explicit MessageGroups(MessageStore& store) : store_(store) {}

  void join(Slot slot);
  void leave(Slot slot);
  void link_front(Slot slot);
  void link_back(Slot slot);
  void unlink(Slot slot);

  // Ready under the place of its head if it has one that is visible, else not ready.
  void rank(MessageGroup& group);

  using Ready = std::set<std::pair<std::uint64_t, MessageGroup*>>;
  [[nodiscard]] const Ready& ready() const { return ready_; }

 private:
  MessageStore& store_;
  std::unordered_map<std::string, MessageGroup> groups_;
  Ready ready_;
};

// Both orders: change() is the only way a message's state moves; `gone` is where messages come from
// and go to. next() is what a receive takes after `previous` (no_slot at its start), or no_slot.

class StandardOrder {
 public:
  explicit StandardOrder(MessageStore& store) : store_(store), groups_(store) {}

  void change(Slot slot, MessageState to);
  [[nodiscard]] Slot next(Slot previous) const;

 private:
  [[nodiscard]] bool is_noisy(const MessageGroup& group) const;

  MessageStore& store_;
  MessageGroups groups_;  // lists hold the visible messages only
  std::size_t in_flight_ = 0;
  std::uint64_t places_ = 0;
};

class FifoOrder {
 public:
  explicit FifoOrder(MessageStore& store) : store_(store), groups_(store) {}

  void change(Slot slot, MessageState to);
  [[nodiscard]] Slot next(Slot previous) const;

 private:
  MessageStore& store_;
  MessageGroups groups_;  // lists hold all messages
};

}  // namespace moretta::devqueue
