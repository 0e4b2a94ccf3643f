#include "app/secret_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/command_world.hpp"

namespace moretta::app {
namespace {

std::string read(const std::string& path) {
  ::chmod(path.c_str(), 0600);
  const auto secret = read_secret("file:" + path, CommandWorld().environment());
  return secret ? std::string(secret.value().view()) : secret.error();
}

TEST(SecretSource, knows_references_from_secrets) {
  for (const char* reference : {"env:A", "file:/a", "file:a"}) {
    EXPECT_TRUE(is_secret_reference(reference));
  }
  for (const char* text : {"", "env:", "file:", "hunter2", "ENV:A", "postgres://h"}) {
    EXPECT_FALSE(is_secret_reference(text)) << text;
  }
}

TEST(SecretSource, leaves_out_the_line_end_that_editors_add) {
  const TemporaryFolder folder;

  EXPECT_EQ(read(folder.write("a", "hunter2\n")), "hunter2");
  EXPECT_EQ(read(folder.write("b", "hunter2\r\n")), "hunter2");
  EXPECT_EQ(read(folder.write("c", " hunter2 ")), " hunter2 ");
}

TEST(SecretSource, refuses_what_cannot_be_a_secret) {
  const TemporaryFolder folder;
  const std::string empty = folder.write("empty", "\n");
  const std::string large = folder.write("large", std::string(secret_bytes_max + 1, 'x'));
  const std::string missing = folder.file("missing");

  EXPECT_EQ(read(empty), empty + " is empty");
  EXPECT_EQ(read(large), large + " holds more than 4096 bytes; it should hold the secret alone");
  EXPECT_EQ(read(missing), "cannot open " + missing + ": No such file or directory");
  EXPECT_EQ(read_secret("env:NONE", CommandWorld().environment()).error(),
            "the variable NONE is not set");
}

}  // namespace
}  // namespace moretta::app
