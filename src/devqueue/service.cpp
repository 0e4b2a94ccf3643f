#include "devqueue/service.hpp"

#include <algorithm>

#include <fmt/chrono.h>

#include "base/json_text.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::string_view control_prefix = "/_devqueue/";

}  // namespace

Service::Service(ServiceOptions options, Random& random)
    : options_(std::move(options)),
      manners_(manners_of(options_.personality)),
      random_(random),
      verifier_(options_.keys, options_.region),
      faults_(options_.faults) {}

Account& Service::account(const std::string& region) {
  const bool is_default = region.empty() || !manners_.takes_region_from_scope;
  const std::string& name = is_default ? options_.region : region;
  const auto found = accounts_.find(name);
  if (found != accounts_.end()) {
    return found->second;
  }
  const Account::Rules rules{name, manners_.ordering, options_.rest};
  return accounts_.try_emplace(name, rules, random_).first->second;
}

Scene Service::scene(const Context& context, WallTime now) {
  return {account(context.region), manners_, context.base_url, now,
          options_.in_flight_max,  faults_};
}

std::optional<HttpReply> Service::handle(const HttpRequest& request, Ticket ticket, WallTime now) {
  if (request.path.starts_with(control_prefix)) {
    return handle_control(request, now);
  }
  Context context;
  context.wire = wire_of(request);
  std::optional<HttpReply> reply;
  if (context.wire == Wire::json && !manners_.speaks_json) {
    reply = localstack_refusal(request);
  } else {
    context.region = scope_region(request);
    context.base_url = manners_.names_queues_by_host_header
                           ? "http://" + std::string(request.header("host"))
                           : options_.base_url;
    append_id_text(new_message_id(random_), context.request_id);
    reply = handle_call(request, context, ticket, now);
  }
  return reply ? finish(std::move(*reply), context.operation, ticket, now) : std::nullopt;
}

std::optional<HttpReply> Service::handle_control(const HttpRequest& request, WallTime now) {
  HttpReply reply;
  reply.content_type = "application/json";
  const std::string_view what = std::string_view(request.path).substr(control_prefix.size());
  if (what == "stats" && request.method == "GET") {
    for (auto& [region, account] : accounts_) {
      account.advance(now);
    }
    reply.body = stats();
  } else if (what == "faults" && request.method == "POST") {
    auto plan = parse_fault_plan(request.body);
    if (plan) {
      set_faults(std::move(plan).value());
      reply.body = "{}";
    } else {
      reply.status = 400;
      reply.body = R"({"message":)" + json_string(plan.error()) + "}";
    }
  } else {
    reply.status = 404;
    reply.body = R"({"message":"there are GET /_devqueue/stats and POST /_devqueue/faults"})";
  }
  return reply;
}

std::optional<HttpReply> Service::handle_call(const HttpRequest& request, Context& context,
                                              Ticket ticket, WallTime now) {
  if (const auto problem = signature_problem(request, now)) {
    return error_reply(context, *problem);
  }
  const auto call = read_call(request, json_, context);
  if (!call) {
    return error_reply(context, call.error());
  }
  counts_[static_cast<std::size_t>(context.operation)] += 1;
  if (auto reply = injected_reply(context)) {
    return reply;
  }
  if (context.operation == Operation::receive_message) {
    return start_receive(call.value(), context, ticket, now);
  }
  Scene here = scene(context, now);
  return answer_reply(context, perform(call.value(), here));
}

std::optional<ApiError> Service::signature_problem(const HttpRequest& request, WallTime now) const {
  if (faults_.plan().credentials_expired && !request.header("authorization").empty()) {
    return ApiError{&error::expired_token, "The security token included in the request is expired"};
  }
  return options_.keys.empty() ? std::nullopt
                               : verifier_.check(request, now + faults_.plan().clock_skew);
}

// A fault's reply instead of the operation.
std::optional<HttpReply> Service::injected_reply(const Context& context) {
  if (faults_.strikes(&FaultPlan::drop_before, context.operation)) {
    HttpReply nothing;
    nothing.fate = Fate::drop;
    return nothing;
  }
  if (faults_.strikes(&FaultPlan::error, context.operation)) {
    const bool is_503 = faults_.plan().error_status == error::service_unavailable.status;
    return error_reply(context, {is_503 ? &error::service_unavailable : &error::internal_failure,
                                 "We encountered an internal error. Please try again."});
  }
  if (faults_.strikes(&FaultPlan::throttle, context.operation)) {
    return error_reply(context, {&error::request_throttled, "Rate exceeded"});
  }
  return std::nullopt;
}

