#include "aws/socket_http.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <forward_list>
#include <utility>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "aws/http_wire.hpp"
#include "aws/stream.hpp"
#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t in_flight_max = 128;  // connections of one lane; SQS allows 3000 a second
constexpr std::size_t events_max = 128;     // taken at once; more come with the next look
// A full answer of ten small messages is 6-20 kB, a TLS record at most 16 KiB.
constexpr std::size_t read_bytes_max = 65'536;
constexpr std::size_t addresses_tried_max = 4;  // of one name; SQS's have two to four
constexpr Seconds addresses_age_max{60};        // what AWS gives its names to live
constexpr std::chrono::minutes look_max{1};     // a longer sleep would hide a lost wake
constexpr std::size_t gather_min = 8;           // fewer answers are each waited for
constexpr long gather_ns_each = 4000;           // less than a server takes for one
constexpr unsigned hang_up = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65'536;
}

TransportFailure transient(std::string text) {
  return {.kind = TransportTrouble::transient, .text = std::move(text)};
}

TransportFailure for_good(std::string text) {
  return {.kind = TransportTrouble::configuration, .text = std::move(text)};
}

std::string text_of(Millis time) {
  return std::to_string(time.count()) + " ms";
}

}  // namespace

// One scheme, host and port, with what is kept for the next request to it.
struct SocketHttp::Origin {
  std::string scheme;
  std::string authority;
  std::string host;  // without brackets
  std::string port;
  std::unique_ptr<TlsClient> tls;  // null: plain
  std::vector<SocketAddress> addresses;
  SteadyTime resolved_at{};
  std::vector<std::unique_ptr<Connection>> idle;  // the last one used is the first to be used again

  // Looks the name up if that has not been done lately.
  std::optional<TransportFailure> find_addresses(SteadyTime now) {
    if (!addresses.empty() && now - resolved_at < addresses_age_max) {
      return std::nullopt;
    }
    auto found = resolve(host, port);
    if (!found) {
      return std::move(found).error();
    }
    addresses = std::move(found).value();
    addresses.resize(std::min(addresses.size(), addresses_tried_max));
    resolved_at = now;
    return std::nullopt;
  }
};

// A connection with the request that it carries, if it does.
struct SocketHttp::Connection {
  enum class Stage { connecting, sending, receiving, idle, closed };

  explicit Connection(Origin& its_origin) : origin(its_origin) {}

  Origin& origin;
  std::unique_ptr<Stream> stream;
  Stage stage = Stage::connecting;
  std::size_t address = 0;     // of the origin's, being tried
  bool has_answered = false;   // an earlier request
  SteadyTime connect_until{};  // at this address

  const HttpRequest* request = nullptr;
  HttpResponse* response = nullptr;
  SteadyTime until{};
  std::string out;
  std::size_t sent = 0;
  ResponseReader reader;
  std::size_t place = 0;  // among the active ones

  [[nodiscard]] SteadyTime waits_until() const {
    return stage == Stage::connecting ? std::min(connect_until, until) : until;
  }
};

SocketHttp::SocketHttp(HttpSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      buffer_(read_bytes_max) {
  ENSURE(epoll_ >= 0 && wake_ >= 0);
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  ENSURE(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0);
}

SocketHttp::~SocketHttp() {
  ::close(wake_);
  ::close(epoll_);
}

std::vector<HttpResponse> SocketHttp::perform(std::span<const HttpRequest> requests) {
  const auto wake = [this] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  };
  std::forward_list<std::stop_callback<decltype(wake)>> wakes;
  for (const HttpRequest& request : requests) {
    if (request.stop.stop_possible()) {
      wakes.emplace_front(request.stop, wake);
    }
  }
  std::vector<HttpResponse> responses(requests.size());
  wait(Wait::no);  // the servers may have closed idle connections meanwhile
  std::size_t started = 0;
  while (started < requests.size() || !active_.empty()) {  // each ends by its timeout at the latest
    while (started < requests.size() && active_.size() < in_flight_max) {
      start(requests[started], responses[started]);
      ++started;
    }
    closed_.clear();
    if (!active_.empty()) {
      let_gather();
      wait(Wait::yes);
    }
  }
  moretta::wipe(std::as_writable_bytes(std::span(buffer_).first(buffer_used_)));
  buffer_used_ = 0;
  return responses;
}

