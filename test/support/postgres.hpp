#pragma once

// A real Postgres for tests: one throwaway server for each test program, one fresh database for
// each test. MORETTA_PG_BIN names the directory of another version's programs.

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/throwaway.hpp"

namespace moretta::test {

// Started by the first use, stopped when the program ends.
pg::Throwaway& postgres();

// A server of the test's own, to stop and start.
std::unique_ptr<pg::Throwaway> own_postgres(pg::Fsync fsync = pg::Fsync::off);

// A new, empty database on that server. Gives its connection text.
std::string fresh_database(pg::Throwaway& server);

// Answers of a query as texts, rows joined by '|' ("NULL" for null).
std::vector<std::string> query(const std::string& conninfo, const std::string& sql);
// Of a query that gives one value.
std::string query_one(const std::string& conninfo, const std::string& sql);

}  // namespace moretta::test
