#pragma once

// What the queue gave, before anybody looks inside.

#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace moretta {

struct Message {
  std::string id;       // the queue's; the same at every redelivery
  std::string receipt;  // of this one receive; needed to delete or to change the visibility
  std::string body;     // clear text, byte for byte as sent
  std::optional<WallTime> sent_at{};  // the queue's SentTimestamp, the same at every redelivery
  WallTime received_at{};
  SteadyTime asked_at{};   // when the request left: the lease runs from here at the latest
  int receive_count = 1;   // ApproximateReceiveCount, this receive included
  std::string group_id{};  // FIFO and fair queues; empty otherwise
};

// Of a turn that is over.
inline void wipe_bodies(std::span<Message> messages) {
  for (Message& message : messages) {
    wipe(message.body);
  }
}

}  // namespace moretta
