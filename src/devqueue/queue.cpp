#include "devqueue/queue.hpp"

#include <span>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

constexpr Seconds visibility_total_max{43'200};  // SQS: 12 hours from the receive

std::variant<StandardOrder, FifoOrder> order_for(QueueKind kind, Ordering ordering,
                                                 MessageStore& store) {
  if (kind == QueueKind::fifo && ordering == Ordering::as_the_kind_says) {
    return FifoOrder(store);
  }
  return StandardOrder(store);
}

// What a message is to its receivers, without the bookkeeping of its queue.
Message copy_of(const Message& message) {
  Message copy;
  copy.id = message.id;
  copy.body_md5 = message.body_md5;
  copy.body = message.body;
  if (message.extras) {
    copy.extras = std::make_unique<MessageExtras>(*message.extras);
  }
  copy.sent_at = message.sent_at;
  copy.first_received_at = message.first_received_at;
  copy.receive_count = message.receive_count;
  return copy;
}

}  // namespace

Queue::Queue(Identity identity, QueueSettings settings, Ordering ordering, Random& random)
    : identity_(std::move(identity)),
      settings_(std::move(settings)),
      modified_(identity_.created),
      random_(random),
      order_(order_for(settings_.kind, ordering, store_)) {
  random_.fill(std::as_writable_bytes(std::span(&tag_, 1)));
}

void Queue::change_settings(QueueSettings settings, WallTime now) {
  ENSURE(settings.kind == settings_.kind);
  settings_ = std::move(settings);
  modified_ = now;
}

void Queue::change(Slot slot, MessageState to) {
  const MessageState from = store_[slot].state;
  in_flight_ -= from == MessageState::in_flight ? 1 : 0;
  in_flight_ += to == MessageState::in_flight ? 1 : 0;
  delayed_ -= from == MessageState::delayed ? 1 : 0;
  delayed_ += to == MessageState::delayed ? 1 : 0;
  std::visit([&](auto& order) { order.change(slot, to); }, order_);
}

void Queue::start_timer(Slot slot, WallTime due) {
  store_[slot].timer = ++stamps_;
  timers_.add({due, stamps_, slot});
  timers_.tidy(in_flight_ + delayed_,
               [&](const Timer& timer) { return store_[timer.slot].timer == timer.stamp; });
}

Message Queue::drop(Slot slot) {
  change(slot, MessageState::gone);
  return store_.remove(slot);
}

Slot Queue::place(Message message, MessageState state) {
  message.sequence = ++sequences_;
  message.receipt = 0;
  message.timer = 0;
  message.state = MessageState::gone;
  const Slot slot = store_.add(std::move(message));
  change(slot, state);
  retention_.add({store_[slot].sent_at, sequences_, slot});
  retention_.tidy(store_.size(),
                  [&](const Timer& timer) { return store_.holds(timer.slot, timer.stamp); });
  return slot;
}

void Queue::advance(WallTime now) {
  while (const auto timer = timers_.pop(now)) {
    Message& message = store_[timer->slot];
    if (message.timer == timer->stamp) {
      message.timer = 0;
      change(timer->slot, MessageState::visible);
    }
  }
  while (const auto timer = retention_.pop(now - settings_.retention)) {
    if (store_.holds(timer->slot, timer->stamp)) {
      drop(timer->slot);
      counts_.expired += 1;
    }
  }
}

std::string Queue::deduplication_key(const NewMessage& message) const {
  const std::string& given = message.extras ? message.extras->deduplication_id : std::string();
  const std::string id = given.empty() ? hex(sha256(message.body)) : given;
  // A group id has no NUL, so the key cannot be mistaken.
  return settings_.deduplication_per_group ? message.extras->group + '\0' + id : id;
}

Sent Queue::send(NewMessage message, WallTime now) {
  advance(now);
  std::string key;
  if (is_fifo()) {
    ENSURE(message.extras != nullptr);
    key = deduplication_key(message);
    if (const Sent* accepted = accepted_.find(key, now)) {
      return {accepted->id, md5(message.body), accepted->sequence};
    }
    if (message.extras->deduplication_id.empty()) {
      message.extras->deduplication_id = hex(sha256(message.body));
    }
  }

  Sent sent{new_message_id(random_), md5(message.body), sequences_ + 1};
  Message kept;
  kept.id = sent.id;
  kept.body_md5 = sent.body_md5;
  kept.body = std::move(message.body);
  kept.extras = std::move(message.extras);
  kept.sent_at = now;
  const Seconds delay = message.delay.value_or(settings_.delay);
  const bool is_delayed = delay > Seconds(0);
  const Slot slot =
      place(std::move(kept), is_delayed ? MessageState::delayed : MessageState::visible);
  if (is_delayed) {
    start_timer(slot, now + delay);
  }
  counts_.sent += 1;
  if (is_fifo()) {
    accepted_.remember(key, sent, now);
  }
  return sent;
}

Delivery Queue::hand_out(Slot slot, Seconds visibility, WallTime now) {
  Message& message = store_[slot];
  message.receive_count += 1;
  message.receipt += 1;
  message.received_at = now;
  if (message.first_received_at == WallTime{}) {
    message.first_received_at = now;
  }
  change(slot, MessageState::in_flight);
  start_timer(slot, now + visibility);
  counts_.received += 1;
  return {&message, {message.sequence, slot, message.receipt}};
}

