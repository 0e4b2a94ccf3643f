#include "aws/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/ensure.hpp"

namespace moretta::aws {

namespace {

bool is_address(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

TlsClient::TlsClient(const std::string& ca_bundle, std::string host)
    : context_(SSL_CTX_new(TLS_client_method())), host_(std::move(host)) {
  SSL_CTX* const context = context_.get();
  ENSURE(context != nullptr);
  ENSURE(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // Buffers only while a record is under way: 128 connections would else hold 4 MB for each lane.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // header and record in one read
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  SSL_CTX_set_app_data(context, this);
  const int loaded = ca_bundle.empty() ? SSL_CTX_set_default_verify_paths(context)
                                       : SSL_CTX_load_verify_file(context, ca_bundle.c_str());
  if (loaded != 1) {
    fault_ = "cannot read the CA bundle " + ca_bundle;
    ERR_clear_error();
  }
}

int TlsClient::keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* const self = static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  self->session_.reset(session);
  return 1;  // it is ours now
}

Ssl TlsClient::connection(int socket) {
  ENSURE(fault_.empty());
  Ssl ssl(SSL_new(context_.get()));
  ENSURE(ssl != nullptr && SSL_set_fd(ssl.get(), socket) == 1);
  if (is_address(host_)) {
    ENSURE(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host_.c_str()) == 1);
  } else {
    // What the macro SSL_set_tlsext_host_name does, without its cast.
    ENSURE(SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    host_.data()) == 1);
    ENSURE(SSL_set1_host(ssl.get(), host_.c_str()) == 1);
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  }
  if (session_ != nullptr) {
    // A copy each: OpenSSL spends a session of TLS 1.3 on one connection, and a lane that wakes up
    // opens dozens before the first of them brings the next. A refusal only costs the key exchange.
    const std::unique_ptr<SSL_SESSION, FreeSession> copy(SSL_SESSION_dup(session_.get()));
    SSL_set_session(ssl.get(), copy.get());
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

}  // namespace moretta::aws
