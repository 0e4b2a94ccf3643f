#include "aws/sqs_client.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/backoff.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace {

constexpr int rounds_max = 3;  // of a batch whose entries fail one by one
constexpr BackoffPolicy round_pause{.base = Millis{100}, .cap = Millis{2000}};
// What one SendMessageBatch may carry: since August 2025 a queue may allow 1 MiB, an older one 256
// kB.
constexpr std::size_t batch_bytes_max = 262'144;

// SQS repeats a receive for five minutes; the rest is for the way there.
constexpr std::chrono::minutes attempt_age_max{4};
constexpr std::size_t attempts_max = 1000;  // more than a lane ever has open

std::string fresh_attempt_id(Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  return hex(bytes);
}

// A standard queue is asked the same again and again, so that is written once. On a FIFO queue each
// receive has an id of its own.
class ReceiveWriter {
 public:
  explicit ReceiveWriter(ReceiveRequest request) : request_(std::move(request)) {}

  std::string write(Protocol protocol, const std::string& attempt_id) {
    if (written_for_ != protocol || !attempt_id.empty()) {
      request_.attempt_id = attempt_id;
      written_ = write_receive(protocol, request_);
      written_for_ = protocol;
    }
    return written_;
  }

 private:
  ReceiveRequest request_;
  std::string written_;
  std::optional<Protocol> written_for_;
};

std::size_t bytes_of_entry(const SendEntry& entry) {
  std::size_t bytes = entry.body.size();
  for (const MessageAttribute& attribute : entry.attributes) {
    bytes += attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return bytes;
}

// Of our own numbering; nothing else is one of ours.
std::optional<std::size_t> position(std::string_view entry, std::size_t count) {
  if (entry.size() != 1 || entry[0] < '0' || entry[0] > '9') {
    return std::nullopt;
  }
  const auto index = static_cast<std::size_t>(entry[0] - '0');
  return index < count ? std::optional(index) : std::nullopt;
}

bool may_pass(const BatchFailure& failure) {
  const auto kind = class_of_code(failure.code);
  if (kind == ErrorClass::stale_receipt) {
    return false;
  }
  return failure.fault == BatchFailure::Fault::server || kind == ErrorClass::throttled ||
         kind == ErrorClass::transient;
}

// Errors of a whole request that say nothing about its entries leave them for later; so does a
// request that the server calls malformed, because the others may have been good.
bool concerns_all(ErrorClass kind) {
  return kind != ErrorClass::transient && kind != ErrorClass::throttled &&
         kind != ErrorClass::later && kind != ErrorClass::rejected;
}

}  // namespace

struct SqsClient::Batch {
  std::string_view operation;
  std::string_view queue_url;
  std::size_t items = 0;
  std::function<std::string(Protocol, std::span<const std::size_t>)> write;
  std::function<std::size_t(std::size_t)> bytes;  // of an item; absent: the count alone limits
  enum class Order { any, kept } order = Order::any;

  [[nodiscard]] std::vector<Items> groups_of(std::span<const std::size_t> open) const;
};

std::vector<SqsClient::Items> SqsClient::Batch::groups_of(std::span<const std::size_t> open) const {
  std::vector<Items> groups;
  std::size_t group_bytes = 0;
  for (const std::size_t item : open) {
    const std::size_t item_bytes = bytes ? bytes(item) : 0;
    const bool full = groups.empty() || groups.back().size() == batch_entries_max ||
                      group_bytes + item_bytes > batch_bytes_max;
    if (full) {
      groups.emplace_back().reserve(batch_entries_max);
      group_bytes = 0;
    }
    groups.back().push_back(item);
    group_bytes += item_bytes;
  }
  return groups;
}

SqsClient::SqsClient(SqsWorld world, SqsSettings settings)
    : world_(world), channel_(world, std::move(settings)) {}

bool SqsClient::is_intact(const SqsMessage& message) {
  const bool whole = !message.id.empty() && !message.receipt.empty();
  std::array<char, 2 * sizeof(Md5)> digest{};
  write_hex(md5(message.body), digest);
  const bool digest_fits = message.body_md5.empty() || std::ranges::equal(message.body_md5, digest);
  if (whole && digest_fits) {
    return true;
  }
  ++damaged_;
  world_.log.warn("sqs_message_damaged", {{"fault", whole ? "body digest" : "no id or receipt"},
                                          {"damaged_total", damaged_}});
  return false;
}

SqsClient::Attempt SqsClient::next_attempt() {
  const SteadyTime now = world_.clock.steady();
  std::erase_if(unanswered_, [now](const Attempt& attempt) {
    return now - attempt.first_asked > attempt_age_max;
  });
  if (unanswered_.empty()) {
    return {.id = fresh_attempt_id(world_.random), .first_asked = now};
  }
  Attempt attempt = std::move(unanswered_.back());
  unanswered_.pop_back();
  return attempt;
}

