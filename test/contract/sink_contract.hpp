#pragma once

// What every Sink promises (core/ports.hpp), as tests. The simulated table and Postgres run the
// same ones; that is why the simulation may be believed.

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "core/ports.hpp"
#include "record/column.hpp"

namespace moretta {

// A table with two sinks on it, as two lanes have.
class SinkUnderTest {
 public:
  virtual ~SinkUnderTest() = default;
  virtual Sink& sink() = 0;
  virtual Sink& another_sink() = 0;
  virtual std::size_t rows() = 0;
  virtual std::size_t quarantined() = 0;
  // Before the first write: user_id is the table's business key.
  virtual void settle_conflicts(OnConflict policy) = 0;
  // The next write loses its connection, if it can: before or after the commit, nobody knows.
  virtual void lose_connection() = 0;
};

using MakeSink = std::function<std::unique_ptr<SinkUnderTest>()>;

struct SinkCase {
  const char* name;
  MakeSink make;
};

inline std::ostream& operator<<(std::ostream& out, const SinkCase& tested) {
  return out << tested.name;
}

class SinkContract : public testing::TestWithParam<SinkCase> {};

struct SinkCaseName {
  std::string operator()(const testing::TestParamInfo<SinkCase>& tested) const {
    return tested.param.name;
  }
};

}  // namespace moretta
