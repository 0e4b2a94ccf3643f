#include "app/found_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace moretta::app {

std::optional<std::string> why_not_taken(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    return std::nullopt;
  }
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid()) {
    return fmt::format("it belongs to user {}, not to root or user {}, who runs this", facts.st_uid,
                       ::geteuid());
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return "anybody may write it";
  }
  return std::nullopt;
}

}  // namespace moretta::app
