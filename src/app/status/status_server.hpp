#pragma once

// HTTP for the status pages: one thread, few connections, short patience. Answers come from
// app/status/routes.hpp.

#include <cstdint>
#include <memory>

#include <microhttpd.h>

#include "app/status/listen_address.hpp"
#include "app/status/routes.hpp"

namespace moretta::app {

class StatusServer {
 public:
  // Throws Refused if the address cannot be listened on.
  StatusServer(const ListenAddress& address, StatusPages pages);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Request;
  struct StopDaemon {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
  };

  static void* on_uri(void* self, const char* uri, MHD_Connection* connection);
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char* version, const char* upload,
                               std::size_t* upload_size, void** state);
  static void on_end(void* self, MHD_Connection* connection, void** state,
                     MHD_RequestTerminationCode code);

  StatusPages pages_;
  std::uint16_t port_ = 0;
  std::unique_ptr<MHD_Daemon, StopDaemon> daemon_;
};

}  // namespace moretta::app
