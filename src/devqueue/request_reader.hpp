#pragma once

// Requests of HTTP/1.1 (RFC 9112) out of the bytes of one connection. Pure.

#include <cstddef>
#include <string_view>

#include "devqueue/http.hpp"

namespace moretta::devqueue {

class RequestReader {
 public:
  enum class State { partial, whole, malformed, too_large };

  // `bytes` are what has come since the end of the last request, and begin the same at every call
  // until it is whole. Then request() is it, and size() of the bytes were its own.
  State look(std::string_view bytes);

  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // After `whole`: the client may send another request.
  [[nodiscard]] bool keeps_connection() const { return keeps_connection_; }

  // While partial: the client has sent the head and asks whether to send the body. True once.
  bool take_expectation();

  // For the next request.
  void begin();

 private:
  State read_head(std::string_view head);
  bool read_request_line(std::string_view line);
  bool read_field(std::string_view line);
  State read_counted(std::string_view body);
  State read_chunks(std::string_view body);

  HttpRequest request_;
  std::size_t head_bytes_ = 0;  // 0 until the head is whole
  std::size_t body_bytes_ = 0;  // as the head says
  std::size_t size_ = 0;
  bool is_chunked_ = false;
  bool expects_ = false;
  bool keeps_connection_ = true;
};

}  // namespace moretta::devqueue
