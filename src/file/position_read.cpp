#include "file/position_read.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <unistd.h>

#include "base/errors.hpp"

namespace moretta::file {

namespace {

// `read` gives what the system call does. A signal may interrupt it: then it is made again.
template <typename Read>
std::size_t fill(std::span<char> into, Read read) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = read(into.subspan(filled), filled);
    if (got == 0) {
      break;
    }
    if (got < 0 && errno != EINTR) {
      throw Refused("cannot read the input: " + std::string(std::strerror(errno)),
                    "check the file and the disk under it");
    }
    filled += got < 0 ? 0U : static_cast<std::size_t>(got);
  }
  return filled;
}

}  // namespace

std::size_t read_at(int fd, std::int64_t offset, std::span<char> into) {
  return fill(into, [=](std::span<char> rest, std::size_t filled) {
    return ::pread(fd, rest.data(), rest.size(), offset + static_cast<std::int64_t>(filled));
  });
}

std::size_t read_next(int fd, std::span<char> into) {
  return fill(into, [=](std::span<char> rest, std::size_t /*filled*/) {
    return ::read(fd, rest.data(), rest.size());
  });
}

}  // namespace moretta::file
