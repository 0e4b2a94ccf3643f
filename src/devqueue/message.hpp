#pragma once

// A message as the queue keeps it, and the two digests SQS answers with.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"

namespace moretta::devqueue {

struct MessageAttribute {
  std::string name;
  std::string type;   // String, Number or Binary, with an optional ".label"
  std::string value;  // raw bytes if binary

  [[nodiscard]] bool is_binary() const { return type.starts_with("Binary"); }
  bool operator==(const MessageAttribute&) const = default;
};

using MessageAttributes = std::vector<MessageAttribute>;

// Over attributes in the order of their names' bytes, whatever order they come in.
Md5 attributes_digest(const MessageAttributes& attributes);

using MessageId = std::array<std::byte, 16>;

MessageId new_message_id(Random& random);  // RFC 9562, version 4
void append_id_text(const MessageId& id, std::string& out);

// What only some messages have; kept apart so that a plain message stays small.
struct MessageExtras {
  MessageAttributes attributes;  // sorted by name
  std::string group;
  std::string deduplication_id;
  std::string trace_header;
  std::string source_arn;  // the queue it was moved from to this dead-letter queue
};

// Where a message lives in its queue's MessageStore.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xffffffffU;

enum class MessageState : std::uint8_t { gone, delayed, visible, in_flight };

struct MessageGroup;

struct Message {
  MessageId id{};
  Md5 body_md5{};
  std::string body;
  std::unique_ptr<MessageExtras> extras;  // null if it has none
  WallTime sent_at{};
  WallTime first_received_at{};
  WallTime received_at{};
  std::uint32_t receive_count = 0;

  // The queue's bookkeeping.
  std::uint32_t receipt = 0;   // receives in this queue: the newest handle carries this number
  std::uint64_t sequence = 0;  // never used twice in a queue
  std::uint64_t timer = 0;     // the stamp of its running timer, 0 if none runs
  MessageState state = MessageState::gone;
  Slot previous = no_slot;  // neighbours in its group's list
  Slot next = no_slot;
  MessageGroup* group = nullptr;
  std::uint64_t place = 0;  // rank among visible messages
};

}  // namespace moretta::devqueue
