#include "mask/generalise.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace moretta::mask {

namespace {

std::string text_or_reason(const Result<Done, Reason>& done, const std::string& out) {
  return done ? out : std::string(reason_code(done.error()));
}

std::string network_of(std::string_view value) {
  std::string out;
  const auto done = TruncateIp().append(value, out);
  return text_or_reason(done, out);
}

std::string masked(const Policy& policy, std::string_view value) {
  std::string out;
  const auto done = CharacterMask(policy).append(value, out);
  return text_or_reason(done, out);
}

std::string range_of(std::string_view value, std::int64_t size) {
  std::string out;
  const auto done = Bucket({.method = Method::bucket, .bucket_size = size}).append(value, out);
  return text_or_reason(done, out);
}

}  // namespace

TEST(TruncateIp, leaves_the_network) {
  const std::pair<std::string, std::string> cases[] = {
      {"199.172.111.135", "199.172.111.0/24"},
      {"0.0.0.255", "0.0.0.0/24"},
      {"::ffff:192.0.2.1", "192.0.2.0/24"},
      {"2001:db8:85a3:8d3:1319:8a2e:370:7344", "2001:db8:85a3::/48"},
      {"ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff::/48"},
      {"::1", "::/48"},
      {"", "bad_value"},
      {"199.172.111.0/24", "bad_value"},
      {"localhost", "bad_value"},
  };

  for (const auto& [value, want] : cases) {
    EXPECT_EQ(network_of(value), want) << value;
  }
}

TEST(CharacterMask, keeps_the_ends_it_is_told_to) {
  const Policy all = {.method = Method::character_mask};
  const Policy ends = {.method = Method::character_mask, .keep_first = 2, .keep_last = 1};
  const Policy crosses = {.method = Method::character_mask, .keep_last = 4, .mask_char = 'x'};
  const std::string wide = "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x8e\xad";  // 7 characters

  EXPECT_EQ(masked(all, "593-47-5928"), "***********");
  EXPECT_EQ(masked(all, wide), "*******");
  EXPECT_EQ(masked(all, ""), "");
  EXPECT_EQ(masked(ends, "android"), "an****d");
  EXPECT_EQ(masked(ends, wide), "Zo****\xf0\x9f\x8e\xad");
  EXPECT_EQ(masked(crosses, "593-47-5928"), "xxxxxxx5928");
}

TEST(CharacterMask, shows_nothing_of_a_value_that_is_all_ends) {
  const Policy ends = {.method = Method::character_mask, .keep_first = 2, .keep_last = 1};

  EXPECT_EQ(masked(ends, "abc"), "***");
  EXPECT_EQ(masked(ends, "a"), "*");
  EXPECT_EQ(masked(ends, "abcd"), "ab*d");
}

TEST(Bucket, gives_the_range_that_a_number_lies_in) {
  const struct {
    std::string value;
    std::int64_t size;
    std::string want;
  } cases[] = {
      {"37", 10, "30-39"},
      {"30", 10, "30-39"},
      {"39", 10, "30-39"},
      {"0", 10, "0-9"},
      {"-1", 10, "-10--1"},
      {"-10", 10, "-10--1"},
      {"7", 1, "7-7"},
      {"9223372036854775807", 10, "out_of_range"},
      {"-9223372036854775808", 10, "out_of_range"},
      {"9223372036854775808", 10, "out_of_range"},
      {"", 10, "bad_value"},
      {"3.7", 10, "bad_value"},
      {" 37", 10, "bad_value"},
      {"+37", 10, "bad_value"},
      {"many", 10, "bad_value"},
  };

  for (const auto& [value, size, want] : cases) {
    EXPECT_EQ(range_of(value, size), want) << value;
  }
}

TEST(Bucket, begins_at_multiples_of_its_size) {
  const Bucket bucket({.method = Method::bucket, .bucket_size = 10});

  EXPECT_EQ(bucket.start_of(37), 30);
  EXPECT_EQ(bucket.start_of(-37), -40);
  EXPECT_EQ(bucket.start_of(std::numeric_limits<std::int64_t>::min()), std::nullopt);
}

}  // namespace moretta::mask
