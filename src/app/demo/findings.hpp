#pragma once

// What the demo found when it looked into the table afterwards.

#include <cstdint>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "pg/connection.hpp"

namespace moretta::app {

using TextRows = std::vector<std::vector<std::string>>;  // the first is the heading

struct DemoFindings {
  std::int64_t rows = 0;
  std::int64_t distinct_rows = 0;
  std::int64_t quarantined = 0;
  TextRows first_rows{};
  TextRows quarantine{};
};

DemoFindings look_into(pg::Connection& connection, const Config& config);

// A masked column of the first row that its holder can have recovered.
struct Recoverable {
  std::string column;
  std::string domain;
  std::string token;
};
Recoverable recoverable_value(pg::Connection& connection, const Config& config);

}  // namespace moretta::app