// Appends the messages of an answer that are whole.
bool SqsClient::read_messages(const SqsAnswer& answer, std::vector<SqsMessage>& messages) {
  const std::size_t before = messages.size();
  if (!reader_.messages(answer.protocol, answer.body, messages)) {
    return false;
  }
  const std::span<SqsMessage> came = std::span(messages).subspan(before);
  if (came.empty()) {
    channel_.note_empty_receive();
  }
  for (SqsMessage& message : came) {
    message.asked_at = answer.asked_at;
  }
  const auto whole_end = std::remove_if(came.begin(), came.end(), [&](SqsMessage& message) {
    const bool is_good = is_intact(message);
    if (!is_good) {
      wipe(message.body);
    }
    return !is_good;
  });
  messages.resize(messages.size() - static_cast<std::size_t>(came.end() - whole_end));
  return true;
}

std::vector<SqsMessage> SqsClient::receive(const ReceiveOrder& order) {
  ENSURE(order.requests > 0);
  const std::string_view name = queue_name(order.queue_url);
  const bool fifo = is_fifo(order.queue_url);
  std::vector<SqsMessage> messages;

  const auto read = [&](const SqsAnswer& answer) {
    return read_messages(answer, messages);
  };

  // After a lost answer the same id makes a FIFO queue give the same messages again; on a standard
  // queue they are hidden until their time is up, so a retry while others wait is for nothing.
  // A long poll may be cut while nothing of its answer has come: the queue is most likely waiting
  // itself; if not, its messages come again, one receive the poorer. Others are answered at once.
  const std::stop_token stop = order.wait > Seconds{0} ? order.stop : std::stop_token();
  const Seconds wait = std::min(order.wait, wait_max);
  ReceiveWriter writer(
      {.queue_url = order.queue_url, .wait = wait, .attributes = order.attributes});
  std::vector<SqsCall> calls;
  std::vector<Attempt> attempts;
  calls.reserve(static_cast<std::size_t>(order.requests));
  messages.reserve(static_cast<std::size_t>(order.requests) * receive_messages_max);
  for (int i = 0; i < order.requests; ++i) {
    attempts.push_back(fifo ? next_attempt() : Attempt{});
    calls.push_back({.operation = "ReceiveMessage",
                     .queue = name,
                     .write = [&writer, id = attempts.back().id](
                                  Protocol protocol) { return writer.write(protocol, id); },
                     .read = read,
                     .wait = wait,
                     .stop = stop});
  }
  const auto something_came = [&] {
    return !fifo && !messages.empty();
  };
  channel_.run(calls, something_came, order.stop);
  for (std::size_t i = 0; fifo && i < calls.size(); ++i) {
    if (!calls[i].done && unanswered_.size() < attempts_max) {
      unanswered_.push_back(std::move(attempts[i]));
    }
  }

  const auto is_left = [](const SqsCall& call) {
    return !call.done && call.error->kind != ErrorClass::stopped;
  };
  const auto failed = std::ranges::find_if(calls, is_left);
  if (failed != calls.end() && std::ranges::none_of(calls, &SqsCall::done)) {
    channel_.raise(*failed);
  }
  if (failed != calls.end()) {
    world_.log.warn("sqs_receive_incomplete",
                    {{"queue", name}, {"error", describe(*failed->error)}});
  }
  return messages;
}

SqsClient::Items SqsClient::run_groups(const Batch& batch, std::span<const Items> groups,
                                       BatchResult& result) {
  std::vector<BatchReply> replies(groups.size());
  std::vector<SqsCall> calls;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    calls.push_back(
        {.operation = batch.operation,
         .queue = queue_name(batch.queue_url),
         .write = [&, i](Protocol protocol) { return batch.write(protocol, groups[i]); },
         .read =
             [&, i](const SqsAnswer& answer) {
               auto reply = reader_.batch(answer.protocol, answer.body);
               if (reply) {
                 replies[i] = std::move(*reply);
               }
               return reply.has_value();
             }});
  }
  if (batch.order == Batch::Order::any) {
    channel_.run(calls);
  } else {
    for (SqsCall& call : calls) {
      channel_.run({&call, 1});
    }
  }

  Items again;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Items& group = groups[i];
    if (!calls[i].done) {
      if (concerns_all(calls[i].error->kind)) {
        channel_.raise(calls[i]);
      }
      result.left.insert(result.left.end(), group.begin(), group.end());
      result.reason = describe(*calls[i].error);
      continue;
    }
    enum class Fate { unmentioned, done, failed };
    std::vector<Fate> fates(group.size(), Fate::unmentioned);
    for (const BatchSuccess& success : replies[i].successes) {
      if (const auto at = position(success.entry, group.size())) {
        fates[*at] = Fate::done;
      }
    }
    for (const BatchFailure& failure : replies[i].failures) {
      if (const auto at = position(failure.entry, group.size()); at && !may_pass(failure)) {
        fates[*at] = Fate::failed;
        result.reason = failure.code;
      }
    }
    for (std::size_t at = 0; at < group.size(); ++at) {
      if (fates[at] == Fate::failed) {
        result.left.push_back(group[at]);
      } else if (fates[at] == Fate::unmentioned) {
        again.push_back(group[at]);
      }
    }
  }
  return again;
}

