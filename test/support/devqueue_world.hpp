#pragma once

// The queue service without sockets, in virtual time: what a client sends and what it is answered.

#include <string>
#include <string_view>

#include "devqueue/service.hpp"

namespace moretta::devqueue {

class ServiceWorld {
 public:
  explicit ServiceWorld(ServiceOptions options = {})
      : service(
            [&] {
              options.base_url = "http://127.0.0.1:1";
              return std::move(options);
            }(),
            random) {}

  static HttpRequest json_request(std::string_view operation, std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/";
    request.headers = {{"host", "127.0.0.1:1"},
                       {"content-type", "application/x-amz-json-1.0"},
                       {"x-amz-target", "AmazonSQS." + std::string(operation)}};
    request.body = std::move(body);
    return request;
  }

  static HttpRequest query_request(std::string form) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/";
    request.headers = {{"host", "127.0.0.1:1"},
                       {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = std::move(form);
    return request;
  }

  std::optional<HttpReply> handle(const HttpRequest& request) {
    return service.handle(request, ++ticket, now);
  }

  // REQUIRED: the reply comes at once.
  HttpReply json(std::string_view operation, std::string body) {
    return handle(json_request(operation, std::move(body))).value();
  }
  HttpReply query(std::string form) { return handle(query_request(std::move(form))).value(); }

  // Creates the queue; `more` are further members of the request, each after a comma.
  std::string create(const std::string& name, const std::string& attributes = "") {
    json("CreateQueue", R"({"QueueName":")" + name + R"(","Attributes":{)" + attributes + "}}");
    return R"("QueueUrl":"http://127.0.0.1:1/000000000000/)" + name + "\"";
  }

  // A member's text anywhere in the reply, unescaped enough for handles and ids; empty if not
  // there.
  static std::string member(const HttpReply& reply, const std::string& name) {
    const std::string key = "\"" + name + "\":\"";
    const std::size_t at = reply.body.find(key);
    if (at == std::string::npos) {
      return {};
    }
    const std::size_t start = at + key.size();
    return reply.body.substr(start, reply.body.find('"', start) - start);
  }

  static std::string element(const HttpReply& reply, const std::string& name) {
    const std::string open = "<" + name + ">";
    const std::size_t at = reply.body.find(open);
    if (at == std::string::npos) {
      return {};
    }
    const std::size_t start = at + open.size();
    return reply.body.substr(start, reply.body.find("</" + name + ">") - start);
  }

  static std::string header(const HttpReply& reply, std::string_view name) {
    for (const auto& [known, value] : reply.headers) {
      if (known == name) {
        return value;
      }
    }
    return {};
  }

  SeededRandom random{1};
  WallTime now{Millis{1'700'000'000'000}};
  Ticket ticket = 0;
  Service service;
};

}  // namespace moretta::devqueue
