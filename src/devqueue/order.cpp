#include "devqueue/order.hpp"

namespace moretta::devqueue {

void MessageGroups::join(Slot slot) {
  Message& message = store_[slot];
  const std::string& name = message.extras ? message.extras->group : std::string();
  const auto found = groups_.try_emplace(name).first;
  found->second.name = name;
  found->second.members += 1;
  message.group = &found->second;
}

void MessageGroups::leave(Slot slot) {
  MessageGroup& group = *store_[slot].group;
  store_[slot].group = nullptr;
  group.members -= 1;
  if (group.members == 0) {
    ENSURE(!group.is_ready);
    const std::string name = group.name;
    groups_.erase(name);
  }
}

void MessageGroups::link_front(Slot slot) {
  Message& message = store_[slot];
  MessageGroup& group = *message.group;
  message.previous = no_slot;
  message.next = group.head;
  (group.head == no_slot ? group.tail : store_[group.head].previous) = slot;
  group.head = slot;
}

void MessageGroups::link_back(Slot slot) {
  Message& message = store_[slot];
  MessageGroup& group = *message.group;
  message.next = no_slot;
  message.previous = group.tail;
  (group.tail == no_slot ? group.head : store_[group.tail].next) = slot;
  group.tail = slot;
}

void MessageGroups::unlink(Slot slot) {
  Message& message = store_[slot];
  MessageGroup& group = *message.group;
  (message.previous == no_slot ? group.head : store_[message.previous].next) = message.next;
  (message.next == no_slot ? group.tail : store_[message.next].previous) = message.previous;
  message.previous = no_slot;
  message.next = no_slot;
}

void MessageGroups::rank(MessageGroup& group) {
  const bool is_ready = group.head != no_slot && store_[group.head].state == MessageState::visible;
  const std::uint64_t rank = is_ready ? store_[group.head].place : 0;
  if (group.is_ready && is_ready) {
    if (group.rank != rank) {
      auto node = ready_.extract({group.rank, &group});  // no allocation on the usual path
      node.value() = {rank, &group};
      ready_.insert(std::move(node));
    }
  } else if (group.is_ready) {
    ready_.erase({group.rank, &group});
  } else if (is_ready) {
    ready_.insert({rank, &group});
  }
  group.is_ready = is_ready;
  group.rank = rank;
}

namespace {

// "A message received three or more times and not deleted moves to the back of the queue" (AWS).
constexpr std::uint32_t receives_before_the_back = 3;

// A tenant is noisy above a tenth of what is in flight, and with at least 30 in flight (AWS).
constexpr std::size_t noisy_share = 10;
constexpr std::size_t noisy_in_flight_min = 30;

}  // namespace

void StandardOrder::change(Slot slot, MessageState to) {
  Message& message = store_[slot];
  const MessageState from = message.state;
  if (from == MessageState::gone) {
    groups_.join(slot);
    message.place = ++places_;
  }
  MessageGroup& group = *message.group;
  if (from == MessageState::visible) {
    groups_.unlink(slot);
  } else if (from == MessageState::in_flight) {
    group.in_flight -= 1;
    in_flight_ -= 1;
  }

  message.state = to;
  if (to == MessageState::visible) {
    const bool to_front =
        from == MessageState::in_flight && message.receive_count < receives_before_the_back;
    if (to_front) {
      groups_.link_front(slot);
    } else {
      message.place = ++places_;
      groups_.link_back(slot);
    }
  } else if (to == MessageState::in_flight) {
    group.in_flight += 1;
    in_flight_ += 1;
  }
  groups_.rank(group);
  if (to == MessageState::gone) {
    groups_.leave(slot);
  }
}

bool StandardOrder::is_noisy(const MessageGroup& group) const {
  return !group.name.empty() && group.in_flight >= noisy_in_flight_min &&
         group.in_flight * noisy_share > in_flight_;
}

Slot StandardOrder::next(Slot /*previous*/) const {
  // Fewer than ten groups can be noisy at once, so this looks at ten at most.
  for (const auto& [rank, group] : groups_.ready()) {
    if (!is_noisy(*group)) {
      return group->head;
    }
  }
  return groups_.ready().empty() ? no_slot : groups_.ready().begin()->second->head;
}

void FifoOrder::change(Slot slot, MessageState to) {
  Message& message = store_[slot];
  if (message.state == MessageState::gone) {
    groups_.join(slot);
    message.place = message.sequence;
    groups_.link_back(slot);
  }
  MessageGroup& group = *message.group;
  message.state = to;
  if (to == MessageState::gone) {
    groups_.unlink(slot);
  }
  groups_.rank(group);
  if (to == MessageState::gone) {
    groups_.leave(slot);
  }
}

Slot FifoOrder::next(Slot previous) const {
  // What this receive has just taken does not hold back its successors.
  if (previous != no_slot) {
    const Slot successor = store_[previous].next;
    if (successor != no_slot && store_[successor].state == MessageState::visible) {
      return successor;
    }
  }
  return groups_.ready().empty() ? no_slot : groups_.ready().begin()->second->head;
}

}  // namespace moretta::devqueue
