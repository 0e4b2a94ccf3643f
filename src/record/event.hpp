#pragma once

// The decoded clear text of one message: one value for each column of the mapping, in its order.
// Cannot be copied or printed, and wipes itself; a lane keeps one and reuses its memory.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.hpp"
#include "record/value.hpp"

namespace moretta {

class Event {
 public:
  Event() = default;
  Event(Event&&) noexcept = default;
  Event& operator=(Event&&) noexcept = delete;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event();

  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] Value operator[](std::size_t column) const {
    ENSURE(column < slots_.size());
    const Slot& slot = slots_[column];
    Value value = slot.value;
    if (value.kind == Value::Kind::text) {
      value.text = std::string_view(arena_).substr(slot.offset, slot.length);
    }
    return value;
  }

  // For the decoder. Wipes what was there; then `columns` nulls.
  void reset(std::size_t columns);
  void set_null(std::size_t column);
  void set_text(std::size_t column, std::string_view text);
  void set(std::size_t column, Value::Kind kind, std::int64_t number);
  void set_real(std::size_t column, double number);

 private:
  struct Slot {
    Value value;             // its text is not used: the arena may move
    std::size_t offset = 0;  // of the text in the arena
    std::size_t length = 0;
  };
  std::vector<Slot> slots_;
  std::string arena_;
};

}  // namespace moretta
