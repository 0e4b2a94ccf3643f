#pragma once

// What every Source promises (core/ports.hpp), as tests. The simulated queue and the SQS client
// against a server run the same ones.

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "core/ports.hpp"

namespace moretta {

// A queue whose time the test moves, with a lease of 30 s.
class SourceUnderTest {
 public:
  virtual ~SourceUnderTest() = default;
  virtual Source& source() = 0;
  // `group` is for FIFO queues, those under FifoSourceContract.
  virtual void send(const std::string& body, const std::string& group) = 0;
  void send(const std::string& body) { send(body, ""); }
  virtual void advance(Seconds time) = 0;
};

using MakeSource = std::function<std::unique_ptr<SourceUnderTest>()>;

struct SourceCase {
  const char* name;
  MakeSource make;
};

inline std::ostream& operator<<(std::ostream& out, const SourceCase& tested) {
  return out << tested.name;
}

class SourceContract : public testing::TestWithParam<SourceCase> {};

// What a FIFO queue promises besides.
class FifoSourceContract : public testing::TestWithParam<SourceCase> {};

struct SourceCaseName {
  std::string operator()(const testing::TestParamInfo<SourceCase>& tested) const {
    return tested.param.name;
  }
};

}  // namespace moretta
