#include "base/secret.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace moretta {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(std::is_nothrow_move_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<std::string, SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!Printable<SecretBytes>);

TEST(SecretBytes, holds_a_copy_of_what_it_is_given) {
  std::string text = "key";
  const SecretBytes secret{std::string_view(text)};

  wipe(text);

  EXPECT_EQ(secret.view(), "key");
  EXPECT_EQ(secret.size(), 3U);
  EXPECT_FALSE(secret.empty());
}

TEST(SecretBytes, starts_as_zeroes_when_only_its_size_is_given) {
  const SecretBytes secret{std::size_t{4}};

  EXPECT_TRUE(std::ranges::all_of(secret.bytes(), [](std::byte b) { return b == std::byte{0}; }));
}

TEST(SecretBytes, leaves_nothing_where_it_was_moved_from) {
  SecretBytes from{std::string_view("key")};

  const SecretBytes to = std::move(from);

  EXPECT_EQ(to.view(), "key");
  EXPECT_TRUE(from.empty());  // NOLINT: that is the claim
}

TEST(SecretBytes, takes_over_another) {
  SecretBytes secret{std::string_view("old")};

  secret = SecretBytes{std::string_view("new key")};

  EXPECT_EQ(secret.view(), "new key");
}

TEST(SecretBytes, survives_being_moved_into_itself) {
  SecretBytes secret{std::string_view("key")};
  SecretBytes& alias = secret;

  secret = std::move(alias);

  EXPECT_EQ(secret.view(), "key");
}

TEST(SecretBytes, is_cloned_only_when_asked) {
  const SecretBytes secret{std::string_view("key")};

  const SecretBytes twin = secret.clone();

  EXPECT_EQ(twin.view(), secret.view());
  EXPECT_NE(twin.data(), secret.data());
}

// Through the kernel, for the memory is no longer ours to read.
TEST(SecretBytes, leaves_nothing_in_the_memory_that_it_gives_back) {
  std::array<char, 256> left{};
  std::ifstream memory("/proc/self/mem", std::ios::binary);
  ASSERT_TRUE(memory.is_open());
  std::optional<SecretBytes> secret(std::string_view(std::string(left.size(), 'k')));
  const auto at = reinterpret_cast<std::uintptr_t>(secret->data());

  secret.reset();

  memory.seekg(static_cast<std::streamoff>(at));
  ASSERT_TRUE(memory.read(left.data(), left.size()));
  EXPECT_EQ(std::ranges::count(left, 'k'), 0);
}

TEST(Wipe, overwrites_bytes) {
  std::array<std::byte, 3> bytes = {std::byte{1}, std::byte{2}, std::byte{3}};

  wipe(bytes);

  EXPECT_EQ(bytes, (std::array<std::byte, 3>{}));
}

TEST(Wipe, empties_a_text_and_clears_all_of_its_memory) {
  std::string text = "203.0.113.7 and more than fits a short string";
  text.resize(11);  // the rest still stands in memory, behind the end
  const char* memory = text.data();

  wipe(text);

  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.data(), memory);
  text.resize(text.capacity(), 'x');
  EXPECT_EQ(text.find("more"), std::string::npos);
}

TEST(Wipe, takes_nothing) {
  std::string text;

  wipe(text);
  wipe(std::span<std::byte>{});

  EXPECT_TRUE(text.empty());
}

}  // namespace moretta
