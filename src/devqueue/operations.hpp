#pragma once

// What each operation checks and does, apart from wires, signatures, faults and waiting.

#include <memory>
#include <string>

#include "devqueue/faults.hpp"
#include "devqueue/manners.hpp"

namespace moretta::devqueue {

// Where and when an operation takes place.
struct Scene {
  Account& account;
  const Manners& manners;
  std::string base_url;  // of queue URLs, up to and without "/<account>/<name>"
  WallTime now;
  std::size_t in_flight_max;
  Faults& faults;
};

// REQUIRED: not a ReceiveMessage.
Result<Answer, ApiError> perform(const Call& call, Scene& scene);

// A checked ReceiveMessage: what to ask of which queue, and how long to wait for it.
struct ReceivePlan {
  std::string queue_name;
  ReceiveRequest request;
  MessageView view;
  Seconds wait{0};
};

Result<ReceivePlan, ApiError> plan_receive(const Call& call, const Scene& scene);

// Hands out what there is, at most `messages_max`. QueueDoesNotExist if the queue has gone since,
// and OverLimit on a short poll at the in-flight limit.
Result<Received, ApiError> receive(const ReceivePlan& plan, std::size_t messages_max, Scene& scene);

// Shared by the operations' files.
Result<Queue*, ApiError> queue_of(const Call& call, const Scene& scene);
std::string url_of(const Queue& queue, const Scene& scene);

Result<Answer, ApiError> send_message(const Call& call, Scene& scene);
Result<Answer, ApiError> send_message_batch(const Call& call, Scene& scene);
Result<Answer, ApiError> delete_message(const Call& call, Scene& scene);
Result<Answer, ApiError> delete_message_batch(const Call& call, Scene& scene);
Result<Answer, ApiError> change_message_visibility(const Call& call, Scene& scene);
Result<Answer, ApiError> change_message_visibility_batch(const Call& call, Scene& scene);

}  // namespace moretta::devqueue
