#pragma once

// The client side of TLS over OpenSSL: who is trusted, and sessions to resume. The peer's
// certificate and name are always checked; there is no switch for it.

#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace moretta::aws {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// Connections to one host, for one thread. Keeps the last session, so that the next connection
// costs no key exchange. OpenSSL writes to sockets without MSG_NOSIGNAL: the process ignores
// SIGPIPE.
class TlsClient {
 public:
  // `ca_bundle`: the certificates to trust; empty: OpenSSL's own places. `host`: a name or a
  // literal address without brackets; what the certificate must be for.
  TlsClient(const std::string& ca_bundle, std::string host);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() = default;

  // Why no connection can be made at all; empty if one can.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  // Ready to shake hands. REQUIRED: no fault. Must not outlive the client.
  Ssl connection(int socket);

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  static int keep_session(SSL* ssl, SSL_SESSION* session);

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL_SESSION, FreeSession> session_;
  std::string host_;
  std::string fault_;
};

}  // namespace moretta::aws
