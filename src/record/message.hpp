#pragma once

// What the queue gave, before anybody looks inside.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "record/reject.hpp"

namespace moretta {

struct MessageAttribute {
  std::string name;
  std::string type;   // String, Number or Binary, each with an optional .label
  std::string value;  // as text

  bool operator==(const MessageAttribute&) const = default;
};

struct Message {
  std::string id;       // the queue's; the same at every redelivery
  std::string receipt;  // of this one receive; needed to delete or to change the visibility
  std::string body;     // clear text, byte for byte as sent
  std::optional<WallTime> sent_at{};  // the queue's SentTimestamp, the same at every redelivery
  WallTime received_at{};
  SteadyTime asked_at{};   // when the request left: the lease runs from here at the latest
  int receive_count = 1;   // ApproximateReceiveCount, this receive included
  std::string group_id{};  // FIFO and fair queues; empty otherwise
  std::vector<MessageAttribute> attributes{};  // clear text; only if the source was to ask for them
  std::string trace_header{};     // SQS's AWSTraceHeader; record/trace_context.hpp reads it
  std::string payload{};          // BUCKET/KEY that the body was fetched from; else empty
  std::optional<Reason> fault{};  // why there is no body to read
};

// Of a turn that is over.
inline void wipe_bodies(std::span<Message> messages) {
  for (Message& message : messages) {
    wipe(message.body);
    for (MessageAttribute& attribute : message.attributes) {
      wipe(attribute.value);
    }
  }
}

}  // namespace moretta
