#pragma once

// One TCP connection, with TLS or without, that never blocks: every call does what can be done now.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "aws/http.hpp"
#include "aws/resolve.hpp"
#include "aws/tls.hpp"

namespace moretta::aws {

class Stream {
 public:
  enum class Status {
    ready,    // `bytes` were moved; of a connect: the stream can carry data
    blocked,  // call again when the socket says so
    closed,   // by the peer
    failed,   // failure() says why
  };
  struct Moved {
    Status status = Status::blocked;
    std::size_t bytes = 0;
  };

  // Begins to connect. `tls` may be null: no TLS; else it must outlive the stream.
  Stream(const SocketAddress& address, TlsClient* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Goes on with connecting; `ready` once done.
  Status connect();

  // REQUIRED of both: connected, and not empty.
  Moved read(std::span<char> into);
  Moved write(std::string_view bytes);

  // Whether a read that filled less than it was given has emptied the socket.
  [[nodiscard]] bool short_read_empties() const { return ssl_ == nullptr; }
  [[nodiscard]] int descriptor() const { return socket_; }
  [[nodiscard]] const TransportFailure& failure() const { return failure_; }

 private:
  enum class Stage { connecting, shaking_hands, connected };

  Status finish_connect();
  Status shake_hands();
  Status fail(int error);
  Status fail_tls(int result);

  int socket_ = -1;
  TlsClient* tls_;
  Ssl ssl_;
  Stage stage_ = Stage::connecting;
  TransportFailure failure_;
};

}  // namespace moretta::aws
