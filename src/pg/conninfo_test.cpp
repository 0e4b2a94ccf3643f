#include "pg/conninfo.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace moretta::pg {
namespace {

TEST(Conninfo, reads_both_forms_of_libpq) {
  for (const std::string_view text :
       {"postgresql://bob:hush@db.example:6432/app?sslmode=require",
        "host=db.example port=6432 dbname=app user=bob password=hush sslmode=require"}) {
    const Conninfo conninfo(text);

    EXPECT_EQ(conninfo.get("password"), "hush");
    EXPECT_EQ(conninfo.shown(), "host=db.example port=6432 dbname=app user=bob sslmode=require");
  }
}

TEST(Conninfo, does_not_repeat_what_it_cannot_read) {
  for (const std::string_view text :
       {"hush hush", "postgresql://bob:hush@db:port%zz/hush", "postgresql://bob:x@hush@db/app",
        "postgresql://bob:x/hush@db:5432/app"}) {
    try {
      const Conninfo conninfo(text);
      ADD_FAILURE() << "read " << text;
    } catch (const Refused& refused) {
      EXPECT_EQ(std::string(refused.what()).find("hush"), std::string::npos);
      EXPECT_EQ(refused.hint().find("hush"), std::string::npos);
    }
  }
}

TEST(Conninfo, keeps_what_the_user_chose_over_a_default) {
  Conninfo conninfo("host=a connect_timeout=3");

  conninfo.set_default("connect_timeout", "10");
  conninfo.set_default("keepalives_idle", "30");
  conninfo.set("client_encoding", "UTF8");

  EXPECT_EQ(conninfo.get("connect_timeout"), "3");
  EXPECT_EQ(conninfo.get("keepalives_idle"), "30");
  EXPECT_EQ(conninfo.get("client_encoding"), "UTF8");
  EXPECT_EQ(conninfo.keywords().size(), conninfo.values().size());
}

TEST(Conninfo, may_be_empty_and_leave_everything_to_libpq) {
  EXPECT_EQ(Conninfo("").shown(), "libpq's defaults");
}

}  // namespace
}  // namespace moretta::pg
