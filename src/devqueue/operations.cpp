#include "devqueue/operations.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::int64_t results_limit = 1000;  // SQS: ListQueues gives at most so many
constexpr std::int64_t tasks_limit = 10;      // SQS: ListMessageMoveTasks

Result<Answer, ApiError> create_queue(const Call& call, Scene& scene) {
  if (!call.queue_name) {
    return Failure{missing("QueueName")};
  }
  auto queue = scene.account.create(*call.queue_name, call.attributes, scene.now);
  if (!queue) {
    return Failure{queue.error()};
  }
  return Answer{QueueUrl{url_of(*queue.value(), scene)}};
}

Result<Answer, ApiError> get_queue_url(const Call& call, Scene& scene) {
  if (!call.queue_name) {
    return Failure{missing("QueueName")};
  }
  const Queue* queue = scene.account.find(*call.queue_name);
  if (queue == nullptr) {
    return Failure{no_such_queue()};
  }
  return Answer{QueueUrl{url_of(*queue, scene)}};
}

// A page of the queues' URLs. The token is the name of the last queue shown.
Result<QueueUrls, ApiError> page_of(const std::vector<Queue*>& queues, const Call& call,
                                    const Scene& scene) {
  if (call.results_max && (*call.results_max < 1 || *call.results_max > results_limit)) {
    return Failure{invalid_value("MaxResults", std::to_string(*call.results_max),
                                 "Must be between 1 and 1000, if provided.")};
  }
  const auto limit = static_cast<std::size_t>(call.results_max.value_or(results_limit));
  const std::string after = from_base64(call.next_token.value_or("")).value_or("");
  QueueUrls page;
  std::string last;
  for (const Queue* queue : queues) {
    if (queue->identity().name <= after) {
      continue;
    }
    if (page.urls.size() == limit) {
      page.next_token = call.results_max ? base64(bytes_of(last)) : std::string();
      break;
    }
    last = queue->identity().name;
    page.urls.push_back(url_of(*queue, scene));
  }
  return page;
}

Result<Answer, ApiError> list_queues(const Call& call, Scene& scene) {
  auto page = page_of(scene.account.with_prefix(call.prefix.value_or("")), call, scene);
  if (!page) {
    return Failure{page.error()};
  }
  return Answer{std::move(page).value()};
}

Result<Answer, ApiError> list_sources(const Call& call, Scene& scene, const Queue& queue) {
  auto page = page_of(scene.account.sources_of(queue), call, scene);
  if (!page) {
    return Failure{page.error()};
  }
  page.value().json_name = "queueUrls";
  return Answer{std::move(page).value()};
}

std::string seconds_text(WallTime time) {
  return std::to_string(std::chrono::floor<Seconds>(time).time_since_epoch().count());
}

Result<Answer, ApiError> get_attributes(const Call& call, Scene& scene, Queue& queue) {
  queue.advance(scene.now);
  const QueueCounts counts = queue.counts();
  Attributes all = queue.settings().text;
  all["QueueArn"] = queue.identity().arn;
  all["CreatedTimestamp"] = seconds_text(queue.identity().created);
  all["LastModifiedTimestamp"] = seconds_text(queue.modified());
  all["ApproximateNumberOfMessages"] = std::to_string(counts.visible);
  all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(counts.in_flight);
  all["ApproximateNumberOfMessagesDelayed"] = std::to_string(counts.delayed);

  static constexpr std::array optional_names{std::string_view{"Policy"},
                                             std::string_view{"RedrivePolicy"},
                                             std::string_view{"RedriveAllowPolicy"},
                                             std::string_view{"KmsMasterKeyId"},
                                             std::string_view{"KmsDataKeyReusePeriodSeconds"},
                                             std::string_view{"FifoQueue"},
                                             std::string_view{"ContentBasedDeduplication"},
                                             std::string_view{"DeduplicationScope"},
                                             std::string_view{"FifoThroughputLimit"}};
  QueueAttributes wanted;
  for (const std::string& name : call.attribute_names) {
    if (name == "All") {
      return Answer{QueueAttributes{std::move(all)}};
    }
    const auto found = all.find(name);
    if (found != all.end()) {
      wanted.attributes.insert(*found);
    } else if (std::ranges::find(optional_names, name) == optional_names.end()) {
      return Failure{ApiError{&error::invalid_attribute_name, "Unknown Attribute " + name + "."}};
    }
  }
  return Answer{std::move(wanted)};
}

