#include "devqueue/http_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stop_token>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t body_bytes_max = 16U << 20;  // 1 MiB of content, every byte escaped
// A connection's memory for headers; libmicrohttpd clears it with every request, so more is dearer.
constexpr std::size_t header_bytes_max = 16U << 10;
constexpr unsigned connections_max = 4096;  // descriptors of one process, with room
constexpr int wait_ms_max = 60'000;         // a loop that sleeps longer would hide a lost wake

struct DestroyResponse {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};

MHD_Result collect_header(void* to, MHD_ValueKind /*kind*/, const char* name, const char* value) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  static_cast<HttpRequest*>(to)->headers.emplace_back(std::move(lower),
                                                      value == nullptr ? "" : value);
  return MHD_YES;
}

}  // namespace

// One request from its first line to the end of its reply.
struct HttpServer::Exchange {
  HttpRequest request;
  MHD_Connection* connection = nullptr;
  Ticket ticket = 0;
  bool is_waiting = false;
  bool is_too_long = false;
  std::optional<HttpReply> reply;
};

HttpServer::HttpServer(Service& service, std::uint16_t port, Clock& clock, Log& log)
    : service_(service),
      clock_(clock),
      log_(log),
      wall_start_(clock.wall()),
      steady_start_(clock.steady()),
      wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  ENSURE(wake_fd_ >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // No internal thread: run() polls, so that requests, timers and callers take turns.
  constexpr unsigned flags =
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
  daemon_.reset(MHD_start_daemon(flags, port, nullptr, nullptr, on_request, this,
                                 MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
                                 on_uri, this, MHD_OPTION_NOTIFY_COMPLETED, on_end, this,
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, header_bytes_max,
                                 MHD_OPTION_CONNECTION_LIMIT, connections_max, MHD_OPTION_END));
  if (!daemon_) {
    const std::string reason = std::strerror(errno);
    ::close(wake_fd_);
    throw Refused("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + reason,
                  "choose another port, or 0 for a free one");
  }
  const MHD_DaemonInfo* bound = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_BIND_PORT);
  port_ = bound == nullptr ? port : bound->port;
}

HttpServer::~HttpServer() {
  thread_.request_stop();
  wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  // libmicrohttpd refuses to stop while connections are suspended.
  for (const auto& [ticket, exchange] : waiting_) {
    exchange->reply.emplace().fate = Fate::drop;
    MHD_resume_connection(exchange->connection);
  }
  waiting_.clear();
  MHD_run(daemon_.get());
  daemon_.reset();
  ::close(wake_fd_);
}

void HttpServer::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

// Wall time that never goes back or jumps while the server runs.
WallTime HttpServer::now() const {
  return wall_start_ + std::chrono::duration_cast<Millis>(clock_.steady() - steady_start_);
}

void HttpServer::wake() const {
  const std::uint64_t one = 1;
  const ssize_t written = ::write(wake_fd_, &one, sizeof one);
  static_cast<void>(written);  // full means that a wake is pending anyway
}

int HttpServer::wait_limit_ms() const {
  int limit = wait_ms_max;
  MHD_UNSIGNED_LONG_LONG http_limit = 0;
  if (MHD_get_timeout(daemon_.get(), &http_limit) == MHD_YES) {
    limit = static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(http_limit, wait_ms_max));
  }
  if (const auto next = service_.next_event()) {
    const auto left = std::max<std::int64_t>((*next - now()).count(), 0);
    limit = static_cast<int>(std::min<std::int64_t>(left, limit));
  }
  return limit;
}

