#include "devqueue/control.hpp"

#include <iterator>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::devqueue {

namespace {

void append_counts(const QueueCounts& counts, std::string& out) {
  fmt::format_to(
      std::back_inserter(out),
      R"({{"visible":{},"in_flight":{},"delayed":{},"sent":{},"received":{},"deleted":{},)"
      R"("expired":{},"redriven":{},"adopted":{},"moved":{},"purged":{},"duplicated":{}}})",
      counts.visible, counts.in_flight, counts.delayed, counts.sent, counts.received,
      counts.deleted, counts.expired, counts.redriven, counts.adopted, counts.moved, counts.purged,
      counts.duplicated);
}

}  // namespace

std::string stats_json(const std::map<std::string, Account>& accounts, const std::string& region,
                       const RequestCounts& requests) {
  std::string out = R"({"queues":{)";
  for (const auto& [name, account] : accounts) {
    for (const Queue* queue : account.with_prefix("")) {
      out += out.ends_with('{') ? "" : ",";
      const std::string& queue_name = queue->identity().name;
      append_json_string(name == region ? queue_name : name + ":" + queue_name, out);
      out += ":";
      append_counts(queue->counts(), out);
    }
  }
  out += R"(},"requests":{)";
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i] > 0) {
      out += out.ends_with('{') ? "" : ",";
      fmt::format_to(std::back_inserter(out), R"("{}":{})",
                     operation_name(static_cast<Operation>(i)), requests[i]);
    }
  }
  out += "}}";
  return out;
}

}  // namespace moretta::devqueue
