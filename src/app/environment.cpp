#include "app/environment.hpp"

#include <cstdlib>
#include <cstring>
#include <span>

#include "base/secret.hpp"

namespace moretta::app {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      return std::nullopt;
    }
    return value;
  };
}

void forget_variable(const std::string& name) {
  if (char* value = std::getenv(name.c_str())) {
    wipe(std::as_writable_bytes(std::span(value, std::strlen(value))));
    ::unsetenv(name.c_str());
  }
}

}  // namespace moretta::app
