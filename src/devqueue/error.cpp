#include "devqueue/error.hpp"

#include <fmt/format.h>

namespace moretta::devqueue {

ApiError invalid_value(std::string_view parameter, std::string_view value,
                       std::string_view reason) {
  return {&error::invalid_parameter, fmt::format("Value {} for parameter {} is invalid. Reason: {}",
                                                 value, parameter, reason)};
}

ApiError missing(std::string_view parameter) {
  return {&error::missing_parameter,
          fmt::format("The request must contain the parameter {}.", parameter)};
}

ApiError no_such_queue() {
  return {&error::queue_does_not_exist, "The specified queue does not exist."};
}

}  // namespace moretta::devqueue
