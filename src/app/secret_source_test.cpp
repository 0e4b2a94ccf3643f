#include "app/secret_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/command_world.hpp"

namespace moretta::app {
namespace {

std::string read(const std::string& path) {
  ::chmod(path.c_str(), 0600);
  const auto secret = read_secret("file:" + path, CommandWorld().environment());
  return secret ? std::string(secret.value().view()) : secret.error();
}

TEST(SecretSource, knows_references_from_secrets) {
  for (const char* reference :
       {"env:A", "file:/a", "file:a", "fd:3", "cmd:pass moretta", "systemd:key", "docker:key",
        "awssm:key", "awsssm:key", "awskms:key"}) {
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

TEST(SecretSource, refuses_a_file_that_others_may_open) {
  const TemporaryFolder folder;
  const std::string path = folder.write("key", "hunter2");

  for (const mode_t mode : {0640U, 0604U, 0660U, 0601U}) {
    ::chmod(path.c_str(), mode);
    const auto secret = read_secret("file:" + path, CommandWorld().environment());
    ASSERT_FALSE(secret.ok()) << mode;
    EXPECT_NE(secret.error().find("chmod 600"), std::string::npos) << secret.error();
  }
}

TEST(SecretSource, takes_what_a_container_or_systemd_mounts_unless_others_may_change_it) {
  const TemporaryFolder folder;
  const std::string path = folder.write("key", "hunter2");
  CommandWorld world;
  world.variables["CREDENTIALS_DIRECTORY"] = path.substr(0, path.rfind('/'));
  const auto said = [&](const std::string& reference) {
    const auto secret = read_secret(reference, world.environment());
    return secret ? std::string(secret.value().view()) : secret.error();
  };

  ::chmod(path.c_str(), 0444);
  EXPECT_EQ(said("docker:" + path), "hunter2");
  EXPECT_EQ(said("systemd:key"), "hunter2");
  EXPECT_NE(said("systemd:../key").find("without a path"), std::string::npos);
  ::chmod(path.c_str(), 0666);
  EXPECT_NE(said("docker:" + path).find("can be changed by others"), std::string::npos);
}

TEST(SecretSource, reads_a_descriptor_once) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "hunter2\n", 8), 8);
  ::close(ends[1]);
  const std::string reference = "fd:" + std::to_string(ends[0]);

  const auto first = read_secret(reference, CommandWorld().environment());
  const auto second = read_secret(reference, CommandWorld().environment());

  ASSERT_TRUE(first.ok()) << first.error();
  EXPECT_EQ(first.value().view(), "hunter2");
  EXPECT_FALSE(second.ok());
}

TEST(SecretSource, takes_what_a_command_prints_if_it_ends_well) {
  const auto said = [](const std::string& reference) {
    const auto secret = read_secret(reference, CommandWorld().environment());
    return secret ? std::string(secret.value().view()) : secret.error();
  };

  EXPECT_EQ(said("cmd:printf 'hun%s' ter2"), "hunter2");
  EXPECT_EQ(said("cmd:echo hunter2; exit 3"), "the command ended with code 3");
  EXPECT_EQ(said("cmd:true"), "what the command prints is empty");
  EXPECT_EQ(said("cmd:cat"), "what the command prints is empty");
  EXPECT_EQ(said("cmd:yes"),
            "the command holds more than 4096 bytes; it should hold the secret "
            "alone");
}

}  // namespace
}  // namespace moretta::app
