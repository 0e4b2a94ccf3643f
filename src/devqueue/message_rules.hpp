#pragma once

// What SQS accepts as a message: characters, sizes, attributes.

#include <optional>
#include <string_view>

#include "devqueue/call.hpp"
#include "devqueue/error.hpp"

namespace moretta::devqueue {

inline constexpr std::size_t message_bytes_limit = 1'048'576;  // SQS, since August 2025

// The problem with a message's content, if there is one. `bytes_max` is its queue's.
std::optional<ApiError> content_problem(const Entry& entry, std::size_t bytes_max);
std::optional<ApiError> attributes_problem(const MessageAttributes& attributes);

// Body and attribute names, types and values.
std::size_t message_bytes(const Entry& entry);

// 1 to 128 letters, digits and punctuation: group, deduplication and attempt ids.
bool is_fifo_id(std::string_view text);

bool is_batch_id(std::string_view text);

}  // namespace moretta::devqueue