Result<Answer, ApiError> start_move(const Call& call, Scene& scene) {
  if (!call.source_arn) {
    return Failure{missing("SourceArn")};
  }
  auto handle = scene.account.start_move(
      {*call.source_arn, call.destination_arn.value_or(""), call.rate}, scene.now);
  if (!handle) {
    return Failure{handle.error()};
  }
  return Answer{MoveTaskStarted{handle.value()}};
}

Result<Answer, ApiError> list_moves(const Call& call, Scene& scene) {
  if (!call.source_arn) {
    return Failure{missing("SourceArn")};
  }
  const std::int64_t limit = call.results_max.value_or(1);
  if (limit < 1 || limit > tasks_limit) {
    return Failure{invalid_value("MaxResults", std::to_string(limit), "Must be between 1 and 10.")};
  }
  if (scene.account.find_arn(*call.source_arn) == nullptr) {
    return Failure{
        ApiError{&error::resource_not_found,
                 "The resource that you specified for the SourceArn parameter doesn't exist."}};
  }
  scene.account.advance(scene.now);
  MoveTaskList list;
  const std::vector<MoveTask>& tasks = scene.account.moves();
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
    if (task->order.source_arn == *call.source_arn &&
        list.tasks.size() < static_cast<std::size_t>(limit)) {
      list.tasks.push_back(*task);
    }
  }
  return Answer{std::move(list)};
}

Result<Answer, ApiError> cancel_move(const Call& call, Scene& scene) {
  if (!call.task_handle) {
    return Failure{missing("TaskHandle")};
  }
  auto moved = scene.account.cancel_move(*call.task_handle, scene.now);
  if (!moved) {
    return Failure{moved.error()};
  }
  return Answer{MoveTaskCancelled{moved.value()}};
}

Result<Answer, ApiError> nothing_or(Result<Done, ApiError> done) {
  if (!done) {
    return Failure{done.error()};
  }
  return Answer{Nothing{}};
}

Result<Answer, ApiError> unsupported() {
  return Failure{
      ApiError{&error::unsupported_operation, "this server does not support the operation"}};
}

Result<Answer, ApiError> perform_on_queue(const Call& call, Scene& scene) {
  auto found = queue_of(call, scene);
  if (!found) {
    return Failure{found.error()};
  }
  Queue& queue = *found.value();
  switch (call.operation) {
    case Operation::delete_queue:
      scene.account.remove(queue, scene.now);
      return Answer{Nothing{}};
    case Operation::get_queue_attributes:
      return get_attributes(call, scene, queue);
    case Operation::set_queue_attributes:
      return nothing_or(scene.account.set_attributes(queue, call.attributes, scene.now));
    case Operation::purge_queue:
      return nothing_or(scene.account.purge(queue, scene.now));
    case Operation::list_dead_letter_source_queues:
      return list_sources(call, scene, queue);
    default:
      return unsupported();
  }
}

}  // namespace

Result<Queue*, ApiError> queue_of(const Call& call, const Scene& scene) {
  if (!call.queue_url) {
    return Failure{missing("QueueUrl")};
  }
  const std::string_view url = *call.queue_url;
  Queue* queue = scene.account.find(url.substr(url.rfind('/') + 1));
  if (queue == nullptr) {
    return Failure{no_such_queue()};
  }
  return queue;
}

std::string url_of(const Queue& queue, const Scene& scene) {
  std::string url = scene.base_url + "/";
  url += account_id;
  return url + "/" + queue.identity().name;
}

Result<Answer, ApiError> perform(const Call& call, Scene& scene) {
  switch (call.operation) {
    case Operation::create_queue:
      return create_queue(call, scene);
    case Operation::get_queue_url:
      return get_queue_url(call, scene);
    case Operation::list_queues:
      return list_queues(call, scene);
    case Operation::send_message:
      return send_message(call, scene);
    case Operation::send_message_batch:
      return send_message_batch(call, scene);
    case Operation::delete_message:
      return delete_message(call, scene);
    case Operation::delete_message_batch:
      return delete_message_batch(call, scene);
    case Operation::change_message_visibility:
      return change_message_visibility(call, scene);
    case Operation::change_message_visibility_batch:
      return change_message_visibility_batch(call, scene);
    case Operation::start_message_move_task:
      return scene.manners.knows_move_tasks ? start_move(call, scene) : unsupported();
    case Operation::list_message_move_tasks:
      return scene.manners.knows_move_tasks ? list_moves(call, scene) : unsupported();
    case Operation::cancel_message_move_task:
      return scene.manners.knows_move_tasks ? cancel_move(call, scene) : unsupported();
    default:
      return perform_on_queue(call, scene);
  }
}

}  // namespace moretta::devqueue
