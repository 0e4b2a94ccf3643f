#pragma once

// read(2) and pread(2) until the buffer is full or the input ends.

#include <cstddef>
#include <cstdint>
#include <span>

namespace moretta::file {

// The number of bytes that came; fewer than asked for only at the end. Throw Refused.
std::size_t read_at(int fd, std::int64_t offset, std::span<char> into);
std::size_t read_next(int fd, std::span<char> into);

}  // namespace moretta::file
