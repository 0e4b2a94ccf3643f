#pragma once

// What a queue's attributes say about how it would go (reference: SQS developer guide,
// GetQueueAttributes).

#include "app/config.hpp"
#include "app/finding.hpp"
#include "aws/sqs_wire.hpp"

namespace moretta::app {

Findings queue_findings(const aws::Attributes& attributes, const Config& config);

}  // namespace moretta::app
