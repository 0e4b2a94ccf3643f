#pragma once

// The SQS-compatible queue server of demo, tests and load: loopback only, everything in memory, not
// for production.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "devqueue/faults.hpp"
#include "devqueue/manners.hpp"
#include "devqueue/verifier.hpp"

namespace moretta::devqueue {

class HttpServer;
class Service;

class Server {
 public:
  // What CreateQueue takes.
  struct QueueOrder {
    std::string name;
    Attributes attributes;
  };

  struct Options {
    std::uint16_t port = 0;  // 0: a free one
    Personality personality = Personality::aws;
    std::string region = "us-east-1";
    std::vector<QueueOrder> queues;       // made before the first request
    std::size_t in_flight_max = 120'000;  // SQS, of a standard queue
    Seconds rest{60};                     // SQS: before a deleted name or a purge comes again
    std::vector<AccessKey> keys = {};     // signatures are checked if there are any
    FaultPlan faults = {};
  };

  // Serves from here on. Throws Refused if the port is taken or a queue's attributes are wrong.
  Server(Options options, Clock& clock, Log& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string endpoint() const;  // http://127.0.0.1:<port>
  [[nodiscard]] std::string queue_url(std::string_view queue) const;

  // All below may be called from any thread. REQUIRED: the queue exists.
  void create_queue(const QueueOrder& order);  // throws Refused if SQS would
  void send(std::string_view queue, std::span<const std::string> bodies);
  [[nodiscard]] QueueCounts counts(std::string_view queue);
  void set_faults(const FaultPlan& plan);

  // What is in the queue now, and the same put in again: what SQS may do, rarely, with messages
  // that were deleted. They keep their ids and their time of sending.
  [[nodiscard]] std::vector<Message> copies(std::string_view queue);
  void redeliver(std::string_view queue, std::vector<Message> messages);

 private:
  SystemRandom random_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace moretta::devqueue
