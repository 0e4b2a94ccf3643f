#pragma once

// The paths under /_devqueue/: what tests ask the server itself instead of SQS.

#include <array>
#include <map>
#include <string>

#include "devqueue/account.hpp"
#include "devqueue/call.hpp"

namespace moretta::devqueue {

using RequestCounts = std::array<std::uint64_t, operation_count>;

// {"queues": {name: {"visible": …, …}}, "requests": {operation: count}}. Queues of another region
// than `region` are named "<region>:<name>".
std::string stats_json(const std::map<std::string, Account>& accounts, const std::string& region,
                       const RequestCounts& requests);

}  // namespace moretta::devqueue
