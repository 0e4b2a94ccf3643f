#include "file/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/secret.hpp"
#include "file/position_read.hpp"

namespace moretta::file {

namespace {

// Whatever is edited, cut, grown or replaced changes the size or meets a sample, but for an edit of
// the same length that falls between them.
constexpr std::int64_t whole_bytes_max = std::int64_t{1} << 20U;  // digested whole
constexpr std::int64_t end_sample_bytes = std::int64_t{64} << 10U;
constexpr std::int64_t sample_bytes = std::int64_t{4} << 10U;
constexpr std::int64_t sample_count = 64;

[[noreturn]] void refuse(const std::string& path, const std::string& why, const std::string& hint) {
  throw Refused("cannot load " + path + ": " + why, hint);
}

std::string canonical(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> found(::realpath(path.c_str(), nullptr));
  if (found == nullptr) {
    refuse(path, std::strerror(errno), "check the name and the rights");
  }
  return found.get();
}

bool is_gzip(int fd) {
  constexpr std::string_view magic = "\x1f\x8b";  // RFC 1952, section 2.3.1
  char head[magic.size()];
  return read_at(fd, 0, head) == magic.size() && std::string_view(head, magic.size()) == magic;
}

std::string digest_of(int fd, std::int64_t bytes) {
  std::string samples = std::to_string(bytes) + "\n";
  const auto add = [&](std::int64_t offset, std::int64_t wanted) {
    const std::size_t size = samples.size();
    samples.resize(size + static_cast<std::size_t>(std::min(wanted, bytes - offset)));
    samples.resize(size + read_at(fd, offset, std::span(samples).subspan(size)));
  };
  if (bytes <= whole_bytes_max) {
    add(0, bytes);
  } else {
    add(0, end_sample_bytes);
    for (std::int64_t i = 1; i < sample_count; ++i) {
      add(bytes / sample_count * i, sample_bytes);
    }
    add(bytes - end_sample_bytes, end_sample_bytes);
  }
  const std::string digest = hex(sha256(samples));
  wipe(samples);
  return digest;
}

}  // namespace

std::vector<Range> ranges_of(std::int64_t file_bytes) {
  std::vector<Range> ranges;
  for (std::int64_t begin = 0; begin < file_bytes; begin += range_bytes) {
    ranges.push_back({.begin = begin, .end = std::min(begin + range_bytes, file_bytes)});
  }
  return ranges;
}

InputFile::InputFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (fd_ < 0) {
    refuse(path, std::strerror(errno), "check the name and the rights");
  }
  struct stat status {};
  if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd_);
    refuse(path, "it is not a regular file",
           "give files of JSON lines; a pipe goes through standard input: moretta load -");
  }
  if (is_gzip(fd_)) {
    ::close(fd_);
    refuse(path, "it is compressed", "unpack it, or: zcat " + path + " | moretta load -");
  }
  identity_ = {
      .path = canonical(path), .bytes = status.st_size, .digest = digest_of(fd_, status.st_size)};
  modified_ms_ = status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000;
}

InputFile::~InputFile() {
  ::close(fd_);
}

}  // namespace moretta::file