// Null if there is none.
SocketHttp::Origin* SocketHttp::origin_of(const UrlParts& url) {
  const auto known = std::ranges::find_if(origins_, [&](const auto& origin) {
    return origin->authority == url.authority && origin->scheme == url.scheme;
  });
  if (known != origins_.end()) {
    return known->get();
  }
  const bool is_tls = url.scheme == "https";
  std::string_view host = url.host;
  std::string_view port = is_tls ? "443" : "80";
  if (url.authority.size() > host.size()) {
    port = url.authority.substr(host.size() + 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  if (!is_port(port)) {
    return nullptr;
  }
  Origin& origin = *origins_.emplace_back(std::make_unique<Origin>());
  origin.scheme = url.scheme;
  origin.authority = url.authority;
  origin.host = host;
  origin.port = port;
  if (is_tls) {
    origin.tls = std::make_unique<TlsClient>(settings_.ca_bundle, origin.host);
  }
  return &origin;
}

void SocketHttp::start(const HttpRequest& request, HttpResponse& response) {
  const auto url = split_url(request.url);
  Origin* const origin = url ? origin_of(*url) : nullptr;
  if (origin == nullptr) {
    response.failure = for_good("no answer from a malformed URL");
    return;
  }
  std::unique_ptr<Connection> owned;
  if (origin->idle.empty()) {
    owned = std::make_unique<Connection>(*origin);
  } else {
    owned = std::move(origin->idle.back());
    origin->idle.pop_back();
  }
  Connection& connection = *owned;
  connection.request = &request;
  connection.response = &response;
  connection.until = request.timeout == Millis{0} ? SteadyTime::max() : now_ + request.timeout;
  connection.place = active_.size();
  active_.push_back(std::move(owned));

  connection.sent = 0;
  connection.out.clear();
  connection.reader.begin(response, settings_.response_bytes_max);
  if (!append_request(request, *url, connection.out)) {
    fail(connection, for_good("a header or the URL holds what HTTP does not allow there"));
  } else if (request.stop.stop_requested()) {
    fail(connection, {.kind = TransportTrouble::stopped, .text = "stopped"});
  } else if (connection.stream != nullptr) {
    connection.stage = Connection::Stage::sending;
    send(connection);
  } else if (origin->tls != nullptr && !origin->tls->fault().empty()) {
    fail(connection, for_good(origin->tls->fault()));
  } else if (auto failure = origin->find_addresses(now_)) {
    fail(connection, std::move(*failure));
  } else {
    connect(connection);
  }
}

void SocketHttp::connect(Connection& connection) {
  Origin& origin = connection.origin;
  const auto count = static_cast<int>(origin.addresses.size());
  connection.stage = Connection::Stage::connecting;
  connection.connect_until = now_ + settings_.connect_timeout / count;
  connection.stream =
      std::make_unique<Stream>(origin.addresses[connection.address], origin.tls.get());
  // Edges of both directions for as long as the connection lives: no system call a request.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                    .data = {.ptr = &connection}};
  const int socket = connection.stream->descriptor();
  if (socket < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
    fail(connection, connection.stream->failure());
    return;
  }
  go_on_connecting(connection);
}

// Where many answers are under way, one that has come has others right behind it. Woken for each of
// them, this thread and the server would spend more on taking turns than on the work.
void SocketHttp::let_gather() {
  if (active_.size() < gather_min) {
    return;
  }
  pollfd stopped{.fd = wake_, .events = POLLIN, .revents = 0};
  const timespec pause{.tv_sec = 0, .tv_nsec = gather_ns_each * static_cast<long>(active_.size())};
  static_cast<void>(::ppoll(&stopped, 1, &pause, nullptr));
}

// Until something has happened, or the first deadline. Then all that can be done has been done.
void SocketHttp::wait(Wait wait) {
  now_ = clock_.steady();
  SteadyTime until = SteadyTime::max();
  for (const auto& connection : active_) {
    until = std::min(until, connection->waits_until());
  }
  int limit_ms = 0;
  if (wait == Wait::yes && until > now_) {
    limit_ms = static_cast<int>(
        std::chrono::ceil<Millis>(std::min(until - now_, SteadyTime::duration(look_max))).count());
  }
  std::array<epoll_event, events_max> events;
  const int count = ::epoll_wait(epoll_, events.data(), events.size(), limit_ms);
  now_ = clock_.steady();
  for (const epoll_event& event :
       std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
    if (event.data.ptr == nullptr) {
      cut_stopped();
    } else {
      handle(*static_cast<Connection*>(event.data.ptr), event.events);
    }
  }
  expire();
  closed_.clear();
}

void SocketHttp::handle(Connection& connection, unsigned events) {
  switch (connection.stage) {
    case Connection::Stage::connecting:
      go_on_connecting(connection);
      return;
    case Connection::Stage::sending:
      send(connection);
      return;
    case Connection::Stage::receiving:
      receive(connection, events);
      return;
    case Connection::Stage::idle: {
      // A server that speaks unasked is not to be asked again; tickets of TLS are no speech.
      const bool speaks = (events & EPOLLIN) != 0 && connection.origin.tls == nullptr;
      if (speaks || (events & hang_up) != 0) {
        auto& idle = connection.origin.idle;
        const auto at = std::ranges::find(idle, &connection, &std::unique_ptr<Connection>::get);
        close(std::move(*at));
        idle.erase(at);
      }
      return;
    }
    case Connection::Stage::closed:
      return;
  }
}

void SocketHttp::go_on_connecting(Connection& connection) {
  const Stream::Status status = connection.stream->connect();
  if (status == Stream::Status::ready) {
    connection.stage = Connection::Stage::sending;
    send(connection);
  } else if (status == Stream::Status::closed) {
    try_next_address(connection, transient("the server closed the connection"));
  } else if (status == Stream::Status::failed) {
    try_next_address(connection, connection.stream->failure());
  }
}

void SocketHttp::try_next_address(Connection& connection, TransportFailure failure) {
  const bool may_help = failure.kind == TransportTrouble::transient &&
                        connection.address + 1 < connection.origin.addresses.size();
  if (may_help) {
    ++connection.address;
    connect(connection);
    return;
  }
  connection.origin.addresses.clear();  // the name may have moved
  fail(connection, std::move(failure));
}

void SocketHttp::send(Connection& connection) {
  const std::string_view out = connection.out;
  while (connection.sent < out.size()) {
    const Stream::Moved moved = connection.stream->write(out.substr(connection.sent));
    switch (moved.status) {
      case Stream::Status::ready:
        connection.sent += moved.bytes;
        break;
      case Stream::Status::blocked:
        return;
      case Stream::Status::closed:
        // It may have said why before it hung up.
        connection.stage = Connection::Stage::receiving;
        receive(connection, hang_up);
        return;
      case Stream::Status::failed:
        fail(connection, connection.stream->failure());
        return;
    }
  }
  connection.stage = Connection::Stage::receiving;
}

void SocketHttp::receive(Connection& connection, unsigned events) {
  for (;;) {
    const Stream::Moved moved = connection.stream->read(buffer_);
    if (moved.status == Stream::Status::blocked) {
      return;
    }
    if (moved.status == Stream::Status::closed) {
      lose(connection);
      return;
    }
    if (moved.status == Stream::Status::failed) {
      fail(connection, connection.stream->failure());
      return;
    }
    buffer_used_ = std::max(buffer_used_, moved.bytes);
    switch (connection.reader.take({buffer_.data(), moved.bytes})) {
      case ResponseReader::State::done:
        finish(connection);
        return;
      case ResponseReader::State::malformed:
        fail(connection, transient("what came is not HTTP/1.1"));
        return;
      case ResponseReader::State::too_large:
        fail(connection, for_good("it is larger than " +
                                  std::to_string(settings_.response_bytes_max) + " bytes"));
        return;
      default:
        break;
    }
    // Another edge comes with the next bytes; but that of a hang-up has been already.
    const bool is_empty = moved.bytes < buffer_.size() && connection.stream->short_read_empties();
    if (is_empty && (events & hang_up) == 0) {
      return;
    }
  }
}

void SocketHttp::cut_stopped() {
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto got = ::read(wake_, &wakes, sizeof wakes);
  for (std::size_t i = active_.size(); i-- > 0;) {
    Connection& connection = *active_[i];
    if (connection.request->stop.stop_requested() &&
        connection.reader.state() == ResponseReader::State::idle) {
      fail(connection, {.kind = TransportTrouble::stopped, .text = "stopped"});
    }
  }
}

void SocketHttp::expire() {
  for (std::size_t i = active_.size(); i-- > 0;) {
    Connection& connection = *active_[i];
    if (connection.until <= now_) {
      fail(connection, transient("timed out after " + text_of(connection.request->timeout)));
    } else if (connection.waits_until() <= now_) {
      try_next_address(connection,
                       transient("cannot connect within " + text_of(settings_.connect_timeout)));
    }
  }
}

// Takes a connection out of the active ones.
std::unique_ptr<SocketHttp::Connection> SocketHttp::release(Connection& connection) {
  const std::size_t place = connection.place;
  std::swap(active_[place], active_.back());
  active_[place]->place = place;
  std::unique_ptr<Connection> owned = std::move(active_.back());
  active_.pop_back();
  return owned;
}

void SocketHttp::close(std::unique_ptr<Connection> connection) {
  connection->stage = Connection::Stage::closed;
  connection->stream.reset();
  closed_.push_back(std::move(connection));
}

void SocketHttp::finish(Connection& connection) {
  std::unique_ptr<Connection> owned = release(connection);
  if (!connection.reader.keeps_connection()) {
    close(std::move(owned));
    return;
  }
  connection.stage = Connection::Stage::idle;
  connection.has_answered = true;
  connection.origin.idle.push_back(std::move(owned));
}

// The server has hung up. On a connection that was idle before, it may have done so before the
// request came: such a request goes out once more, on a new connection.
void SocketHttp::lose(Connection& connection) {
  if (connection.reader.end() == ResponseReader::State::done) {
    finish(connection);
    return;
  }
  if (!connection.has_answered || connection.reader.state() != ResponseReader::State::idle) {
    fail(connection, transient("the server closed the connection"));
    return;
  }
  connection.has_answered = false;
  connection.sent = 0;
  connection.address = 0;
  if (auto failure = connection.origin.find_addresses(now_)) {
    fail(connection, std::move(*failure));
    return;
  }
  connect(connection);
}

void SocketHttp::fail(Connection& connection, TransportFailure failure) {
  failure.text = "no answer from " + connection.origin.authority + ": " + failure.text;
  *connection.response = {.status = 0, .head = {}, .body = {}, .failure = std::move(failure)};
  close(release(connection));
}

}  // namespace moretta::aws
