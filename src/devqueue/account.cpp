#include "devqueue/account.hpp"

#include <algorithm>

namespace moretta::devqueue {

namespace {

constexpr std::size_t name_size_max = 80;  // SQS
constexpr std::string_view fifo_suffix = ".fifo";

bool is_queue_name(std::string_view name) {
  if (name.ends_with(fifo_suffix)) {
    name.remove_suffix(fifo_suffix.size());
  }
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

bool is_within(const std::map<std::string, WallTime, std::less<>>& times, std::string_view name,
               Seconds rest, WallTime now) {
  const auto found = times.find(name);
  return found != times.end() && now < found->second + rest;
}

ApiError invalid_queue_name() {
  return {&error::invalid_parameter,
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"};
}

}  // namespace

std::string Account::arn_of(std::string_view name) const {
  std::string arn = "arn:aws:sqs:" + rules_.region + ":";
  arn += account_id;
  arn += ':';
  return arn += name;
}

Result<Done, ApiError> Account::check_redrive(const QueueSettings& settings) const {
  if (!settings.redrive) {
    return Done{};
  }
  const Queue* target = find_arn(settings.redrive->target_arn);
  if (target == nullptr) {
    return Failure{ApiError{&error::invalid_parameter,
                            "Value " + settings.text.at("RedrivePolicy") +
                                " for parameter RedrivePolicy is invalid. Reason: Dead letter "
                                "target does not exist."}};
  }
  if (target->settings().kind != settings.kind) {
    return Failure{ApiError{&error::invalid_parameter,
                            "Value " + settings.text.at("RedrivePolicy") +
                                " for parameter RedrivePolicy is invalid. Reason: Dead-letter "
                                "queue must be same type of queue as the source."}};
  }
  return Done{};
}

Result<Queue*, ApiError> Account::create(const std::string& name, const Attributes& attributes,
                                         WallTime now) {
  const bool is_fifo = attributes.contains("FifoQueue") && attributes.at("FifoQueue") == "true";
  if (!is_queue_name(name) || name.size() > name_size_max ||
      name.ends_with(fifo_suffix) != is_fifo) {
    return Failure{invalid_queue_name()};
  }
  if (is_within(deleted_at_, name, rules_.rest, now)) {
    return Failure{ApiError{&error::queue_deleted_recently,
                            "You must wait 60 seconds after deleting a queue before you can create "
                            "another with the same name."}};
  }
  Queue* existing = find(name);
  if (existing != nullptr) {
    for (const auto& [attribute, value] : attributes) {
      const auto found = existing->settings().text.find(attribute);
      if (found == existing->settings().text.end() || found->second != value) {
        return Failure{ApiError{&error::queue_name_exists,
                                "A queue already exists with the same name and a different value "
                                "for attribute " +
                                    attribute}};
      }
    }
    return existing;
  }

  auto settings = with_attributes(default_settings(is_fifo ? QueueKind::fifo : QueueKind::standard),
                                  attributes);
  if (!settings) {
    return Failure{settings.error()};
  }
  if (auto checked = check_redrive(settings.value()); !checked) {
    return Failure{checked.error()};
  }
  auto queue = std::make_unique<Queue>(Queue::Identity{name, arn_of(name), now},
                                       std::move(settings).value(), rules_.ordering, random_);
  return queues_.emplace(name, std::move(queue)).first->second.get();
}

Result<Done, ApiError> Account::set_attributes(Queue& queue, const Attributes& attributes,
                                               WallTime now) {
  auto settings = with_attributes(queue.settings(), attributes);
  if (!settings) {
    return Failure{settings.error()};
  }
  if (auto checked = check_redrive(settings.value()); !checked) {
    return checked;
  }
  queue.change_settings(std::move(settings).value(), now);
  return Done{};
}

void Account::remove(Queue& queue, WallTime now) {
  const std::string name = queue.identity().name;
  deleted_at_[name] = now;
  queues_.erase(name);
}

Result<Done, ApiError> Account::purge(Queue& queue, WallTime now) {
  const std::string& name = queue.identity().name;
  if (is_within(purged_at_, name, rules_.rest, now)) {
    return Failure{ApiError{&error::purge_in_progress, "Only one PurgeQueue operation on " + name +
                                                           " is allowed every 60 seconds."}};
  }
  purged_at_[name] = now;
  queue.purge();
  return Done{};
}

Queue* Account::find(std::string_view name) const {
  const auto found = queues_.find(name);
  return found == queues_.end() ? nullptr : found->second.get();
}

Queue* Account::find_arn(std::string_view arn) const {
  Queue* queue = find(arn.substr(arn.rfind(':') + 1));
  return queue != nullptr && queue->identity().arn == arn ? queue : nullptr;
}

Queue* Account::dead_letters_of(const Queue& queue) const {
  const auto& redrive = queue.settings().redrive;
  return redrive ? find_arn(redrive->target_arn) : nullptr;
}

std::vector<Queue*> Account::with_prefix(std::string_view prefix) const {
  std::vector<Queue*> found;
  for (auto at = queues_.lower_bound(prefix); at != queues_.end(); ++at) {
    if (!at->first.starts_with(prefix)) {
      break;
    }
    found.push_back(at->second.get());
  }
  return found;
}

std::vector<Queue*> Account::sources_of(const Queue& dead_letters) const {
  std::vector<Queue*> sources;
  for (const auto& [name, queue] : queues_) {
    if (dead_letters_of(*queue) == &dead_letters) {
      sources.push_back(queue.get());
    }
  }
  return sources;
}

Result<std::string, ApiError> Account::start_move(const MoveOrder& order, WallTime now) {
  return moves_.start(*this, order, random_, now);
}

Result<std::uint64_t, ApiError> Account::cancel_move(const std::string& handle, WallTime now) {
  moves_.advance(*this, random_, now);
  return moves_.cancel(handle);
}

void Account::advance(WallTime now) {
  for (const auto& [name, queue] : queues_) {
    queue->advance(now);
  }
  moves_.advance(*this, random_, now);
}

std::optional<WallTime> Account::next_change() const {
  std::optional<WallTime> next = moves_.next_change();
  for (const auto& [name, queue] : queues_) {
    const auto change = queue->next_change();
    if (change && (!next || *change < *next)) {
      next = change;
    }
  }
  return next;
}

}  // namespace moretta::devqueue
