#include "sim/sim_queue.hpp"

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "core/demand.hpp"

namespace moretta::sim {

std::string SimQueue::send(std::string body) {
  // Shaped like a UUID, so that ledger keys are made as from a real one.
  std::string id = fmt::format("00000000-0000-4000-8000-{:012x}", ++sent_);
  items_[id] = {.body = std::move(body), .sent_at = clock_.wall(), .visible_at = clock_.steady()};
  return id;
}

std::vector<Message> SimQueue::receive(std::size_t count) {
  std::vector<Message> messages;
  for (auto& [id, item] : items_) {
    if (messages.size() == count) {
      break;
    }
    if (item.visible_at > clock_.steady()) {
      continue;
    }
    item.visible_at = clock_.steady() + settings_.lease;
    ++item.receive_count;
    messages.push_back({.id = id,
                        .receipt = fmt::format("{}/{}", id, item.receive_count),
                        .body = item.body,
                        .sent_at = item.sent_at,
                        .received_at = clock_.wall(),
                        .asked_at = clock_.steady(),
                        .receive_count = item.receive_count});
  }
  return messages;
}

bool SimQueue::erase(const Message& message) {
  const auto found = items_.find(message.id);
  // A receipt of an earlier receive: the call succeeds, nothing is deleted (as on standard queues).
  if (found == items_.end() ||
      message.receipt != fmt::format("{}/{}", message.id, found->second.receive_count)) {
    return true;
  }
  on_erase(message.id);
  items_.erase(found);
  return true;
}

bool SimQueue::change_visibility(const Message& message, Seconds time) {
  const auto found = items_.find(message.id);
  if (found == items_.end()) {
    return false;
  }
  found->second.visible_at = clock_.steady() + time;
  return true;
}

void SimQueue::make_visible(const std::string& id) {
  if (const auto found = items_.find(id); found != items_.end()) {
    found->second.visible_at = clock_.steady();
  }
}

Depth SimQueue::depth() const {
  Depth depth;
  for (const auto& [id, item] : items_) {
    ++(item.visible_at > clock_.steady() ? depth.in_flight : depth.visible);
  }
  return depth;
}

int SimQueue::receive_count(const std::string& id) const {
  const auto found = items_.find(id);
  ENSURE(found != items_.end());
  return found->second.receive_count;
}

std::vector<Message> SimSource::receive(const Ask& ask) {
  between_();
  if (strikes(Fault::receive_fails)) {
    throw Unavailable("simulated: receive failed");
  }
  if (strikes(Fault::receive_false_empty)) {
    return {};
  }
  std::size_t count = static_cast<std::size_t>(ask.requests) * receive_messages_max;
  if (strikes(Fault::receive_short)) {
    count = 1 + count / 3;
  }
  std::vector<Message> messages = queue_.receive(count);
  if (messages.empty() && ask.wait > Seconds{0}) {
    clock_.sleep(ask.wait, {});
    messages = queue_.receive(count);
  }
  for (const Message& message : messages) {
    if (strikes(Fault::delivered_twice) || strikes(Fault::lease_short)) {
      queue_.make_visible(message.id);
    }
  }
  between_();
  return messages;
}

std::size_t SimSource::settle(std::span<const Message> messages,
                              std::span<const Outcome> outcomes) {
  ENSURE(messages.size() == outcomes.size());
  between_();
  std::size_t failed = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const bool done =
        !strikes(Fault::delete_fails) &&
        (outcomes[i] == Outcome::returned ? queue_.change_visibility(messages[i], Seconds{0})
                                          : queue_.erase(messages[i]));
    failed += done ? 0 : 1;
  }
  between_();
  return failed;
}

std::size_t SimSource::hold(std::span<const Message> messages, Seconds lease) {
  between_();
  std::size_t failed = 0;
  for (const Message& message : messages) {
    const bool done = !strikes(Fault::hold_fails) && queue_.change_visibility(message, lease);
    failed += done ? 0 : 1;
  }
  return failed;
}

}  // namespace moretta::sim
