#pragma once

// What a queue's attributes say about how it would go (reference: SQS developer guide,
// GetQueueAttributes).

#include "app/config.hpp"
#include "app/finding.hpp"
#include "app/turn_time.hpp"
#include "aws/sqs_wire.hpp"

namespace moretta::app {

// `turn`: how long one takes.
Findings queue_findings(const aws::Attributes& attributes, const Config& config,
                        const TurnTime& turn);

// The name of its dead-letter queue; empty if it has none.
std::string dead_letter_queue(const aws::Attributes& attributes);

// Of the queue's attributes and those of its dead-letter queue.
Findings dead_letter_findings(const aws::Attributes& queue, const aws::Attributes& dead_letters);

}  // namespace moretta::app
