#include "sim/sim_queue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "core/demand.hpp"

namespace moretta::sim {

namespace {

constexpr Seconds throttle_max{20};

// What an outage of the table may cost a message: the receive that was under way when it began.
constexpr int receives_of_an_outage = 1;

std::string receipt_of(const std::string& id, int receive_count) {
  return fmt::format("{}/{}", id, receive_count);
}

}  // namespace

std::string SimQueue::send(std::string body, std::string group) {
  // Shaped like a UUID, so that ledger keys are made as from a real one.
  std::string id = fmt::format("00000000-0000-4000-8000-{:012x}", ++sent_);
  items_[id] = {.body = std::move(body),
                .group = std::move(group),
                .sent_at = clock_.wall(),
                .visible_at = clock_.steady()};
  return id;
}

// Of a FIFO group nothing is given while something before it is lent.
std::vector<std::string> SimQueue::visible() {
  std::vector<std::string> ids;
  std::set<std::string> locked;
  for (auto at = items_.begin(); at != items_.end();) {
    const Item& item = at->second;
    const bool is_visible = item.visible_at <= clock_.steady() && !locked.contains(item.group);
    if (is_visible && settings_.receives_max > 0 && item.receive_count >= settings_.receives_max) {
      dead_.insert(at->first);
      at = items_.erase(at);
      continue;
    }
    if (is_visible) {
      ids.push_back(at->first);
    } else if (settings_.order == Order::by_group) {
      locked.insert(item.group);
    }
    ++at;
  }
  return ids;
}

void SimQueue::mix(std::vector<std::string>& ids, Random& random) const {
  std::map<std::string, double> places;
  for (const std::string& id : ids) {
    const std::string& group = settings_.order == Order::any ? id : items_.at(id).group;
    places.try_emplace(group, random.unit());
  }
  std::ranges::stable_sort(ids, {}, [&](const std::string& id) {
    return places.at(settings_.order == Order::any ? id : items_.at(id).group);
  });
}

Message SimQueue::lend(const std::string& id, Item& item) {
  item.visible_at = clock_.steady() + settings_.lease;
  return {.id = id,
          .receipt = receipt_of(id, item.receive_count),
          .body = item.body,
          .sent_at = item.sent_at,
          .received_at = clock_.wall(),
          .asked_at = clock_.steady(),
          .receive_count = item.receive_count,
          .group_id = item.group};
}

std::vector<Message> SimQueue::receive(std::size_t count, Random* shuffle) {
  std::vector<std::string> ids = visible();
  if (shuffle != nullptr) {
    mix(ids, *shuffle);
  }
  ids.resize(std::min(ids.size(), count));
  std::vector<Message> messages;
  for (const std::string& id : ids) {
    Item& item = items_.at(id);
    if (item.receive_count > item.excused + receives_of_an_outage) {
      watch.overspent(id);
    }
    ++item.receive_count;
    messages.push_back(lend(id, item));
  }
  return messages;
}

std::vector<Message> SimQueue::receive_again(const std::vector<Message>& lost) {
  std::vector<Message> messages;
  for (const Message& message : lost) {
    const auto found = items_.find(message.id);
    if (found == items_.end() || !is_lent(message, found->second)) {
      return {};
    }
  }
  for (const Message& message : lost) {
    messages.push_back(lend(message.id, items_.at(message.id)));
  }
  return messages;
}

bool SimQueue::is_lent(const Message& message, const Item& item) const {
  return message.receipt == receipt_of(message.id, item.receive_count) &&
         item.visible_at > clock_.steady();
}

bool SimQueue::erase(const Message& message, Stale stale) {
  const auto found = items_.find(message.id);
  if (found == items_.end()) {
    return true;
  }
  // A receipt whose time is over: a FIFO queue says no. A standard one says yes, and deletes if
  // nobody has received the message since; if somebody has, mostly not.
  if (settings_.order == Order::by_group && !is_lent(message, found->second)) {
    return false;
  }
  const bool is_current = message.receipt == receipt_of(message.id, found->second.receive_count);
  if (is_current || stale == Stale::deletes) {
    watch.erased(message.id);
    items_.erase(found);
  }
  return true;
}

bool SimQueue::change_visibility(const Message& message, Seconds time) {
  const auto found = items_.find(message.id);
  if (found == items_.end()) {
    return false;
  }
  if (settings_.order == Order::by_group && !is_lent(message, found->second)) {
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

void SimQueue::excuse(const std::string& id) {
  if (const auto found = items_.find(id); found != items_.end()) {
    ++found->second.excused;
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

std::vector<Message> SimSource::take(std::size_t count) {
  return queue_.receive(count,
                        strikes(Fault::received_out_of_order) ? &faults_->random() : nullptr);
}

std::vector<Message> SimSource::receive(const Ask& ask) {
  between_();
  if (strikes(Fault::receive_fails)) {
    throw Unavailable("simulated: receive failed");
  }
  if (strikes(Fault::receive_throttled)) {
    clock_.sleep(faults_->length(throttle_max), {});
    throw Unavailable("simulated: throttled");
  }
  if (strikes(Fault::receive_false_empty)) {
    return {};
  }
  if (!lost_.empty()) {
    return arrived(queue_.receive_again(std::exchange(lost_, {})));
  }
  std::size_t count = static_cast<std::size_t>(ask.requests) * receive_messages_max;
  if (strikes(Fault::receive_short)) {
    count = 1 + count / 3;
  }
  std::vector<Message> messages = take(count);
  if (messages.empty() && ask.wait > Seconds{0}) {
    clock_.sleep(ask.wait, {});
    messages = take(count);
  }
  return arrived(std::move(messages));
}

// What can still happen to the answer of a receive.
std::vector<Message> SimSource::arrived(std::vector<Message> messages) {
  const bool is_lost = strikes(Fault::receive_reply_lost);
  for (const Message& message : messages) {
    if (strikes(Fault::delivered_twice) || strikes(Fault::lease_short)) {
      queue_.make_visible(message.id);
      queue_.excuse(message.id);
    }
    if (is_lost) {
      queue_.excuse(message.id);
    } else {
      held_.insert(message.id);
    }
  }
  if (is_lost) {
    if (queue_.order() == Order::by_group) {
      lost_ = std::move(messages);
    }
    throw Unavailable("simulated: reply lost");
  }
  between_();
  return messages;
}

bool SimSource::settle_one(const Message& message, Outcome outcome) {
  if (strikes(Fault::delete_fails)) {
    queue_.excuse(message.id);
    return false;
  }
  if (outcome == Outcome::returned) {
    queue_.excuse(message.id);
    return queue_.change_visibility(message, Seconds{0});
  }
  return queue_.erase(message, strikes(Fault::stale_delete_works) ? SimQueue::Stale::deletes
                                                                  : SimQueue::Stale::keeps);
}

std::size_t SimSource::settle(std::span<const Message> messages,
                              std::span<const Outcome> outcomes) {
  ENSURE(messages.size() == outcomes.size());
  between_();
  std::size_t failed = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    failed += settle_one(messages[i], outcomes[i]) ? 0 : 1;
    held_.erase(messages[i].id);
  }
  between_();
  return failed;
}

std::size_t SimSource::hold(std::span<const Message> messages, Seconds lease) {
  between_();
  std::size_t failed = 0;
  for (const Message& message : messages) {
    const bool fails = strikes(Fault::hold_fails);
    if (fails) {
      queue_.excuse(message.id);
    }
    failed += !fails && queue_.change_visibility(message, lease) ? 0 : 1;
  }
  return failed;
}

void SimSource::excuse_held() {
  for (const std::string& id : held_) {
    queue_.excuse(id);
  }
}

}  // namespace moretta::sim
