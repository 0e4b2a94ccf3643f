#pragma once

// HTTP/1.1 for one Service: one thread over epoll, loopback only. A request that waits costs
// nothing until the service has its reply.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "devqueue/service.hpp"

namespace moretta::devqueue {

class HttpServer {
 public:
  // Listens on 127.0.0.1:`port`, on a free port if 0. Throws Refused if it cannot.
  HttpServer(Service& service, std::uint16_t port, Clock& clock, Log& log);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Starts to answer. Until then the service is the caller's alone.
  void start();

  // Runs `work(service, now)` between two requests, and lets those who wait see what it did.
  template <typename Work>
  auto with_service(Work work) {
    const Waking waking(*this);
    const std::lock_guard lock(mutex_);
    return work(service_, now());
  }

 private:
  struct Connection;
  class Waking {
   public:
    explicit Waking(HttpServer& server) : server_(server) {}
    ~Waking() { server_.wake(); }
    Waking(const Waking&) = delete;
    Waking& operator=(const Waking&) = delete;

   private:
    HttpServer& server_;
  };

  void listen(std::uint16_t port);
  void watch(int change, int descriptor, unsigned events, void* as) const;
  void run(const std::stop_token& stop);
  void accept();
  void handle(Connection& connection, unsigned events);
  bool receive(Connection& connection);
  void serve(Connection& connection);
  void reply(Connection& connection, const HttpReply& reply);
  void refuse(Connection& connection, int status);
  void flush(Connection& connection);
  void close(Connection& connection);
  void resume_due();
  [[nodiscard]] int wait_limit_ms() const;
  [[nodiscard]] WallTime now() const;
  void wake() const;

  Service& service_;
  Clock& clock_;
  Log& log_;
  WallTime wall_start_;
  SteadyTime steady_start_;
  int epoll_ = -1;
  int wake_ = -1;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::string buffer_;  // what a read takes at once

  // Guarded by mutex_: held while requests are served and while with_service() runs.
  std::mutex mutex_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
  std::unordered_map<Ticket, Connection*> waiting_;
  Ticket tickets_ = 0;

  std::jthread thread_;  // last: it stops before what it uses goes
};

}  // namespace moretta::devqueue
