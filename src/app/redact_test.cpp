#include "app/redact.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(Redact, keeps_what_identifies_the_server_and_no_password) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"postgres://h/db", "postgres://h/db"},
      {"postgresql://u@h:5432/db", "postgresql://u@h:5432/db"},
      {"postgres://u:hunter2@h:5432/db", "postgres://u:***@h:5432/db"},
      {"postgres://u:hun/ter@2@h/db", "postgres://u:***@h/db"},
      {"postgres://u@h/db?sslmode=verify-full&password=hunter2", "postgres://u@h/db"},
      {"https://sqs.eu-west-1.amazonaws.com/1/q", "https://sqs.eu-west-1.amazonaws.com/1/q"},
      {"host=h password=hunter2", "(connection string)"},
      {"hunter2", "(connection string)"},
      {"postgres://h/db hunter2", "(connection string)"},
      {"", "(connection string)"},
  };

  for (const auto& [url, want] : cases) {
    EXPECT_EQ(redacted_url(url), want);
  }
}

TEST(Redact, finds_passwords_wherever_libpq_reads_them) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"postgres://h/db", ""},
      {"postgres://u@h/db", ""},
      {"postgres://u:@h/db", ""},
      {"postgres://u:hunter2@h/db", "hunter2"},
      {"postgres://u@h/db?password=hunter2&sslmode=require", "hunter2"},
      {"postgres://u:a@h/db?sslpassword=b", "ab"},
      {"host=h dbname=d user=u", ""},
      {"host=h password=hunter2 user=u", "hunter2"},
      {"host=h password = hunter2", "hunter2"},
      {"host=h sslpassword='x", "'x"},
      {"host=h dbname=password", ""},
  };

  for (const auto& [url, want] : cases) {
    EXPECT_EQ(passwords_in(url), want) << url;
  }
}

}  // namespace
}  // namespace moretta::app
