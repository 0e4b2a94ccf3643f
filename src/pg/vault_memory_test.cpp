#include "pg/vault_memory.hpp"

#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

VaultEntry entry(std::string domain, std::string token) {
  return {.domain = std::move(domain), .token = std::move(token), .key_id = 1, .sealed = "s"};
}

TEST(VaultMemory, knows_what_it_has_learned_and_nothing_else) {
  VaultMemory memory;
  memory.pass_time(SteadyTime{Seconds{100}});
  const auto learned = VaultMemory::name_of(entry("ip", "t1"));
  EXPECT_FALSE(memory.knows(learned));

  memory.learn(learned);

  EXPECT_TRUE(memory.knows(learned));
  EXPECT_FALSE(memory.knows(VaultMemory::name_of(entry("ip", "t2"))));
  EXPECT_FALSE(memory.knows(VaultMemory::name_of(entry("i", "pt1"))));
  EXPECT_FALSE(memory.knows(VaultMemory::name_of(entry("device", "t1"))));
}

TEST(VaultMemory, forgets_within_its_age) {
  VaultMemory memory;
  const auto name = VaultMemory::name_of(entry("ip", "t"));
  const SteadyTime start{Seconds{1000}};
  memory.pass_time(start);
  memory.learn(name);

  memory.pass_time(start + VaultMemory::age_max - Millis{1});
  EXPECT_TRUE(memory.knows(name));
  memory.pass_time(start + VaultMemory::age_max);
  EXPECT_FALSE(memory.knows(name));
}

TEST(VaultMemory, is_bounded_and_never_wrong_about_what_it_keeps) {
  VaultMemory memory;
  memory.pass_time(SteadyTime{Seconds{100}});
  constexpr int many = 200'000;
  for (int i = 0; i < many; ++i) {
    memory.learn(VaultMemory::name_of(entry("d", std::to_string(i))));
  }

  int known = 0;
  for (int i = 0; i < many; ++i) {
    known += memory.knows(VaultMemory::name_of(entry("d", std::to_string(i)))) ? 1 : 0;
    EXPECT_FALSE(memory.knows(VaultMemory::name_of(entry("other", std::to_string(i)))));
  }

  EXPECT_GT(known, 0);
  EXPECT_LE(known, 1 << 15);
}

}  // namespace
}  // namespace moretta::pg
