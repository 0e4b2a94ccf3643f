#include "mask/token_batch.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "mask/test_keys.hpp"
#include "mask/tokenizer.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view nine_digits = "###-##-####";

Policy siv(int pad_bytes, std::optional<Encoding> encoding = std::nullopt) {
  return {.method = Method::aes_siv, .domain = "d", .encoding = encoding, .pad_bytes = pad_bytes};
}

Policy ff1(std::string_view pattern, Alphabet alphabet = Alphabet::digits) {
  return {
      .method = Method::ff1, .domain = "d", .alphabet = alphabet, .pattern = std::string(pattern)};
}

std::string alone(const Policy& policy, std::string_view value) {
  const MasterKey key = test_key();
  std::string token;
  EXPECT_TRUE(Tokenizer(policy, &key).append(value, token));
  return token;
}

// Texts of any bytes, of lengths up to `bytes_max`; or of the pattern.
std::vector<std::string> values_of(const Policy& policy, std::size_t count, std::size_t bytes_max,
                                   std::uint64_t seed) {
  SeededRandom random(seed);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) {
    std::string value = policy.pattern;
    if (policy.pattern.empty()) {
      value.resize(random.next() % (bytes_max + 1));
      random.fill(std::as_writable_bytes(std::span(value)));
    }
    for (char& c : value) {
      c = c == ff1_place ? alphabet_characters(policy.alphabet)[random.next() % 10] : c;
    }
    values.push_back(std::move(value));
  }
  return values;
}

// Of all values at once; nothing where `wanted` says so.
std::vector<std::string> together(TokenBatch& batch, const Policy& policy,
                                  const std::vector<std::string>& values,
                                  const std::vector<bool>& wanted) {
  std::vector<std::string> tokens;
  std::vector<char*> places;
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(batch.takes(values[i].size())) << i;
    EXPECT_TRUE(batch.add(values[i])) << i;
    tokens.emplace_back(wanted[i] ? token_chars_max(policy, 1, values[i].size()) : 0, '?');
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    places.push_back(wanted[i] ? tokens[i].data() : nullptr);
  }
  EXPECT_TRUE(batch.write(places));
  return tokens;
}

}  // namespace

TEST(TokenBatch, makes_the_tokens_that_values_have_alone) {
  const std::pair<Policy, std::size_t> cases[] = {
      {siv(16), 63},
      {siv(32), 63},
      {siv(32, Encoding::hex), 40},
      {siv(64), 63},
      {ff1(nine_digits), 0},
      {ff1("######"), 0},
      {ff1("a#########:##########################", Alphabet::base36), 0},  // halves over 64 bits
  };
  const MasterKey key = test_key();

  for (const auto& [policy, bytes_max] : cases) {
    Tokenizer tokenizer(policy, &key);
    TokenBatch* const batch = tokenizer.batch();
    ASSERT_NE(batch, nullptr);
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const std::size_t count = 1 + SeededRandom(seed).next() % batch_values_max;
      const auto values = values_of(policy, count, bytes_max, seed);
      std::vector<bool> wanted(count, true);
      wanted[seed % count] = seed % 3 != 0;

      const auto tokens = together(*batch, policy, values, wanted);

      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(tokens[i], wanted[i] ? alone(policy, values[i]) : "") << seed << " " << i;
      }
    }
  }
}

TEST(TokenBatch, is_not_of_methods_that_gain_nothing) {
  const MasterKey key = test_key();
  for (const Method method : {Method::md5, Method::hmac_sha256, Method::aes_256_cbc}) {
    EXPECT_EQ(Tokenizer({.method = method, .domain = "d"}, &key).batch(), nullptr);
  }
}

TEST(TokenBatch, takes_neither_long_values_nor_too_many) {
  const MasterKey key = test_key();
  Tokenizer tokenizer(siv(32), &key);
  TokenBatch& batch = *tokenizer.batch();

  EXPECT_TRUE(batch.takes(63));
  EXPECT_FALSE(batch.takes(64));
  for (std::size_t i = 0; i < batch_values_max; ++i) {
    EXPECT_TRUE(batch.takes(1)) << i;
    EXPECT_TRUE(batch.add("x"));
  }
  EXPECT_FALSE(batch.takes(1));
}

TEST(TokenBatch, refuses_what_is_not_of_the_pattern_and_goes_on) {
  const MasterKey key = test_key();
  const Policy policy = ff1(nine_digits);
  Tokenizer tokenizer(policy, &key);
  TokenBatch& batch = *tokenizer.batch();
  ASSERT_TRUE(batch.add("593-47-5928"));

  const auto refused = batch.add("593-47-592x");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), Reason::bad_value);
  std::string token(nine_digits.size(), '?');
  char* const place = token.data();
  ASSERT_TRUE(batch.write({&place, 1}));
  EXPECT_EQ(token, alone(policy, "593-47-5928"));
}

TEST(TokenBatch, forgets_what_is_dropped) {
  const MasterKey key = test_key();
  for (const Policy& policy : {siv(32), ff1(nine_digits)}) {
    Tokenizer tokenizer(policy, &key);
    ASSERT_TRUE(tokenizer.batch()->add("111-11-1111"));

    tokenizer.batch()->drop();

    const auto tokens = together(*tokenizer.batch(), policy, {"593-47-5928"}, {true});
    EXPECT_EQ(tokens[0], alone(policy, "593-47-5928"));
  }
}

}  // namespace moretta::mask
