#pragma once

// An answer to a receive, read by itself.

#include <optional>
#include <string>
#include <vector>

#include "aws/sqs_wire.hpp"

namespace moretta::aws {

inline std::optional<std::vector<SqsMessage>> messages_of(SqsReader& reader, Protocol protocol,
                                                          const std::string& body) {
  std::vector<SqsMessage> messages;
  return reader.messages(protocol, body, messages) ? std::optional(std::move(messages))
                                                   : std::nullopt;
}

}  // namespace moretta::aws
