#include "devqueue/generate.hpp"

#include <set>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace moretta::devqueue {
namespace {

TEST(LoginGenerator, repeats_itself_with_the_same_seed) {
  LoginGenerator one(7, {.duplicate = 0.1, .malformed = 0.1});
  LoginGenerator other(7, {.duplicate = 0.1, .malformed = 0.1});

  EXPECT_EQ(one.take(500), other.take(500));
}

TEST(LoginGenerator, writes_the_six_members_of_a_login_in_about_164_bytes) {
  simdjson::dom::parser parser;
  std::size_t bytes = 0;
  std::size_t nulls = 0;
  constexpr std::size_t count = 1000;

  for (const std::string& body : LoginGenerator(1, {}).take(count)) {
    const simdjson::dom::object login = parser.parse(body);
    for (const char* name : {"user_id", "app_version", "device_type", "ip", "device_id"}) {
      EXPECT_TRUE(login[name].is_string()) << body;
    }
    nulls += login["locale"].is_null() ? 1 : 0;
    EXPECT_EQ(login.size(), 6U);
    bytes += body.size();
  }

  EXPECT_NEAR(static_cast<double>(bytes) / count, 164, 3);
  EXPECT_NEAR(static_cast<double>(nulls) / count, 0.3, 0.05);
}

TEST(LoginGenerator, resends_and_spoils_the_share_it_was_told) {
  const auto bodies = LoginGenerator(1, {.duplicate = 0.2, .malformed = 0.1}).take(5000);
  std::set<std::string> distinct(bodies.begin(), bodies.end());
  std::size_t logins = 0;
  for (const std::string& body : bodies) {
    logins += body.starts_with(R"({"user_id": ")") && body.ends_with("\"}") ? 1U : 0U;
  }

  EXPECT_NEAR(static_cast<double>(logins) / 5000, 0.9, 0.03);
  EXPECT_NEAR(static_cast<double>(distinct.size()) / 5000, 0.72, 0.03);
}

}  // namespace
}  // namespace moretta::devqueue
