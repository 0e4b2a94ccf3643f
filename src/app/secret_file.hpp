#pragma once

// Secrets out of files, descriptors and commands, into memory that is wiped. Each is checked for
// who else may read it.

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace moretta::app {

enum class SecretOwner {
  us,      // ours, mode 0600
  system,  // mounted for this process by root: nobody but root may write it
};

// At most `bytes_max` bytes; more is an error. The error never holds what was read.
Result<SecretBytes, std::string> read_secret_file(const std::string& path, SecretOwner owner,
                                                  std::size_t bytes_max);

// To its end, then closed.
Result<SecretBytes, std::string> read_secret_descriptor(int number, std::size_t bytes_max);

// What `command` prints, as /bin/sh understands it. Its standard error is ours, its input empty.
// One that fails, or takes over half a minute, gives an error.
Result<SecretBytes, std::string> read_secret_command(const std::string& command,
                                                     std::size_t bytes_max);

}  // namespace moretta::app
