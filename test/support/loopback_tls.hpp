#pragma once

// A certificate authority that lives as long as a test, and an HTTPS server on a free loopback port
// that shows what it has signed.

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

namespace moretta::aws {

template <auto function>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, FreeWith<X509_free>>;

class ThrowawayAuthority {
 public:
  // Seconds from now.
  struct Validity {
    long from = -3600;
    long until = 3600;
  };

  ThrowawayAuthority() : key_(new_key()) {
    static std::atomic<int> number = 0;
    const std::string name = "throwaway authority " + std::to_string(++number);
    certificate_ = sign(name.c_str(), key_.get(), nullptr, {});
  }

  // For `names`, as in "DNS:localhost,IP:127.0.0.1".
  Cert issue(EVP_PKEY* key, const char* names, Validity validity) const {
    return sign("throwaway server", key, names, validity);
  }

  // As a file for clients to trust.
  void write_pem(const std::string& path) const {
    const std::unique_ptr<BIO, FreeWith<BIO_free_all>> file(BIO_new_file(path.c_str(), "w"));
    EXPECT_EQ(PEM_write_bio_X509(file.get(), certificate_.get()), 1);
  }

  static Pkey new_key() { return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

 private:
  // Itself if there are no names.
  Cert sign(const char* subject, EVP_PKEY* key, const char* names, Validity validity) const {
    Cert made(X509_new());
    X509* const cert = made.get();
    static std::atomic<long> serial = 0;
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), validity.from);
    X509_gmtime_adj(X509_getm_notAfter(cert), validity.until);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject), -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(names == nullptr ? cert : certificate_.get()));
    names == nullptr ? add(cert, NID_basic_constraints, "critical,CA:TRUE")
                     : add(cert, NID_subject_alt_name, names);
    EXPECT_GT(X509_sign(cert, key_.get(), EVP_sha256()), 0);
    return made;
  }

  static void add(X509* cert, int nid, const char* value) {
    const std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    EXPECT_EQ(X509_add_ext(cert, extension.get(), -1), 1);
  }

  Pkey key_;
  Cert certificate_;
};

// Answers every request with the length of its body.
class LoopbackTls {
 public:
  LoopbackTls(const ThrowawayAuthority& authority, const char* names,
              ThrowawayAuthority::Validity validity = {})
      : key_(ThrowawayAuthority::new_key()),
        certificate_(authority.issue(key_.get(), names, validity)),
        context_(SSL_CTX_new(TLS_server_method())) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that may be closed
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate_.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key_.get()), 1);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, length), 0);
    EXPECT_EQ(listen(listener_, SOMAXCONN), 0);
    EXPECT_EQ(getsockname(listener_, any, &length), 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~LoopbackTls() {
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
  LoopbackTls(const LoopbackTls&) = delete;
  LoopbackTls& operator=(const LoopbackTls&) = delete;

  [[nodiscard]] std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
  }
  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int resumed() const { return resumed_; }
  [[nodiscard]] int asked_for_localhost() const { return asked_for_localhost_; }

 private:
  void accept_all() {
    for (;;) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) {
        return;
      }
      peers_.push_back(peer);
      connections_.emplace_back([this, peer] { serve(peer); });
    }
  }

  void serve(int peer) {
    const std::unique_ptr<SSL, FreeWith<SSL_free>> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), peer);
    if (SSL_accept(ssl.get()) == 1) {
      const char* const name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
      asked_for_localhost_ += name != nullptr && std::string(name) == "localhost" ? 1 : 0;
      resumed_ += SSL_session_reused(ssl.get());
      answer_all(ssl.get());
    }
    shutdown(peer, SHUT_RDWR);
  }

  void answer_all(SSL* ssl) {
    std::string unread;
    char buffer[65'536];
    for (int got = SSL_read(ssl, buffer, sizeof buffer); got > 0;
         got = SSL_read(ssl, buffer, sizeof buffer)) {
      unread.append(buffer, static_cast<std::size_t>(got));
      const std::size_t head = unread.find("\r\n\r\n");
      const std::size_t length = unread.find("Content-Length: ");
      if (head == std::string::npos || length == std::string::npos ||
          unread.size() < head + 4 + std::stoul(unread.substr(length + 16))) {
        continue;
      }
      ++requests_;
      const std::string body = std::to_string(unread.size() - head - 4);
      const bool last = unread.find("X-Last: ") != std::string::npos;
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
          (last ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n") + body;
      unread.clear();
      SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
      if (last) {
        return;
      }
    }
  }

  Pkey key_;
  Cert certificate_;
  std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>> context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> resumed_ = 0;
  std::atomic<int> asked_for_localhost_ = 0;
  std::thread accepting_;

  // Of the accepting thread until it has ended.
  std::vector<int> peers_;
  std::vector<std::thread> connections_;
};

}  // namespace moretta::aws
