#include "devqueue/http_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <span>
#include <stop_token>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "devqueue/request_reader.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t read_bytes_max = 64U << 10U;   // a batch of ten receipts is 2-5 kB
constexpr std::size_t waiting_bytes_max = 1U << 20;  // sent on while an answer is awaited
constexpr std::size_t connections_max = 4096;        // descriptors of one process, with room
constexpr std::size_t events_max = 256;              // taken at once; more come with the next look
constexpr int backlog = 1024;                        // a client may open its connections at once
constexpr unsigned incoming = EPOLLIN | EPOLLRDHUP;
constexpr int wait_ms_max = 60'000;  // a longer sleep would hide a lost wake

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Content Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

void append_reply(const HttpReply& reply, bool closes, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", reply.status,
                 reason_phrase(reply.status), reply.content_type, reply.body.size());
  for (const auto& [name, value] : reply.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  out.append(closes ? "Connection: close\r\n\r\n" : "\r\n").append(reply.body);
}

}  // namespace

struct HttpServer::Connection {
  explicit Connection(int its_socket) : socket(its_socket) {}
  ~Connection() { ::close(socket); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket;
  RequestReader reader;
  std::string in;                  // what came and is not served yet
  std::string out;                 // what could not be sent yet
  std::optional<Ticket> ticket{};  // of the request that waits for its reply
  bool closes = false;             // after what is in `out`
  bool is_stuck = false;           // the client does not read; the socket is watched for room
  bool is_open = true;

  // Nothing more is served now.
  [[nodiscard]] bool is_busy() const { return ticket.has_value() || is_stuck; }
};

HttpServer::HttpServer(Service& service, std::uint16_t port, Clock& clock, Log& log)
    : service_(service),
      clock_(clock),
      log_(log),
      wall_start_(clock.wall()),
      steady_start_(clock.steady()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      buffer_(read_bytes_max, '\0') {
  ENSURE(epoll_ >= 0 && wake_ >= 0 && listener_ >= 0);
  listen(port);
  watch(EPOLL_CTL_ADD, wake_, EPOLLIN, &wake_);
  watch(EPOLL_CTL_ADD, listener_, EPOLLIN, &listener_);
}

HttpServer::~HttpServer() {
  thread_.request_stop();
  wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  for (const int descriptor : {listener_, wake_, epoll_}) {
    ::close(descriptor);
  }
}

void HttpServer::listen(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const int yes = 1;  // a port of a server that has just ended can be taken at once
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(listener_, generic, length) != 0 || ::listen(listener_, backlog) != 0) {
    const std::string reason = std::strerror(errno);
    for (const int descriptor : {listener_, wake_, epoll_}) {
      ::close(descriptor);
    }
    throw Refused("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + reason,
                  "choose another port, or 0 for a free one");
  }
  ENSURE(::getsockname(listener_, generic, &length) == 0);
  port_ = ntohs(address.sin_port);
}

void HttpServer::watch(int change, int descriptor, unsigned events, void* as) const {
  epoll_event event{.events = events, .data = {.ptr = as}};
  ENSURE(::epoll_ctl(epoll_, change, descriptor, &event) == 0);
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
  const ssize_t written = ::write(wake_, &one, sizeof one);
  static_cast<void>(written);  // full means that a wake is pending anyway
}

int HttpServer::wait_limit_ms() const {
  const auto next = service_.next_event();
  if (!next) {
    return wait_ms_max;
  }
  const auto left = std::max<std::int64_t>((*next - now()).count(), 0);
  return static_cast<int>(std::min<std::int64_t>(left, wait_ms_max));
}

void HttpServer::run(const std::stop_token& stop) {
  std::array<epoll_event, events_max> events;
  int limit_ms = 0;
  while (!stop.stop_requested()) {
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), limit_ms);
    const std::lock_guard lock(mutex_);
    for (const epoll_event& event :
         std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
      if (event.data.ptr == &wake_) {
        std::uint64_t wakes = 0;
        const ssize_t got = ::read(wake_, &wakes, sizeof wakes);
        static_cast<void>(got);  // only empties the counter
      } else if (event.data.ptr == &listener_) {
        accept();
      } else {
        handle(*static_cast<Connection*>(event.data.ptr), event.events);
      }
    }
    resume_due();
    limit_ms = wait_limit_ms();
  }
}

