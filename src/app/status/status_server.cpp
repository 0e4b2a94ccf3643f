#include "app/status/status_server.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr unsigned connections_max = 64;  // a few people and a scraper
constexpr unsigned connections_of_one_max = 32;
constexpr std::size_t header_bytes_max = std::size_t{16} << 10U;
constexpr unsigned idle_seconds_max = 10;  // of a connection that says nothing

struct DestroyResponse {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};

sockaddr_storage socket_address(const ListenAddress& address) {
  sockaddr_storage storage{};
  if (address.host.find(':') != std::string::npos) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    ENSURE(::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1);
    std::memcpy(&storage, &v6, sizeof v6);
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    ENSURE(::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1);
    std::memcpy(&storage, &v4, sizeof v4);
  }
  return storage;
}

MHD_Result send(MHD_Connection* connection, const StatusReply& reply) {
  const std::unique_ptr<MHD_Response, DestroyResponse> response(MHD_create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY));
  ENSURE(response != nullptr);
  MHD_add_response_header(response.get(), "Content-Type", reply.content_type.c_str());
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response.get(), name.c_str(), value.c_str());
  }
  return MHD_queue_response(connection, static_cast<unsigned>(reply.status), response.get());
}

}  // namespace

// One request from its first line to the end of its reply.
struct StatusServer::Request {
  std::string query;
  bool is_begun = false;
};

StatusServer::StatusServer(const ListenAddress& address, StatusPages pages)
    : pages_(std::move(pages)) {
  const sockaddr_storage socket = socket_address(address);
  unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
  if (socket.ss_family == AF_INET6) {
    flags |= MHD_USE_IPv6;
  }
  daemon_.reset(MHD_start_daemon(
      flags, address.port, nullptr, nullptr, on_request, this, MHD_OPTION_SOCK_ADDR, &socket,
      MHD_OPTION_URI_LOG_CALLBACK, on_uri, this, MHD_OPTION_NOTIFY_COMPLETED, on_end, this,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, header_bytes_max, MHD_OPTION_CONNECTION_LIMIT,
      connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT, connections_of_one_max,
      MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds_max, MHD_OPTION_END));
  if (!daemon_) {
    throw Refused(fmt::format("cannot listen on {} port {} for the status page: {}", address.host,
                              address.port, std::generic_category().message(errno)),
                  "choose another port in status.listen, or 0 for a free one");
  }
  const MHD_DaemonInfo* bound = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_BIND_PORT);
  port_ = bound == nullptr ? address.port : bound->port;
}

StatusServer::~StatusServer() = default;

// Called first of all, with the target as it was sent.
void* StatusServer::on_uri(void* /*self*/, const char* uri, MHD_Connection* /*connection*/) {
  auto request = std::make_unique<Request>();
  const std::string_view target(uri);
  const std::size_t mark = target.find('?');
  if (mark != std::string_view::npos) {
    request->query = target.substr(mark + 1);
  }
  return request.release();  // on_end() owns it
}

MHD_Result StatusServer::on_request(void* self, MHD_Connection* connection, const char* url,
                                    const char* method, const char* /*version*/,
                                    const char* /*upload*/, std::size_t* upload_size,
                                    void** state) {
  auto& request = *static_cast<Request*>(*state);
  if (*upload_size > 0) {
    return MHD_NO;  // nothing here takes a body: the connection ends
  }
  if (!request.is_begun) {
    request.is_begun = true;
    return MHD_YES;
  }
  const char* const host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
  const StatusPages& pages = static_cast<StatusServer*>(self)->pages_;
  return send(connection, answer({.method = method,
                                  .path = url,
                                  .host = host == nullptr ? "" : host,
                                  .query = request.query},
                                 pages));
}

void StatusServer::on_end(void* /*self*/, MHD_Connection* /*connection*/, void** state,
                          MHD_RequestTerminationCode /*code*/) {
  const std::unique_ptr<Request> request(static_cast<Request*>(*state));
  *state = nullptr;
}

}  // namespace moretta::app
