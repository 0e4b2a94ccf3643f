#pragma once

// Messages in fixed places: a slot stays valid, and its address too, until the message is removed.
// Then the slot is used again, so whoever keeps a slot keeps the message's sequence with it.

#include <array>
#include <memory>
#include <vector>

#include "base/ensure.hpp"
#include "devqueue/message.hpp"

namespace moretta::devqueue {

class MessageStore {
 public:
  Slot add(Message message) {
    if (free_.empty()) {
      ENSURE(chunks_.size() < chunks_max);
      const auto first = static_cast<Slot>(chunks_.size() * chunk_slots);
      chunks_.push_back(std::make_unique<Chunk>());
      for (Slot slot = first + chunk_slots; slot > first; --slot) {
        free_.push_back(slot - 1);
      }
    }
    const Slot slot = free_.back();
    free_.pop_back();
    (*this)[slot] = std::move(message);
    ++size_;
    return slot;
  }

  Message remove(Slot slot) {
    Message message = std::move((*this)[slot]);
    (*this)[slot] = Message{};
    free_.push_back(slot);
    --size_;
    return message;
  }

  Message& operator[](Slot slot) { return (*chunks_[slot / chunk_slots])[slot % chunk_slots]; }
  const Message& operator[](Slot slot) const {
    return (*chunks_[slot / chunk_slots])[slot % chunk_slots];
  }

  // Whether the slot still holds the message that had this sequence.
  [[nodiscard]] bool holds(Slot slot, std::uint64_t sequence) const {
    return slot < chunks_.size() * chunk_slots && (*this)[slot].state != MessageState::gone &&
           (*this)[slot].sequence == sequence;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  // Slots ever used: the range to walk when every message is wanted.
  [[nodiscard]] Slot slots() const { return static_cast<Slot>(chunks_.size() * chunk_slots); }

 private:
  static constexpr Slot chunk_slots = 1024;
  static constexpr std::size_t chunks_max = 1 << 16;  // 67 million messages: memory ends earlier
  using Chunk = std::array<Message, chunk_slots>;

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<Slot> free_;
  std::size_t size_ = 0;
};

}  // namespace moretta::devqueue
