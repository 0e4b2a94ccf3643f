#pragma once

// A queue's attributes: checked as CreateQueue and SetQueueAttributes check them, kept as numbers
// for the queue and as text for whoever asks.

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "devqueue/error.hpp"

namespace moretta::devqueue {

using Attributes = std::map<std::string, std::string>;

enum class QueueKind { standard, fifo };

struct Redrive {
  std::string target_arn;
  std::uint32_t receives_max = 0;
};

struct QueueSettings {
  QueueKind kind = QueueKind::standard;
  Seconds visibility{30};
  Seconds retention{345'600};
  Seconds delay{0};
  Seconds wait{0};
  std::size_t message_bytes_max = 1'048'576;
  bool content_deduplication = false;
  bool deduplication_per_group = false;
  std::optional<Redrive> redrive;
  Attributes text;  // as given, and the defaults
};

// What a queue of this kind starts with.
QueueSettings default_settings(QueueKind kind);

// The settings with these attributes over them. FifoQueue is CreateQueue's and must fit the kind.
Result<QueueSettings, ApiError> with_attributes(QueueSettings settings,
                                                const Attributes& attributes);

}  // namespace moretta::devqueue
