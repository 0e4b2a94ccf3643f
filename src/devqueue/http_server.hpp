#pragma once

// HTTP/1.1 over libmicrohttpd for one Service: one thread, loopback only. A request that waits is
// suspended and costs nothing until the service has its reply.

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <microhttpd.h>

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
  struct Exchange;
  struct StopDaemon {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
  };
  class Waking {
   public:
    explicit Waking(HttpServer& server) : server_(server) {}
    ~Waking() { server_.wake(); }
    Waking(const Waking&) = delete;
    Waking& operator=(const Waking&) = delete;

   private:
    HttpServer& server_;
  };

  static void* on_uri(void* self, const char* uri, MHD_Connection* connection);
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char* version, const char* upload,
                               std::size_t* upload_size, void** state);
  static void on_end(void* self, MHD_Connection* connection, void** state,
                     MHD_RequestTerminationCode code);

  MHD_Result answer(MHD_Connection* connection, Exchange& exchange);
  MHD_Result send(MHD_Connection* connection, const HttpReply& reply);
  void run(const std::stop_token& stop);
  bool resume_due();  // whether there was a reply to give
  [[nodiscard]] int wait_limit_ms() const;
  [[nodiscard]] WallTime now() const;
  void wake() const;

  Service& service_;
  Clock& clock_;
  Log& log_;
  WallTime wall_start_;
  SteadyTime steady_start_;
  int wake_fd_ = -1;
  std::uint16_t port_ = 0;
  std::unique_ptr<MHD_Daemon, StopDaemon> daemon_;

  // Guarded by mutex_: held while libmicrohttpd calls back and while with_service() runs.
  std::mutex mutex_;
  std::unordered_map<Ticket, Exchange*> waiting_;
  Ticket tickets_ = 0;

  std::jthread thread_;  // last: it stops before what it uses goes
};

}  // namespace moretta::devqueue
