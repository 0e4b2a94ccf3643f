#include "aws/stream.hpp"

#include <cerrno>
#include <climits>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include "base/ensure.hpp"

namespace moretta::aws {

namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EINPROGRESS;
}

bool is_hung_up(int error) {
  return error == ECONNRESET || error == EPIPE;
}

void set(int socket, int level, int option, int value) {
  // What the kernel does not know is not missed.
  static_cast<void>(::setsockopt(socket, level, option, &value, sizeof value));
}

}  // namespace

Stream::Stream(const SocketAddress& address, TlsClient* tls)
    : socket_(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      tls_(tls) {
  if (socket_ < 0) {
    fail(errno);
    return;
  }
  constexpr int keepalive_seconds = 60;  // below the idle limits of NAT gateways
  set(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket_, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket_, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_seconds);
  set(socket_, IPPROTO_TCP, TCP_KEEPINTVL, keepalive_seconds);
  const auto* const target = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::connect(socket_, target, address.length) != 0 && !would_block(errno)) {
    fail(errno);
  }
}

Stream::~Stream() {
  if (ssl_ != nullptr && stage_ == Stage::connected) {
    // No goodbye is sent: whatever was under way is complete or given up. But without the mark
    // OpenSSL would not take the session up again.
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  ssl_.reset();
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

Stream::Status Stream::fail(int error) {
  failure_ = {.kind = TransportTrouble::transient, .text = std::strerror(error)};
  return Status::failed;
}

Stream::Status Stream::connect() {
  if (!failure_.text.empty()) {
    return Status::failed;
  }
  if (stage_ == Stage::connecting) {
    const Status status = finish_connect();
    if (status != Status::ready) {
      return status;
    }
  }
  return stage_ == Stage::shaking_hands ? shake_hands() : Status::ready;
}

Stream::Status Stream::finish_connect() {
  int error = 0;
  socklen_t length = sizeof error;
  ENSURE(::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
  if (error != 0) {
    return fail(error);
  }
  sockaddr_storage peer{};
  length = sizeof peer;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &length) != 0) {
    return errno == ENOTCONN ? Status::blocked : fail(errno);
  }
  stage_ = tls_ == nullptr ? Stage::connected : Stage::shaking_hands;
  if (tls_ != nullptr) {
    ssl_ = tls_->connection(socket_);
  }
  return Status::ready;
}

Stream::Status Stream::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    return fail_tls(result);
  }
  stage_ = Stage::connected;
  return Status::ready;
}

Stream::Status Stream::fail_tls(int result) {
  const int error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Status::blocked;
    case SSL_ERROR_ZERO_RETURN:
      return Status::closed;
    case SSL_ERROR_SYSCALL:
      if (error == 0 || is_hung_up(error)) {
        return Status::closed;
      }
      return fail(error);
    default:
      break;
  }
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return Status::closed;
  }
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (stage_ == Stage::shaking_hands && verdict != X509_V_OK) {
    failure_ = {.kind = TransportTrouble::configuration,
                .text = std::string("its certificate is not trusted: ") +
                        X509_verify_cert_error_string(verdict)};
    return Status::failed;
  }
  const char* const reason = ERR_reason_error_string(code);
  failure_ = {.kind = TransportTrouble::transient,
              .text = std::string("TLS: ") + (reason == nullptr ? "unknown error" : reason)};
  return Status::failed;
}

Stream::Moved Stream::read(std::span<char> into) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    std::size_t bytes = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
    return result == 1 ? Moved{Status::ready, bytes} : Moved{fail_tls(result), 0};
  }
  const ssize_t bytes = ::recv(socket_, into.data(), into.size(), 0);
  if (bytes > 0) {
    return {Status::ready, static_cast<std::size_t>(bytes)};
  }
  if (bytes == 0 || is_hung_up(errno)) {
    return {Status::closed, 0};
  }
  return {would_block(errno) ? Status::blocked : fail(errno), 0};
}

Stream::Moved Stream::write(std::string_view bytes) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    return result == 1 ? Moved{Status::ready, sent} : Moved{fail_tls(result), 0};
  }
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    return {Status::ready, static_cast<std::size_t>(sent)};
  }
  if (is_hung_up(errno)) {
    return {Status::closed, 0};
  }
  return {would_block(errno) ? Status::blocked : fail(errno), 0};
}

}  // namespace moretta::aws