void Queue::redrive(Slot slot, Queue& dead_letters, WallTime now) {
  Message message = drop(slot);
  if (message.extras == nullptr) {
    message.extras = std::make_unique<MessageExtras>();
  }
  message.extras->source_arn = identity_.arn;
  if (is_fifo()) {
    // SQS: in a FIFO queue the retention clock restarts, and the id deduplicates the copy.
    message.sent_at = now;
    message.extras->deduplication_id.clear();
    append_id_text(message.id, message.extras->deduplication_id);
  }
  counts_.redriven += 1;
  dead_letters.adopt(std::move(message));
}

void Queue::receive(const ReceiveRequest& request, Queue* dead_letters, WallTime now,
                    std::vector<Delivery>& out) {
  advance(now);
  const Seconds visibility = request.visibility.value_or(settings_.visibility);
  const bool has_attempt = is_fifo() && !request.attempt_id.empty();
  if (has_attempt) {
    Attempt* attempt = attempts_.find(request.attempt_id, now);
    if (attempt != nullptr && repeat_attempt(*attempt, visibility, now, out)) {
      return;
    }
  }

  const std::size_t first = out.size();
  Slot previous = no_slot;
  while (out.size() - first < request.messages_max) {
    const Slot slot = std::visit([&](const auto& order) { return order.next(previous); }, order_);
    if (slot == no_slot) {
      break;
    }
    if (dead_letters != nullptr && settings_.redrive &&
        store_[slot].receive_count >= settings_.redrive->receives_max) {
      redrive(slot, *dead_letters, now);
      continue;
    }
    out.push_back(hand_out(slot, visibility, now));
    previous = slot;
  }

  if (has_attempt && out.size() > first) {
    Attempt attempt;
    for (std::size_t i = first; i < out.size(); ++i) {
      attempt.given.emplace_back(out[i].receipt, out[i].message->timer);
    }
    attempts_.remember(request.attempt_id, std::move(attempt), now);
  }
}

// SQS: the same messages and handles again and their visibility restarts, unless one of them has
// been deleted, changed or become visible since.
bool Queue::repeat_attempt(Attempt& attempt, Seconds visibility, WallTime now,
                           std::vector<Delivery>& out) {
  for (const auto& [receipt, timer] : attempt.given) {
    if (!is_current(receipt) || store_[receipt.slot].timer != timer) {
      return false;
    }
  }
  for (auto& [receipt, timer] : attempt.given) {
    start_timer(receipt.slot, now + visibility);
    timer = store_[receipt.slot].timer;
    out.push_back({&store_[receipt.slot], receipt});
  }
  return !attempt.given.empty();
}

bool Queue::is_current(const Receipt& receipt) const {
  return store_.holds(receipt.slot, receipt.sequence) &&
         store_[receipt.slot].receipt == receipt.number;
}

Removal Queue::remove(const Receipt& receipt, WallTime now) {
  advance(now);
  if (!store_.holds(receipt.slot, receipt.sequence)) {
    return Removal::gone;
  }
  const Message& message = store_[receipt.slot];
  if (is_fifo() &&
      (message.receipt != receipt.number || message.state != MessageState::in_flight)) {
    return Removal::expired;
  }
  if (message.receipt != receipt.number) {
    return Removal::stale;
  }
  drop(receipt.slot);
  counts_.deleted += 1;
  return Removal::removed;
}

Extension Queue::change_visibility(const Receipt& receipt, Seconds visibility, WallTime now) {
  advance(now);
  if (!store_.holds(receipt.slot, receipt.sequence)) {
    return Extension::gone;
  }
  Message& message = store_[receipt.slot];
  const bool is_expired =
      message.receipt != receipt.number || message.state != MessageState::in_flight;
  if (is_expired) {
    // Recorded from AWS: on a standard queue an expired handle is answered with success.
    return is_fifo() ? Extension::expired : Extension::stale;
  }
  if (now + visibility > message.received_at + visibility_total_max) {
    return Extension::beyond_limit;
  }
  if (visibility == Seconds(0)) {
    message.timer = 0;
    change(receipt.slot, MessageState::visible);
  } else {
    start_timer(receipt.slot, now + visibility);
  }
  return Extension::changed;
}

void Queue::purge() {
  for (Slot slot = 0; slot < store_.slots(); ++slot) {
    if (store_[slot].state != MessageState::gone) {
      drop(slot);
      counts_.purged += 1;
    }
  }
  timers_.clear();
  retention_.clear();
}

const Message* Queue::peek(WallTime now) {
  advance(now);
  const Slot slot = std::visit([](const auto& order) { return order.next(no_slot); }, order_);
  return slot == no_slot ? nullptr : &store_[slot];
}

std::optional<Message> Queue::take(WallTime now) {
  advance(now);
  const Slot slot = std::visit([](const auto& order) { return order.next(no_slot); }, order_);
  if (slot == no_slot) {
    return std::nullopt;
  }
  counts_.moved += 1;
  return drop(slot);
}

void Queue::adopt(Message message) {
  counts_.adopted += 1;
  place(std::move(message), MessageState::visible);
}

void Queue::duplicate(const Message& message) {
  ENSURE(!is_fifo());
  counts_.duplicated += 1;
  place(copy_of(message), MessageState::visible);
}

std::vector<Message> Queue::copies() const {
  std::vector<Message> copies;
  for (Slot slot = 0; slot < store_.slots(); ++slot) {
    if (store_[slot].state != MessageState::gone) {
      copies.push_back(copy_of(store_[slot]));
    }
  }
  return copies;
}

QueueCounts Queue::counts() const {
  QueueCounts counts = counts_;
  counts.in_flight = in_flight_;
  counts.delayed = delayed_;
  counts.visible = store_.size() - in_flight_ - delayed_;
  return counts;
}

}  // namespace moretta::devqueue
