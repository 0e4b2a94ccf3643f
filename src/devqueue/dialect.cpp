#include "devqueue/dialect.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::string_view json_type = "application/x-amz-json-1.0";
constexpr std::string_view xml_type = "text/xml";
constexpr std::string_view target_prefix = "AmazonSQS.";

Result<Call, ApiError> read_json_call(const HttpRequest& request, JsonReader& json,
                                      Context& context) {
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
  return json.read(*operation, request.body);
}

Result<Call, ApiError> read_query_call(const HttpRequest& request, Context& context) {
  auto form = parse_form(request.method == "GET" ? request.query : request.body);
  if (!form) {
    return Failure{form.error()};
  }
  const std::string_view action = form_value(form.value(), "Action");
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

}  // namespace

Wire wire_of(const HttpRequest& request) {
  const bool is_json = request.header("content-type").starts_with("application/x-amz-json") ||
                       !request.header("x-amz-target").empty();
  return is_json ? Wire::json : Wire::query;
}

// "... Credential=<key>/<date>/<region>/sqs/aws4_request ..."
std::string scope_region(const HttpRequest& request) {
  const std::string_view authorization = request.header("authorization");
  const std::size_t at = authorization.find("Credential=");
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view scope = authorization.substr(at);
  for (int part = 0; part < 2; ++part) {
    const std::size_t slash = scope.find('/');
    if (slash == std::string_view::npos) {
      return {};
    }
    scope.remove_prefix(slash + 1);
  }
  return std::string(scope.substr(0, scope.find('/')));
}

Result<Call, ApiError> read_call(const HttpRequest& request, JsonReader& json, Context& context) {
  return context.wire == Wire::json ? read_json_call(request, json, context)
                                    : read_query_call(request, context);
}

HttpReply empty_reply(const Context& context) {
  HttpReply reply;
  reply.content_type = context.wire == Wire::json ? json_type : xml_type;
  reply.headers.emplace_back("x-amzn-RequestId", context.request_id);
  return reply;
}

HttpReply answer_reply(const Context& context, const Result<Answer, ApiError>& answer) {
  if (!answer) {
    return error_reply(context, answer.error());
  }
  HttpReply reply = empty_reply(context);
  if (context.wire == Wire::json) {
    write_json(answer.value(), reply.body);
  } else {
    write_xml(answer.value(), context.operation, context.request_id, reply.body);
  }
  return reply;
}

HttpReply error_reply(const Context& context, const ApiError& error) {
  HttpReply reply = empty_reply(context);
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

HttpReply localstack_refusal(const HttpRequest& request) {
  HttpReply reply;
  if (request.path != "/") {
    reply.status = 404;
    reply.content_type = xml_type;
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

}  // namespace moretta::devqueue
