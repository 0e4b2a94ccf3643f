#pragma once

// A file descriptor with an owner.

#include <unistd.h>

namespace moretta::app {

struct Descriptor {
  int number = -1;

  explicit Descriptor(int fd) : number(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) {
      ::close(number);
    }
  }
};

}  // namespace moretta::app