void HttpServer::accept() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    if (connections_.size() == connections_max) {
      ::close(socket);
      continue;
    }
    const int yes = 1;  // an answer is written in one piece and has nothing to wait for
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    auto connection = std::make_unique<Connection>(socket);
    watch(EPOLL_CTL_ADD, socket, incoming, connection.get());
    connections_.emplace(connection.get(), std::move(connection));
  }
}

void HttpServer::handle(Connection& connection, unsigned events) {
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    close(connection);
    return;
  }
  if ((events & EPOLLOUT) != 0) {
    flush(connection);
    serve(connection);
  }
  if (connection.is_open && (events & (EPOLLIN | EPOLLRDHUP)) != 0 && receive(connection)) {
    serve(connection);
  }
  if (!connection.is_open) {
    close(connection);
  }
}

// False if the client has gone.
bool HttpServer::receive(Connection& connection) {
  const ssize_t got = ::recv(connection.socket, buffer_.data(), buffer_.size(), 0);
  if (got > 0) {
    connection.in.append(buffer_, 0, static_cast<std::size_t>(got));
    connection.is_open = !connection.is_busy() || connection.in.size() <= waiting_bytes_max;
  } else {
    connection.is_open = got < 0 && (errno == EAGAIN || errno == EINTR);
  }
  return connection.is_open;
}

// All that came, but nothing behind a request that waits or an answer that is stuck.
void HttpServer::serve(Connection& connection) {
  std::size_t served = 0;
  while (connection.is_open && !connection.is_busy() && served < connection.in.size()) {
    switch (connection.reader.look(std::string_view(connection.in).substr(served))) {
      case RequestReader::State::partial:
        connection.in.erase(0, served);
        if (connection.reader.take_expectation()) {
          connection.out = "HTTP/1.1 100 Continue\r\n\r\n";
          flush(connection);
        }
        return;
      case RequestReader::State::malformed:
        refuse(connection, 400);
        return;
      case RequestReader::State::too_large:
        refuse(connection, 413);
        return;
      case RequestReader::State::whole:
        break;
    }
    served += connection.reader.size();
    connection.closes = !connection.reader.keeps_connection();
    const Ticket ticket = ++tickets_;
    if (const auto ready = service_.handle(connection.reader.request(), ticket, now())) {
      reply(connection, *ready);
    } else {
      connection.ticket = ticket;
      waiting_.emplace(ticket, &connection);
    }
    connection.reader.begin();
  }
  connection.in.erase(0, served);
}

void HttpServer::refuse(Connection& connection, int status) {
  log_.warn("devqueue_refused_request", {{"status", status}});
  HttpReply refusal;
  refusal.status = status;
  refusal.content_type = "text/plain";
  refusal.fate = Fate::send_and_close;
  reply(connection, refusal);
}

void HttpServer::reply(Connection& connection, const HttpReply& reply) {
  if (reply.fate == Fate::drop) {
    connection.is_open = false;
    return;
  }
  connection.closes |= reply.fate == Fate::send_and_close;
  append_reply(reply, connection.closes, connection.out);
  flush(connection);
}

// Sends what it can. The socket tells when there is room for the rest.
void HttpServer::flush(Connection& connection) {
  const ssize_t sent =
      ::send(connection.socket, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    connection.is_open = false;
    return;
  }
  connection.out.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  const bool is_stuck = !connection.out.empty();
  if (is_stuck != connection.is_stuck) {
    connection.is_stuck = is_stuck;
    watch(EPOLL_CTL_MOD, connection.socket, is_stuck ? incoming | EPOLLOUT : incoming, &connection);
  }
  if (!is_stuck && connection.closes) {
    connection.is_open = false;
  }
}

void HttpServer::close(Connection& connection) {
  if (connection.ticket) {
    service_.forget(*connection.ticket);
    waiting_.erase(*connection.ticket);
  }
  connections_.erase(&connection);
}

void HttpServer::resume_due() {
  for (auto due = service_.due(now()); !due.empty(); due = service_.due(now())) {
    for (const auto& [ticket, ready] : due) {
      const auto found = waiting_.find(ticket);
      if (found == waiting_.end()) {
        continue;
      }
      Connection& connection = *found->second;
      waiting_.erase(found);
      connection.ticket.reset();
      reply(connection, ready);
      serve(connection);
      if (!connection.is_open) {
        close(connection);
      }
    }
  }
}

}  // namespace moretta::devqueue
