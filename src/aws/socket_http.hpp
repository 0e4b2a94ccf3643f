#pragma once

// Http over sockets of our own, for the path on which every microsecond counts: HTTP/1.1 with
// keep-alive, plain or over TLS, no proxies. docs/decisions has what it gains over libcurl and what
// it risks; the contract tests hold both to the same behaviour.

#include <memory>
#include <string>
#include <vector>

#include "aws/http.hpp"
#include "aws/url.hpp"
#include "base/clock.hpp"

namespace moretta::aws {

class SocketHttp final : public Http {
 public:
  // `clock` must outlive this.
  SocketHttp(HttpSettings settings, const Clock& clock);
  ~SocketHttp() override;
  SocketHttp(const SocketHttp&) = delete;
  SocketHttp& operator=(const SocketHttp&) = delete;

  // Up to 128 requests are in flight together; the rest start as others end.
  std::vector<HttpResponse> perform(std::span<const HttpRequest> requests) override;

 private:
  struct Origin;
  struct Connection;
  enum class Wait { no, yes };

  Origin* origin_of(const UrlParts& url);
  void start(const HttpRequest& request, HttpResponse& response);
  void connect(Connection& connection);
  void let_gather();
  void wait(Wait wait);
  void handle(Connection& connection, unsigned events);
  void go_on_connecting(Connection& connection);
  void try_next_address(Connection& connection, TransportFailure failure);
  void send(Connection& connection);
  void receive(Connection& connection, unsigned events);
  void cut_stopped();
  void expire();

  // Each ends the connection's part in the present call.
  void finish(Connection& connection);
  void lose(Connection& connection);
  void fail(Connection& connection, TransportFailure failure);
  std::unique_ptr<Connection> release(Connection& connection);
  void close(std::unique_ptr<Connection> connection);

  HttpSettings settings_;
  const Clock& clock_;
  SteadyTime now_{};  // as of the last look
  int epoll_ = -1;
  int wake_ = -1;  // an eventfd: some stop has been requested
  std::vector<char> buffer_;
  std::size_t buffer_used_ = 0;  // since it was wiped
  std::vector<std::unique_ptr<Origin>> origins_;
  std::vector<std::unique_ptr<Connection>> active_;
  std::vector<std::unique_ptr<Connection>> closed_;  // of this look: its events may still name them
};

}  // namespace moretta::aws