std::optional<HttpReply> Service::start_receive(const Call& call, const Context& context,
                                                Ticket ticket, WallTime now) {
  auto plan = plan_receive(call, scene(context, now));
  if (!plan) {
    return error_reply(context, plan.error());
  }
  Waiter waiter{ticket, context, std::move(plan).value(), now, {}, 0};
  waiter.deadline = now + waiter.plan.wait;
  if (faults_.strikes(&FaultPlan::empty_receive, Operation::receive_message)) {
    waiter.deadline = now;
    waiter.plan.request.messages_max = 0;
  } else if (faults_.strikes(&FaultPlan::short_receive, Operation::receive_message)) {
    waiter.plan.request.messages_max = faults_.up_to(waiter.plan.request.messages_max);
  }
  auto ready = try_receive(waiter, now);
  if (!ready) {
    waiters_.push_back(std::move(waiter));
  }
  return ready;
}

// The reply if there is one to give now: messages, the end of the wait, or an error.
std::optional<HttpReply> Service::try_receive(Waiter& waiter, WallTime now) {
  Scene here = scene(waiter.context, now);
  const std::size_t most = waiter.plan.request.messages_max - waiter.gathered_count;
  const auto received = receive(waiter.plan, most, here);
  if (!received) {
    return error_reply(waiter.context, received.error());
  }
  const std::size_t count = received.value().deliveries.size();
  if (manners_.waits_for_each_message && count > 0) {
    waiter.deadline = now + waiter.plan.wait;
  }
  const bool is_complete = manners_.waits_for_each_message ? count == most : count > 0;
  const bool is_over = is_complete || now >= waiter.deadline;

  if (waiter.context.wire == Wire::json) {
    if (!is_over) {
      return std::nullopt;
    }
    HttpReply reply = empty_reply(waiter.context);
    write_json_received(received.value(), waiter.plan.view, reply.body);
    return reply;
  }
  for (const Delivery& delivery : received.value().deliveries) {
    write_xml_message(delivery, *received.value().queue, waiter.plan.view, waiter.gathered);
  }
  waiter.gathered_count += count;
  if (!is_over) {
    return std::nullopt;
  }
  HttpReply reply = empty_reply(waiter.context);
  write_xml_received(waiter.gathered, waiter.context.request_id, reply.body);
  return reply;
}

// The last touch of every reply: its date, and what the fault plan does to it.
std::optional<HttpReply> Service::finish(HttpReply reply, Operation operation, Ticket ticket,
                                         WallTime now) {
  reply.headers.emplace_back("Date", date_text(now + faults_.plan().clock_skew));
  if (manners_.closes_after_each_reply && reply.fate == Fate::send) {
    reply.fate = Fate::send_and_close;
  }
  if (faults_.strikes(&FaultPlan::drop_after, operation)) {
    reply.fate = Fate::drop;
  }
  const Millis latency = faults_.latency(operation);
  if (latency > Millis(0)) {
    held_.emplace(now + latency, Held{ticket, std::move(reply)});
    return std::nullopt;
  }
  return reply;
}

const std::string& Service::date_text(WallTime now) {
  const Seconds second = std::chrono::floor<Seconds>(now.time_since_epoch());
  if (second != date_) {
    date_ = second;
    date_text_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(second.count()));
  }
  return date_text_;
}

std::vector<std::pair<Ticket, HttpReply>> Service::due(WallTime now) {
  std::vector<std::pair<Ticket, HttpReply>> replies;
  if (!waiters_.empty()) {
    for (auto& [region, account] : accounts_) {
      account.advance(now);
    }
  }
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    auto reply = try_receive(*waiter, now);
    if (!reply) {
      ++waiter;
      continue;
    }
    reply = finish(std::move(*reply), Operation::receive_message, waiter->ticket, now);
    if (reply) {
      replies.emplace_back(waiter->ticket, std::move(*reply));
    }
    waiter = waiters_.erase(waiter);
  }
  while (!held_.empty() && held_.begin()->first <= now) {
    Held& held = held_.begin()->second;
    replies.emplace_back(held.ticket, std::move(held.reply));
    held_.erase(held_.begin());
  }
  return replies;
}

std::optional<WallTime> Service::next_event() const {
  std::optional<WallTime> next;
  const auto consider = [&](std::optional<WallTime> time) {
    if (time && (!next || *time < *next)) {
      next = time;
    }
  };
  for (const Waiter& waiter : waiters_) {
    consider(waiter.deadline);
  }
  // Messages that turn visible matter only to somebody who waits for them.
  if (!waiters_.empty()) {
    for (const auto& [region, account] : accounts_) {
      consider(account.next_change());
    }
  }
  if (!held_.empty()) {
    consider(held_.begin()->first);
  }
  return next;
}

void Service::forget(Ticket ticket) {
  waiters_.remove_if([&](const Waiter& waiter) { return waiter.ticket == ticket; });
  std::erase_if(held_, [&](const auto& entry) { return entry.second.ticket == ticket; });
}

}  // namespace moretta::devqueue
