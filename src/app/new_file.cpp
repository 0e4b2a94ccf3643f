#include "app/new_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/descriptor.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr mode_t everybody_mode = 0644;
constexpr mode_t owner_mode = 0600;

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

void write_file(const NewFile& file, std::string_view text) {
  const bool is_new = file.overwrite == Overwrite::no;
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (is_new ? O_EXCL : O_TRUNC);
  const Descriptor descriptor(::open(file.path.c_str(), flags,
                                     file.readers == Readers::owner ? owner_mode : everybody_mode));
  if (descriptor.number < 0) {
    const int error = errno;
    throw Refused(fmt::format("cannot write {}: {}", file.path, std::strerror(error)),
                  error == EEXIST ? "name another file, or move that one away"
                                  : "name a file in a directory that you may write to");
  }
  if (!write_all(descriptor.number, text)) {
    const int error = errno;
    if (is_new) {
      ::unlink(file.path.c_str());
    }
    throw Refused(fmt::format("cannot write {}: {}", file.path, std::strerror(error)),
                  "is the disk full?");
  }
}

}  // namespace moretta::app
