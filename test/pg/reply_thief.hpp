#pragma once

// A Unix-socket proxy in front of a server: passes everything on until it is told to steal the next
// reply, which it takes from the server and then hangs up. Whoever waits for that reply cannot know
// that its transaction was committed.

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/ensure.hpp"

namespace moretta::test {

class ReplyThief {
 public:
  // `server` is the directory of the server's socket.
  explicit ReplyThief(const std::filesystem::path& server)
      : server_(server / socket_name), directory_(std::filesystem::path(server) += "-thief") {
    std::filesystem::create_directory(directory_);
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = address_of(directory_ / socket_name);
    ENSURE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ENSURE(listen(listener_, 4) == 0);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~ReplyThief() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
    std::filesystem::remove_all(directory_);
  }
  ReplyThief(const ReplyThief&) = delete;
  ReplyThief& operator=(const ReplyThief&) = delete;

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  void steal_next_reply() { stealing_ = true; }

 private:
  static constexpr const char* socket_name = ".s.PGSQL.5432";
  static constexpr int look_ms = 20;  // between looks at the stop token

  static sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ENSURE(path.string().size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.string().size());
    return address;
  }

  static bool is_readable(int handle) {
    pollfd waiting{.fd = handle, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, look_ms) == 1;
  }

  // One connection after the other is enough.
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!is_readable(listener_)) {
        continue;
      }
      const int client = accept(listener_, nullptr, nullptr);
      const int server = socket(AF_UNIX, SOCK_STREAM, 0);
      const sockaddr_un address = address_of(server_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        pass_on(client, server, stop);
      }
      close(client);
      close(server);
    }
  }

  void pass_on(int client, int server, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::array<pollfd, 2> waiting = {{{.fd = client, .events = POLLIN, .revents = 0},
                                        {.fd = server, .events = POLLIN, .revents = 0}}};
      poll(waiting.data(), waiting.size(), look_ms);
      if (waiting[0].revents != 0 && !copy(client, server)) {
        return;
      }
      if (waiting[1].revents != 0 && (stealing_.exchange(false) || !copy(server, client))) {
        return;
      }
    }
  }

  static bool copy(int from, int to) {
    std::array<char, 65536> bytes;
    const ssize_t count = read(from, bytes.data(), bytes.size());
    return count > 0 &&
           send(to, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
  }

  std::filesystem::path server_;
  std::filesystem::path directory_;
  int listener_ = -1;
  std::atomic<bool> stealing_ = false;
  std::jthread thread_;
};

}  // namespace moretta::test
