// Measures what a queue server costs: keep-alive connections that receive ten messages and delete
// them as one batch, as fast as the server answers. JSON wire, unsigned.
//   devqueue_load PORT QUEUE CONNECTIONS SECONDS [SERVER_PID]

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Watch = std::chrono::steady_clock;

struct Peer {
  int socket = -1;
  std::string in;
  bool deleting = false;
};

std::string request(std::string_view operation, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
         "X-Amz-Target: AmazonSQS." +
         std::string(operation) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      std::perror("send");
      std::exit(1);
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// The size of the whole first answer in `in`, 0 while it is incomplete.
std::size_t answer_size(std::string_view in, std::size_t* body_at) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return 0;
  }
  std::size_t at = in.find("Content-Length: ");
  const std::size_t length = std::strtoul(in.data() + at + 16, nullptr, 10);
  *body_at = end + 4;
  return in.size() >= end + 4 + length ? end + 4 + length : 0;
}

// The delete request for every receipt handle in a receive answer; empty when there was none.
std::string delete_request(std::string_view url, std::string_view answer, std::uint64_t* messages) {
  std::string body = "{\"QueueUrl\":\"" + std::string(url) + "\",\"Entries\":[";
  constexpr std::string_view key = "\"ReceiptHandle\":\"";
  int id = 0;
  for (std::size_t at = answer.find(key); at != std::string_view::npos; at = answer.find(key, at)) {
    at += key.size();
    const std::size_t end = answer.find('"', at);
    body += id == 0 ? "" : ",";
    body += "{\"Id\":\"" + std::to_string(id++) + "\",\"ReceiptHandle\":\"";
    body += answer.substr(at, end - at);
    body += "\"}";
  }
  *messages += static_cast<std::uint64_t>(id);
  return id == 0 ? std::string() : request("DeleteMessageBatch", body + "]}");
}

double cpu_seconds_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) {
    fields >> skipped;
  }
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: devqueue_load PORT QUEUE CONNECTIONS SECONDS [SERVER_PID]\n");
    return 64;
  }
  const int port = std::atoi(argv[1]);
  const std::string url =
      "http://127.0.0.1:" + std::string(argv[1]) + "/000000000000/" + std::string(argv[2]);
  const std::string receive =
      request("ReceiveMessage", "{\"QueueUrl\":\"" + url +
                                    "\",\"MaxNumberOfMessages\":10,\"WaitTimeSeconds\":0,"
                                    "\"MessageSystemAttributeNames\":[\"All\"]}");
  std::vector<Peer> peers(static_cast<std::size_t>(std::atoi(argv[3])));
  const int poll = ::epoll_create1(0);
  for (Peer& peer : peers) {
    peer.socket = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, peer.socket, &event);
  }

  const double cpu_before = argc > 5 ? cpu_seconds_of(argv[5]) : 0;
  const Watch::time_point start = Watch::now();
  const auto limit = std::chrono::duration<double>(std::atof(argv[4]));
  std::uint64_t messages = 0;
  std::uint64_t requests = 0;
  std::uint64_t empty = 0;
  for (Peer& peer : peers) {
    send_all(peer.socket, receive);
  }
  constexpr std::uint64_t empty_max = 100;  // that many empty answers: the queue is drained
  std::vector<epoll_event> ready(peers.size());
  std::vector<char> chunk(1 << 16);
  while (Watch::now() - start < limit && empty < empty_max) {
    const int count = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), 1000);
    for (int i = 0; i < count; ++i) {
      Peer& peer = *static_cast<Peer*>(ready[static_cast<std::size_t>(i)].data.ptr);
      const ssize_t got = ::recv(peer.socket, chunk.data(), chunk.size(), 0);
      if (got <= 0) {
        std::fprintf(stderr, "the server closed a connection\n");
        return 1;
      }
      peer.in.append(chunk.data(), static_cast<std::size_t>(got));
      std::size_t body_at = 0;
      const std::size_t size = answer_size(peer.in, &body_at);
      if (size == 0) {
        continue;
      }
      ++requests;
      std::string next = receive;
      if (!peer.deleting) {
        next = delete_request(url, std::string_view(peer.in).substr(body_at, size - body_at),
                              &messages);
        empty += next.empty() ? 1U : 0U;
      }
      peer.deleting = !peer.deleting && !next.empty();
      peer.in.erase(0, size);
      send_all(peer.socket, next.empty() ? receive : next);
    }
  }
  const double seconds = std::chrono::duration<double>(Watch::now() - start).count();
  const double cpu = argc > 5 ? cpu_seconds_of(argv[5]) - cpu_before : 0;
  std::printf(
      "%.0f messages/s, %.0f requests/s, %.2f us of server CPU a message, %.1f s, %llu messages\n",
      static_cast<double>(messages) / seconds, static_cast<double>(requests) / seconds,
      messages == 0 ? 0.0 : cpu * 1e6 / static_cast<double>(messages), seconds,
      static_cast<unsigned long long>(messages));
  return 0;
}
