#pragma once

// HTTP/1.1 on the wire, RFC 9112: requests as bytes, answers read as they come. Pure; strict where
// leniency would let two readers disagree about where an answer ends.

#include <cstddef>
#include <string>
#include <string_view>

#include "aws/http.hpp"
#include "aws/url.hpp"

namespace moretta::aws {

// False if a header or the target holds a control character or a blank that could end it early.
// `url` are the parts of request.url.
bool append_request(const HttpRequest& request, const UrlParts& url, std::string& out);

// Reads the answers of one connection, one after the other. An answer ends with its length, with
// its last chunk, or, if it has neither, with the connection.
class ResponseReader {
 public:
  enum class State {
    idle,     // nothing of the answer has come
    reading,  // some of it has
    done,
    malformed,
    too_large,
  };

  // Fills `response`, which must live until the state is one of the last three or begin() is called
  // again.
  void begin(HttpResponse& response, std::size_t bytes_max);

  // Takes bytes as they came.
  State take(std::string_view bytes);
  // The server has closed the connection.
  State end();

  [[nodiscard]] State state() const { return state_; }
  // After `done`: the connection may carry another request.
  [[nodiscard]] bool keeps_connection() const { return keeps_connection_; }

 private:
  enum class Part { status, fields, counted, rest, chunk_size, chunk, chunk_end, trailer };

  bool take_line(std::string_view& bytes, std::string_view& line);
  void take_body(std::string_view& bytes);
  State read_line(std::string_view line);
  State read_status(std::string_view line);
  State read_field(std::string_view line);
  State read_length(std::string_view value);
  State read_chunk_size(std::string_view line);
  State begin_body();

  HttpResponse* response_ = nullptr;
  std::size_t bytes_max_ = 0;
  State state_ = State::done;
  Part part_ = Part::status;
  std::string partial_;         // a line whose end has not come
  std::string line_;            // one that came in parts
  std::size_t head_bytes_ = 0;  // of all heads of this answer, or of what stands around a chunk
  std::size_t left_ = 0;        // of the body, or of the chunk
  bool is_counted_ = false;
  bool is_chunked_ = false;
  bool is_http_1_0_ = false;
  bool keeps_connection_ = false;
};

}  // namespace moretta::aws
