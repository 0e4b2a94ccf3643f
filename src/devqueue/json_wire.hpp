#pragma once

// AWS JSON 1.0, as SQS has spoken it since November 2023.

#include <memory>
#include <string>
#include <string_view>

#include "devqueue/answer.hpp"

namespace moretta::devqueue {

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();

  // The call in a request body, or how it is malformed.
  Result<Call, ApiError> read(Operation operation, std::string_view body);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;  // keeps its buffers from call to call
};

void write_json(const Answer& answer, std::string& out);
void write_json_received(const Received& received, const MessageView& view, std::string& out);
void write_json_error(const ApiError& error, std::string& out);

}  // namespace moretta::devqueue