void HttpServer::run(const std::stop_token& stop) {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD);
  ENSURE(info != nullptr);
  std::array<pollfd, 2> waits{{{.fd = info->epoll_fd, .events = POLLIN, .revents = 0},
                               {.fd = wake_fd_, .events = POLLIN, .revents = 0}}};
  while (!stop.stop_requested()) {
    int limit_ms = 0;
    {
      const std::lock_guard lock(mutex_);
      resume_due();
      MHD_run(daemon_.get());
      // What has just been sent may be what another connection waits for.
      limit_ms = resume_due() ? 0 : wait_limit_ms();
    }
    ::poll(waits.data(), waits.size(), limit_ms);
    if ((waits[1].revents & POLLIN) != 0) {
      std::uint64_t wakes = 0;
      const ssize_t got = ::read(wake_fd_, &wakes, sizeof wakes);
      static_cast<void>(got);  // only empties the counter
    }
  }
}

bool HttpServer::resume_due() {
  bool has_resumed = false;
  for (auto& [ticket, reply] : service_.due(now())) {
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) {
      continue;
    }
    Exchange& exchange = *found->second;
    waiting_.erase(found);
    exchange.is_waiting = false;
    exchange.reply = std::move(reply);
    MHD_resume_connection(exchange.connection);
    has_resumed = true;
  }
  return has_resumed;
}

// Called first of all, with the target as it was sent: signatures are made over that.
void* HttpServer::on_uri(void* /*self*/, const char* uri, MHD_Connection* /*connection*/) {
  auto exchange = std::make_unique<Exchange>();
  const std::string_view target(uri);
  const std::size_t mark = target.find('?');
  exchange->request.path = target.substr(0, mark);
  exchange->request.query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  return exchange.release();  // on_end() owns it
}

MHD_Result HttpServer::on_request(void* self, MHD_Connection* connection, const char* /*url*/,
                                  const char* method, const char* /*version*/, const char* upload,
                                  std::size_t* upload_size, void** state) {
  auto& server = *static_cast<HttpServer*>(self);
  Exchange& exchange = *static_cast<Exchange*>(*state);
  if (exchange.connection == nullptr) {
    exchange.connection = connection;
    exchange.request.method = method;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, collect_header, &exchange.request);
    return MHD_YES;
  }
  if (*upload_size > 0) {
    exchange.is_too_long |= exchange.request.body.size() + *upload_size > body_bytes_max;
    if (!exchange.is_too_long) {
      exchange.request.body.append(upload, *upload_size);
    }
    *upload_size = 0;
    return MHD_YES;
  }
  return server.answer(connection, exchange);
}

MHD_Result HttpServer::answer(MHD_Connection* connection, Exchange& exchange) {
  if (exchange.is_too_long) {
    HttpReply refusal;
    refusal.status = 413;
    refusal.fate = Fate::send_and_close;
    return send(connection, refusal);
  }
  if (!exchange.reply) {
    exchange.ticket = ++tickets_;
    exchange.reply = service_.handle(exchange.request, exchange.ticket, now());
  }
  if (!exchange.reply) {
    exchange.is_waiting = true;
    waiting_.emplace(exchange.ticket, &exchange);
    MHD_suspend_connection(connection);
    return MHD_YES;
  }
  return send(connection, *exchange.reply);
}

MHD_Result HttpServer::send(MHD_Connection* connection, const HttpReply& reply) {
  if (reply.fate == Fate::drop) {
    return MHD_NO;  // libmicrohttpd closes the connection
  }
  const std::unique_ptr<MHD_Response, DestroyResponse> response(MHD_create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY));
  ENSURE(response != nullptr);
  MHD_add_response_header(response.get(), "Content-Type", reply.content_type.c_str());
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response.get(), name.c_str(), value.c_str());
  }
  if (reply.fate == Fate::send_and_close) {
    MHD_add_response_header(response.get(), "Connection", "close");
  }
  return MHD_queue_response(connection, static_cast<unsigned>(reply.status), response.get());
}

void HttpServer::on_end(void* self, MHD_Connection* /*connection*/, void** state,
                        MHD_RequestTerminationCode /*code*/) {
  auto& server = *static_cast<HttpServer*>(self);
  const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*state));
  *state = nullptr;
  if (exchange && exchange->is_waiting) {
    server.service_.forget(exchange->ticket);
    server.waiting_.erase(exchange->ticket);
  }
}

}  // namespace moretta::devqueue
