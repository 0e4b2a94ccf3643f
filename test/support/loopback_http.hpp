#pragma once

// A tiny HTTP server on a free loopback port, as well or as badly behaved as a test wants: what it
// sends back is up to a function of the request.

#include <atomic>
#include <charconv>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace moretta::aws {

struct LoopbackAnswer {
  std::string bytes{};  // empty: none at all
  enum class Then { keep, close, wait_for_client } then = Then::keep;
};

inline std::string http_answer(std::string_view body, std::string_view extra_headers = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra_headers) + "\r\n" + std::string(body);
}

class LoopbackHttp {
 public:
  using Handler = std::function<LoopbackAnswer(const std::string& request)>;

  explicit LoopbackHttp(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, length), 0);
    EXPECT_EQ(listen(listener_, SOMAXCONN), 0);
    EXPECT_EQ(getsockname(listener_, any, &length), 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~LoopbackHttp() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int peer : peers_) {
      shutdown(peer, SHUT_RDWR);
    }
    for (std::thread& connection : connections_) {
      connection.join();
    }
    for (const int peer : peers_) {
      close(peer);
    }
    close(listener_);
  }
  LoopbackHttp(const LoopbackHttp&) = delete;
  LoopbackHttp& operator=(const LoopbackHttp&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] int connections() const { return accepted_; }

 private:
  void accept_all() {
    for (;;) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) {
        return;
      }
      ++accepted_;
      peers_.push_back(peer);
      connections_.emplace_back([this, peer] { serve(peer); });
    }
  }

  void serve(int peer) {
    std::string unread;
    for (;;) {
      const std::string request = next_request(peer, unread);
      if (request.empty()) {
        break;
      }
      const LoopbackAnswer answer = handler_(request);
      std::size_t sent = 0;
      while (sent < answer.bytes.size()) {
        const ssize_t now =
            send(peer, answer.bytes.data() + sent, answer.bytes.size() - sent, MSG_NOSIGNAL);
        if (now <= 0) {
          break;
        }
        sent += static_cast<std::size_t>(now);
      }
      if (answer.then == LoopbackAnswer::Then::wait_for_client) {
        next_request(peer, unread);
      }
      if (answer.then != LoopbackAnswer::Then::keep) {
        break;
      }
    }
    shutdown(peer, SHUT_RDWR);
  }

  // One whole request, or "" when the client has gone.
  static std::string next_request(int peer, std::string& unread) {
    for (;;) {
      const std::size_t head = unread.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t whole = head + 4 + content_length(unread.substr(0, head));
        if (unread.size() >= whole) {
          std::string request = unread.substr(0, whole);
          unread.erase(0, whole);
          return request;
        }
      }
      char buffer[65'536];
      const ssize_t got = recv(peer, buffer, sizeof buffer, 0);
      if (got <= 0) {
        return {};
      }
      unread.append(buffer, static_cast<std::size_t>(got));
    }
  }

  static std::size_t content_length(const std::string& head) {
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t at = head.find(name);
    std::size_t length = 0;
    if (at != std::string::npos) {
      std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    }
    return length;
  }

  Handler handler_;
  std::string url_;
  int listener_ = -1;
  std::atomic<int> accepted_ = 0;
  std::thread accepting_;

  // Of the accepting thread until it has ended.
  std::vector<int> peers_;
  std::vector<std::thread> connections_;
};

}  // namespace moretta::aws
