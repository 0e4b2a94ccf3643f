#pragma once

// What the quarantine seals of a message: its body, and what else a mapping may read, so that the
// message can be replayed as it came.
//
// 0x00 "MQ1" || flags (1 byte; 1: the attributes are known) || field(group id) || field(payload)
// || number of attributes (4 bytes) || field(name) field(type) field(value) of each || body.
// field(x) = length (4 bytes) || x; numbers are big-endian. A text that does not begin so is a body
// alone, as they were sealed once: no message of a queue begins with a zero byte.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "record/message.hpp"

namespace moretta {

enum class Attributes {
  unknown,  // nobody asked the queue for them
  known,
};

SecretBytes kept_text(const Message& message, Attributes attributes);

// Views into the text.
struct KeptMessage {
  std::string_view body{};
  bool has_beside = false;  // a body alone says nothing of its group
  bool has_attributes = false;
  std::string_view group_id{};
  std::string_view payload{};  // Message::payload
  std::vector<MessageAttribute> attributes{};
};

// nullopt if it was cut.
std::optional<KeptMessage> read_kept(std::string_view text);

}  // namespace moretta
