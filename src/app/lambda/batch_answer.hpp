#pragma once

// What a function answers to a batch of SQS messages: which of them Lambda must not delete.

#include <span>
#include <string>

#include "core/ports.hpp"

namespace moretta::app {

// Names the messages that are `returned`, and no others: Lambda deletes the rest, and all of them
// if it does not know the answer's words. REQUIRED: as many outcomes as messages.
std::string batch_answer(std::span<const Message> messages, std::span<const Outcome> outcomes);

}  // namespace moretta::app
