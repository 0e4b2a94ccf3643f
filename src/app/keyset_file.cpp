#include "app/keyset_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/new_file.hpp"
#include "app/secret_file.hpp"
#include "base/errors.hpp"
#include "mask/keyset_json.hpp"

namespace moretta::app {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& what, const char* hint) {
  throw Refused(fmt::format("cannot change the keyset {}: {}", path, what), hint);
}

std::string without_links(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) {
    refuse(path, error.message(), "name the file with --keyset; `moretta keys new` makes one");
  }
  return real.string();
}

int open_locked(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (fd >= 0) {
      ::close(fd);
    }
    refuse(path, error == EWOULDBLOCK ? "somebody else is changing it" : std::strerror(error),
           "try again");
  }
  return fd;
}

mask::Keyset load(const std::string& path, int locked) {
  struct stat ours {};
  struct stat now {};
  if (::fstat(locked, &ours) != 0 || ::stat(path.c_str(), &now) != 0 || ours.st_ino != now.st_ino) {
    refuse(path, "somebody else has just changed it", "try again");
  }
  const auto text = read_secret_file(path, SecretOwner::us, mask::keyset_bytes_max);
  if (!text) {
    refuse(path, text.error(), "a keyset is for the user alone who runs moretta");
  }
  if (!mask::looks_like_keyset(text.value().view())) {
    refuse(path, "it is a plain key, not a keyset",
           "make a keyset of it: moretta keys new FILE --from file:KEY --id N");
  }
  auto keys = mask::parse_keyset(text.value().view());
  if (!keys) {
    refuse(path, keys.error(), "mend it, or take it out of the backup");
  }
  return std::move(keys).value();
}

void sync_folder(const std::string& path) {
  const Descriptor folder(::open(std::filesystem::path(path).parent_path().c_str(),
                                 O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number < 0 || ::fsync(folder.number) != 0) {
    refuse(path, std::strerror(errno), "look whether the change is there, and whether it stays");
  }
}

}  // namespace

KeysetFile::KeysetFile(std::string path)
    : path_(without_links(path)), locked_(open_locked(path_)), keys_(load(path_, locked_.number)) {}

void KeysetFile::save() const {
  const std::string fresh = path_ + ".new";
  ::unlink(fresh.c_str());  // left behind by one that died; the lock is ours
  const SecretBytes text = mask::keyset_json(keys_);
  write_file({.path = fresh, .readers = Readers::owner}, text.view());
  if (std::rename(fresh.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(fresh.c_str());
    refuse(path_, std::strerror(error), "may this user write in its directory?");
  }
  sync_folder(path_);
}

void KeysetFile::create(const std::string& path, const mask::Keyset& keys) {
  const SecretBytes text = mask::keyset_json(keys);
  write_file({.path = path, .readers = Readers::owner}, text.view());
}

}  // namespace moretta::app
