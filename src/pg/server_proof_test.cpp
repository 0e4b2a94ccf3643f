#include "pg/server_proof.hpp"

#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

std::string mode_for(const char* text) {
  Conninfo conninfo(text);
  demand_proof(conninfo);
  return std::string(conninfo.get("sslmode"));
}

TEST(ServerProof, is_demanded_of_other_machines_unless_somebody_said_otherwise) {
  const std::pair<const char*, const char*> cases[] = {
      {"postgresql://u@db.internal/app", "verify-full"},
      {"host=10.1.2.3 dbname=app", "verify-full"},
      {"host=/var/run/postgresql,db.internal", "verify-full"},
      {"hostaddr=10.1.2.3 dbname=app", "verify-full"},
      {"host=db.internal hostaddr=127.0.0.1", "verify-full"},
      {"host=db.internal sslmode=disable", "disable"},
      {"host=db.internal sslmode=require", "require"},
      {"host=/var/run/postgresql", ""},
      {"postgresql://u@localhost/app", ""},
      {"host=127.0.0.1", ""},
      {"host=::1", ""},
      {"dbname=app", ""},
      {"service=there", ""},
  };
  for (const auto& [text, mode] : cases) {
    EXPECT_EQ(mode_for(text), mode) << text;
  }
}

TEST(ServerProof, leaves_the_authority_that_was_named) {
  Conninfo conninfo("host=db.internal sslrootcert=/etc/ours.pem");

  demand_proof(conninfo);

  EXPECT_EQ(conninfo.get("sslrootcert"), "/etc/ours.pem");
}

}  // namespace
}  // namespace moretta::pg
