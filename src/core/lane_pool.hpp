#pragma once

// Runs lanes side by side, one thread each. They share nothing but what Lane::Shared names.

#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "core/lane.hpp"

namespace moretta {

// Returns when every one is done. If one throws, the others are asked to stop, and the first error
// is thrown when all have ended.
void run_side_by_side(std::span<const std::function<void(const std::stop_token&)>> works,
                      const std::stop_token& stop);

class LanePool {
 public:
  // As run_side_by_side; a lane that is asked to stop finishes its turn.
  static void run(std::span<const std::unique_ptr<Lane>> lanes, const std::stop_token& stop);
};

}  // namespace moretta
