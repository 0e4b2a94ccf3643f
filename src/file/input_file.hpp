#pragma once

// A file of lines that is read in part and come back to: what tells it from the file that stands at
// the same path another time, and how it is cut into ranges that lanes take.

#include <cstdint>
#include <string>
#include <vector>

namespace moretta::file {

// The path without symbolic links, the size, and a digest over the size and samples of the bytes:
// head, tail and places between them, or all of a small file. The times of the file do not count:
// they change when it is copied, and its lines do not.
struct FileIdentity {
  std::string path;
  std::int64_t bytes = 0;
  std::string digest;  // 64 hex digits

  bool operator==(const FileIdentity&) const = default;
};

// The lines that begin at these offsets.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool operator==(const Range&) const = default;
};

// A hundred thousand short lines: enough work to make the last, smaller batch of each not matter,
// and little enough for several lanes to share one file.
inline constexpr std::int64_t range_bytes = std::int64_t{16} << 20U;

// From the file's size alone, so that whoever goes on with it finds the same ranges.
std::vector<Range> ranges_of(std::int64_t file_bytes);

// An open file, for reading.
class InputFile {
 public:
  // Throws Refused if it cannot be read, is no regular file, or is compressed.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] const FileIdentity& identity() const { return identity_; }
  [[nodiscard]] std::int64_t modified_ms() const { return modified_ms_; }  // since 1970
  [[nodiscard]] int descriptor() const { return fd_; }  // to be read by position only

 private:
  int fd_ = -1;
  FileIdentity identity_;
  std::int64_t modified_ms_ = 0;
};

}  // namespace moretta::file
