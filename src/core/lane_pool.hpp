#pragma once

// Runs lanes side by side, one thread each. They share nothing but what Lane::Shared names.

#include <memory>
#include <span>
#include <stop_token>

#include "core/lane.hpp"

namespace moretta {

class LanePool {
 public:
  // Returns when every lane is done. If one throws, the others are stopped, and the first error is
  // thrown when all have finished their turns.
  static void run(std::span<const std::unique_ptr<Lane>> lanes, const std::stop_token& stop);
};

}  // namespace moretta