BatchResult SqsClient::run_batches(const Batch& batch) {
  BatchResult result;
  Backoff backoff(round_pause, world_.random);
  Items open(batch.items);
  std::iota(open.begin(), open.end(), std::size_t{0});
  for (int round = 0; round < rounds_max && !open.empty(); ++round) {
    if (round > 0) {
      world_.clock.sleep(backoff.next(), {});
    }
    open = run_groups(batch, batch.groups_of(open), result);
  }
  if (!open.empty()) {
    result.left.insert(result.left.end(), open.begin(), open.end());
    result.reason = "the server keeps failing single entries";
  }
  std::ranges::sort(result.left);
  if (!result.left.empty()) {
    world_.log.warn("sqs_batch_incomplete", {{"operation", batch.operation},
                                             {"queue", queue_name(batch.queue_url)},
                                             {"left", result.left.size()},
                                             {"of", batch.items},
                                             {"error", result.reason}});
  }
  return result;
}

BatchResult SqsClient::remove(const std::string& queue_url,
                              std::span<const std::string_view> receipts) {
  return run_batches({.operation = "DeleteMessageBatch",
                      .queue_url = queue_url,
                      .items = receipts.size(),
                      .write =
                          [&](Protocol protocol, std::span<const std::size_t> items) {
                            std::vector<std::string_view> chosen;
                            chosen.reserve(items.size());
                            for (const std::size_t item : items) {
                              chosen.push_back(receipts[item]);
                            }
                            return write_delete_batch(protocol, queue_url, chosen);
                          },
                      .bytes = {}});
}

BatchResult SqsClient::set_visibility(const std::string& queue_url,
                                      std::span<const VisibilityEntry> entries) {
  return run_batches({.operation = "ChangeMessageVisibilityBatch",
                      .queue_url = queue_url,
                      .items = entries.size(),
                      .write =
                          [&](Protocol protocol, std::span<const std::size_t> items) {
                            std::vector<VisibilityEntry> chosen;
                            for (const std::size_t item : items) {
                              chosen.push_back(entries[item]);
                            }
                            return write_visibility_batch(protocol, queue_url, chosen);
                          },
                      .bytes = {}});
}

BatchResult SqsClient::send(const std::string& queue_url, std::span<const SendEntry> entries) {
  return run_batches({.operation = "SendMessageBatch",
                      .queue_url = queue_url,
                      .items = entries.size(),
                      .write =
                          [&](Protocol protocol, std::span<const std::size_t> items) {
                            std::vector<const SendEntry*> chosen;
                            for (const std::size_t item : items) {
                              chosen.push_back(&entries[item]);
                            }
                            return write_send_batch(protocol, queue_url, chosen);
                          },
                      .bytes = [&](std::size_t item) { return bytes_of_entry(entries[item]); },
                      .order = is_fifo(queue_url) ? Batch::Order::kept : Batch::Order::any});
}

void SqsClient::run_one(SqsCall call) {
  channel_.run({&call, 1});
  if (!call.done) {
    channel_.raise(call);
  }
}

Attributes SqsClient::attributes(const std::string& queue_url) {
  Attributes out;
  run_one({.operation = "GetQueueAttributes",
           .queue = queue_name(queue_url),
           .write = [&](Protocol protocol) { return write_get_attributes(protocol, queue_url); },
           .read =
               [&](const SqsAnswer& answer) {
                 auto read = reader_.attributes(answer.protocol, answer.body);
                 if (read) {
                   out = std::move(*read);
                 }
                 return read.has_value();
               }});
  return out;
}

std::string SqsClient::queue_url(const std::string& name) {
  std::string out;
  run_one({.operation = "GetQueueUrl",
           .queue = name,
           .write = [&](Protocol protocol) { return write_get_queue_url(protocol, name); },
           .read =
               [&](const SqsAnswer& answer) {
                 out = reader_.queue_url(answer.protocol, answer.body).value_or("");
                 return !out.empty();
               }});
  return out;
}

std::string SqsClient::create_queue(const std::string& name, const Attributes& attributes) {
  std::string out;
  run_one(
      {.operation = "CreateQueue",
       .queue = name,
       .write = [&](Protocol protocol) { return write_create_queue(protocol, name, attributes); },
       .read =
           [&](const SqsAnswer& answer) {
             out = reader_.queue_url(answer.protocol, answer.body).value_or("");
             return !out.empty();
           }});
  return out;
}

void SqsClient::purge_queue(const std::string& queue_url) {
  run_one({.operation = "PurgeQueue",
           .queue = queue_name(queue_url),
           .write =
               [&](Protocol protocol) {
                 return write_queue_operation(protocol, "PurgeQueue", queue_url);
               },
           .read =
               [](const SqsAnswer&) {
                 return true;
               }});
}

void SqsClient::delete_queue(const std::string& queue_url) {
  run_one({.operation = "DeleteQueue",
           .queue = queue_name(queue_url),
           .write =
               [&](Protocol protocol) {
                 return write_queue_operation(protocol, "DeleteQueue", queue_url);
               },
           .read =
               [](const SqsAnswer&) {
                 return true;
               }});
}

}  // namespace moretta::aws
