#include "devqueue/service.hpp"

#include <algorithm>

namespace moretta::devqueue {

namespace {

constexpr std::string_view json_type = "application/x-amz-json-1.0";
constexpr std::string_view target_prefix = "AmazonSQS.";

// The region in "Credential=<key>/<date>/<region>/sqs/aws4_request"; empty if there is none.
std::string scope_region(const HttpRequest& request) {
  const std::string_view authorization = request.header("authorization");
  std::size_t at = authorization.find("Credential=");
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view scope = authorization.substr(at);
  for (int part = 0; part < 2; ++part) {
    at = scope.find('/');
    if (at == std::string_view::npos) {
      return {};
    }
    scope.remove_prefix(at + 1);
  }
  return std::string(scope.substr(0, scope.find('/')));
}

bool is_json(const HttpRequest& request) {
  return request.header("content-type").starts_with("application/x-amz-json") ||
         !request.header("x-amz-target").empty();
}

}  // namespace

Service::Service(Options options, Random& random)
    : options_(std::move(options)), manners_(manners_of(options_.personality)), random_(random) {}

Account& Service::account(const std::string& region) {
  const std::string& name =
      region.empty() || !manners_.takes_region_from_scope ? options_.region : region;
  const auto found = accounts_.find(name);
  if (found != accounts_.end()) {
    return found->second;
  }
  return accounts_
      .try_emplace(name, Account::Rules{name, manners_.ordering, options_.rest}, random_)
      .first->second;
}

Scene Service::scene(const Context& context, WallTime now) {
  return {account(context.region), manners_, context.base_url, now, options_.in_flight_max};
}

std::optional<HttpReply> Service::handle(const HttpRequest& request, Ticket ticket, WallTime now) {
  if (!manners_.speaks_json && is_json(request)) {
    return localstack_refusal(request);
  }
  Context context;
  context.wire = is_json(request) ? Wire::json : Wire::query;
  context.region = scope_region(request);
  context.base_url = manners_.names_queues_by_host_header
                         ? "http://" + std::string(request.header("host"))
                         : options_.base_url;
  append_id_text(new_message_id(random_), context.request_id);

  auto call = read_call(request, context);
  if (!call) {
    return error_reply(context, call.error());
  }
  context.operation = call.value().operation;
  requests_[static_cast<std::size_t>(context.operation)] += 1;
  return handle_call(request, call.value(), std::move(context), ticket, now);
}

// What LocalStack 0.14.3 says to a JSON request: it does not know the protocol.
std::optional<HttpReply> Service::localstack_refusal(const HttpRequest& request) const {
  HttpReply reply;
  reply.fate = Fate::send_and_close;
  if (request.path != "/") {
    reply.status = 404;
    reply.content_type = "text/xml";
    reply.body = "<UnknownOperationException/>";
  } else if (request.header("authorization").empty()) {
    reply.status = 404;
    reply.content_type = "application/json";
    reply.body = R"({"status": "running"})";
  } else {
    reply.status = 500;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = "{}";
  }
  return reply;
}

Result<Call, ApiError> Service::read_call(const HttpRequest& request, Context& context) {
  return context.wire == Wire::json ? read_json_call(request, context)
                                    : read_query_call(request, context);
}

Result<Call, ApiError> Service::read_json_call(const HttpRequest& request, Context& context) {
  std::string_view target = request.header("x-amz-target");
  std::optional<Operation> operation;
  if (target.starts_with(target_prefix) && request.method == "POST") {
    target.remove_prefix(target_prefix.size());
    operation = operation_named(target);
  }
  if (!operation) {
    return Failure{ApiError{&error::unknown_operation, "The operation is not known."}};
  }
  context.operation = *operation;
  return json_.read(*operation, request.body);
}

Result<Call, ApiError> Service::read_query_call(const HttpRequest& request, Context& context) {
  auto form = parse_form(request.method == "GET" ? request.query : request.body);
  if (!form) {
    return Failure{form.error()};
  }
  const std::string_view action = form_value(form.value(), "Action");
  if (action.empty()) {
    return Failure{ApiError{&error::invalid_action, "The request must contain an Action."}};
  }
  const auto operation = operation_named(action);
  const bool is_on_queue = request.path.size() > 1;
  if (!operation || (is_on_queue && (operation == Operation::create_queue ||
                                     operation == Operation::list_queues))) {
    return Failure{ApiError{&error::invalid_action, "The action " + std::string(action) +
                                                        " is not valid for this endpoint."}};
  }
  context.operation = *operation;
  auto call = read_query(*operation, form.value());
  if (call && is_on_queue && !call.value().queue_url) {
    call.value().queue_url = request.path;
  }
  return call;
}

std::optional<HttpReply> Service::handle_call(const HttpRequest& /*request*/, const Call& call,
                                              Context context, Ticket ticket, WallTime now) {
  if (call.operation == Operation::receive_message) {
    return start_receive(call, std::move(context), ticket, now);
  }
  Scene here = scene(context, now);
  return reply(context, perform(call, here));
}

std::optional<HttpReply> Service::start_receive(const Call& call, Context context, Ticket ticket,
                                                WallTime now) {
  auto plan = plan_receive(call, scene(context, now));
  if (!plan) {
    return error_reply(context, plan.error());
  }
  Waiter waiter{ticket, std::move(context), std::move(plan).value(), now, {}, 0};
  waiter.deadline = now + waiter.plan.wait;
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
  const bool is_complete = manners_.waits_for_each_message ? count == most : count > 0;
  if (manners_.waits_for_each_message && count > 0) {
    waiter.deadline = now + waiter.plan.wait;
  }
  const bool is_over = is_complete || now >= waiter.deadline;

  HttpReply reply = shell(waiter.context);
  if (waiter.context.wire == Wire::json) {
    if (!is_over) {
      return std::nullopt;
    }
    reply.body.reserve(count * 1024 + 64);
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
  write_xml_received(waiter.gathered, waiter.context.request_id, reply.body);
  return reply;
}

std::vector<std::pair<Ticket, HttpReply>> Service::due(WallTime now) {
  for (auto& [region, account] : accounts_) {
    account.advance(now);
  }
  std::vector<std::pair<Ticket, HttpReply>> replies;
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    if (auto reply = try_receive(*waiter, now)) {
      replies.emplace_back(waiter->ticket, std::move(*reply));
      waiter = waiters_.erase(waiter);
    } else {
      ++waiter;
    }
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
  return next;
}

void Service::forget(Ticket ticket) {
  waiters_.remove_if([&](const Waiter& waiter) { return waiter.ticket == ticket; });
}

HttpReply Service::shell(const Context& context) const {
  HttpReply reply;
  reply.content_type = context.wire == Wire::json ? std::string(json_type) : "text/xml";
  reply.headers.emplace_back("x-amzn-RequestId", context.request_id);
  if (manners_.closes_after_each_reply) {
    reply.fate = Fate::send_and_close;
  }
  return reply;
}

HttpReply Service::reply(const Context& context, const Result<Answer, ApiError>& answer) const {
  if (!answer) {
    return error_reply(context, answer.error());
  }
  HttpReply reply = shell(context);
  if (context.wire == Wire::json) {
    write_json(answer.value(), reply.body);
  } else {
    write_xml(answer.value(), context.operation, context.request_id, reply.body);
  }
  return reply;
}

HttpReply Service::error_reply(const Context& context, const ApiError& error) const {
  HttpReply reply = shell(context);
  reply.status = error.kind->status;
  if (context.wire == Wire::json) {
    const std::string_view blame = error.kind->blame == Blame::sender ? ";Sender" : ";Receiver";
    reply.headers.emplace_back("x-amzn-query-error",
                               std::string(error.kind->legacy) + std::string(blame));
    write_json_error(error, reply.body);
  } else {
    write_xml_error(error, context.request_id, reply.body);
  }
  return reply;
}

}  // namespace moretta::devqueue
