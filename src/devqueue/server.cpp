#include "devqueue/server.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "devqueue/http_server.hpp"
#include "devqueue/service.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t sends_at_once_max = 1000;  // then requests get their turn

Queue& existing(Service& service, std::string_view name) {
  Queue* queue = service.account().find(name);
  ENSURE(queue != nullptr);
  return *queue;
}

}  // namespace

Server::Server(Options options, Clock& clock, Log& log)
    : service_(std::make_unique<Service>(ServiceOptions{.personality = options.personality,
                                                        .region = options.region,
                                                        .base_url = {},
                                                        .in_flight_max = options.in_flight_max,
                                                        .rest = options.rest,
                                                        .keys = options.keys,
                                                        .faults = options.faults},
                                         random_)),
      http_(std::make_unique<HttpServer>(*service_, options.port, clock, log)) {
  service_->set_base_url(endpoint());
  for (const QueueOrder& order : options.queues) {
    create_queue(order);
  }
  http_->start();
}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return http_->port();
}

std::string Server::endpoint() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

std::string Server::queue_url(std::string_view queue) const {
  std::string url = endpoint() + "/";
  url += account_id;
  url += '/';
  return url += queue;
}

void Server::create_queue(const QueueOrder& order) {
  http_->with_service([&](Service& service, WallTime now) {
    auto queue = service.account().create(order.name, order.attributes, now);
    if (!queue) {
      throw Refused("cannot create queue " + order.name + ": " + queue.error().message,
                    "correct the queue's name or attributes");
    }
  });
}

void Server::send(std::string_view queue, std::span<const std::string> bodies) {
  while (!bodies.empty()) {
    const auto some = bodies.first(std::min(bodies.size(), sends_at_once_max));
    http_->with_service([&](Service& service, WallTime now) {
      Queue& target = existing(service, queue);
      for (const std::string& body : some) {
        target.send({.body = body, .extras = nullptr, .delay = {}}, now);
      }
    });
    bodies = bodies.subspan(some.size());
  }
}

QueueCounts Server::counts(std::string_view queue) {
  return http_->with_service([&](Service& service, WallTime now) {
    Queue& target = existing(service, queue);
    target.advance(now);
    return target.counts();
  });
}

std::vector<Message> Server::copies(std::string_view queue) {
  return http_->with_service(
      [&](Service& service, WallTime) { return existing(service, queue).copies(); });
}

void Server::redeliver(std::string_view queue, std::vector<Message> messages) {
  http_->with_service([&](Service& service, WallTime now) {
    Queue& target = existing(service, queue);
    target.advance(now);
    for (Message& message : messages) {
      target.adopt(std::move(message));
    }
  });
}

void Server::set_faults(const FaultPlan& plan) {
  http_->with_service([&](Service& service, WallTime) { service.set_faults(plan); });
}

}  // namespace moretta::devqueue
