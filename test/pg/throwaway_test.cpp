// The throwaway server that the demo and every test here stand on.

#include "pg/throwaway.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/errors.hpp"
#include "pg/world.hpp"

namespace moretta::test {
namespace {

namespace fs = std::filesystem;

TEST(Throwaway, leaves_nothing_behind) {
  fs::path directory;
  std::string conninfo;
  {
    const auto server = own_postgres();
    directory = server->directory();
    conninfo = server->conninfo();
    EXPECT_EQ(query_one(conninfo, "SELECT 1"), "1");
  }

  EXPECT_FALSE(fs::exists(directory));
  EXPECT_THROW(query(conninfo, "SELECT 1"), Unavailable);
}

TEST(Throwaway, listens_on_no_port_and_belongs_to_no_terminal_of_ours) {
  const auto server = own_postgres(pg::Fsync::on);
  std::ifstream pid_file(server->directory() / "data" / "postmaster.pid");
  pid_t postmaster = 0;
  pid_file >> postmaster;

  EXPECT_EQ(query_one(server->conninfo(), "SHOW listen_addresses"), "");
  EXPECT_EQ(query_one(server->conninfo(), "SHOW fsync"), "on");
  EXPECT_NE(getsid(postmaster), getsid(0));
}

TEST(Throwaway, says_what_to_install_where_there_is_no_postgres) {
  try {
    pg::find_postgres("/nowhere:", "/nowhere");
    ADD_FAILURE() << "found postgres nowhere";
  } catch (const Refused& refused) {
    EXPECT_THAT(refused.hint(), testing::HasSubstr("install postgresql"));
  }
}

TEST(Throwaway, prefers_the_newest_version_and_the_callers_path) {
  const fs::path root = fs::path(testing::TempDir()) / "throwaway-versions";
  for (const char* version : {"9.6", "15", "8", "path"}) {
    fs::create_directories(root / version / "bin");
    std::ofstream(root / version / "bin" / "initdb");
    std::ofstream(root / version / "bin" / "postgres");
  }

  EXPECT_EQ(pg::find_postgres("", root), root / "15" / "bin");
  EXPECT_EQ(pg::find_postgres("/nowhere:" + (root / "path" / "bin").string(), root),
            root / "path" / "bin");
  fs::remove_all(root);
}

}  // namespace
}  // namespace moretta::test
