#include "mask/ff1.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/ff1_token.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

std::string encrypted(std::string_view key_hex, std::string_view tweak_hex, std::string_view text,
                      unsigned radix) {
  constexpr std::string_view characters = "0123456789abcdefghijklmnopqrstuvwxyz";
  const std::string key = from_hex(key_hex).value();
  const std::string tweak = from_hex(tweak_hex).value();
  Ff1 ff1(bytes_of(key), bytes_of(tweak), {.radix = radix, .numerals = text.size()});
  std::vector<std::uint8_t> numerals;
  for (const char c : text) {
    numerals.push_back(static_cast<std::uint8_t>(characters.find(c)));
  }
  EXPECT_TRUE(ff1.encrypt(numerals));
  std::string out;
  for (const std::uint8_t numeral : numerals) {
    out += characters[numeral];
  }
  return out;
}

std::string token_of(const Policy& policy, std::string_view value) {
  const MasterKey key = test_key();
  std::string out;
  const auto done = Ff1Token(key, policy).append(value, out);
  return done ? out : std::string(reason_code(done.error()));
}

}  // namespace

TEST(Reciprocal, divides_as_the_processor_does) {
  const std::uint64_t numbers[] = {
      0, 1, 9, 10, 99'999, 1ULL << 32, (1ULL << 32) - 1, (1ULL << 63) + 12'345, ~0ULL - 1, ~0ULL};

  for (const std::uint64_t divisor :
       {2ULL, 3ULL, 10ULL, 36ULL, 256ULL, 10'000ULL, 100'000ULL, (1ULL << 32) - 1, 1ULL << 32}) {
    const Reciprocal reciprocal(divisor);
    for (const std::uint64_t base : numbers) {
      for (const std::uint64_t number :
           {base, base / divisor * divisor, base / divisor * divisor - 1}) {
        EXPECT_EQ(reciprocal.divide(number).quotient, number / divisor) << number << "/" << divisor;
        EXPECT_EQ(reciprocal.divide(number).remainder, number % divisor)
            << number << "/" << divisor;
      }
    }
  }
}

TEST(Ff1, gives_the_published_results) {  // NIST, FF1samples.pdf
  constexpr std::string_view key =
      "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";
  constexpr std::string_view tweak = "39383736353433323130";
  constexpr std::string_view tweak_36 = "3737373770717273373737";
  const struct {
    std::size_t key_bytes;
    std::string_view tweak;
    std::string_view text;
    unsigned radix;
    std::string_view want;
  } cases[] = {
      {16, "", "0123456789", 10, "2433477484"},
      {24, "", "0123456789", 10, "2830668132"},
      {32, "", "0123456789", 10, "6657667009"},
      {16, tweak, "0123456789", 10, "6124200773"},
      {24, tweak, "0123456789", 10, "2496655549"},
      {32, tweak, "0123456789", 10, "1001623463"},
      {16, tweak_36, "0123456789abcdefghi", 36, "a9tv40mll9kdu509eum"},
      {24, tweak_36, "0123456789abcdefghi", 36, "xbj3kv35jrawxv32ysr"},
      {32, tweak_36, "0123456789abcdefghi", 36, "xs8a0azh2avyalyzuwd"},
  };

  for (const auto& c : cases) {
    EXPECT_EQ(encrypted(key.substr(0, 2 * c.key_bytes), c.tweak, c.text, c.radix), c.want)
        << c.key_bytes << " " << c.radix;
  }
}

TEST(Ff1, fits_a_million_texts_or_more_in_halves_of_96_bits) {
  const struct {
    unsigned radix;
    std::size_t least;
    std::size_t most;
  } cases[] = {{2, 20, 192}, {10, 6, 56}, {16, 5, 48}, {36, 4, 36}, {62, 4, 32}, {256, 3, 24}};

  for (const auto& [radix, least, most] : cases) {
    for (std::size_t numerals = 0; numerals < 300; ++numerals) {
      EXPECT_EQ(Ff1::fits({.radix = radix, .numerals = numerals}),
                numerals >= least && numerals <= most)
          << radix << "^" << numerals;
    }
  }
}

TEST(Ff1Token, gives_the_known_answer) {
  EXPECT_EQ(token_of({.method = Method::ff1, .domain = "device_id", .pattern = "###-##-####"},
                     "593-47-5928"),
            "449-98-4162");
}

TEST(Ff1Token, keeps_the_shape_of_every_alphabet) {
  const struct {
    Alphabet alphabet;
    std::string pattern;
    std::string value;
  } cases[] = {
      {Alphabet::digits, "+## (###) ###", "+49 (030) 123"},
      {Alphabet::hex, "########-####-####-####-############",
       "424cdd21-063a-43a7-b91b-7ca1a833afae"},
      {Alphabet::base36, "de/####", "de/a0z9"},
      {Alphabet::base62, "\xc2\xa7#####", "\xc2\xa7Zz09a"},
  };

  for (const auto& [alphabet, pattern, value] : cases) {
    const std::string token = token_of(
        {.method = Method::ff1, .domain = "d", .alphabet = alphabet, .pattern = pattern}, value);
    ASSERT_EQ(token.size(), value.size()) << token;
    EXPECT_NE(token, value);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      EXPECT_TRUE(pattern[i] == '#'
                      ? alphabet_characters(alphabet).find(token[i]) != std::string_view::npos
                      : token[i] == pattern[i])
          << token;
    }
  }
}

TEST(Ff1Token, rejects_what_is_not_of_the_pattern) {
  const Policy policy = {.method = Method::ff1, .domain = "device_id", .pattern = "###-##-####"};

  for (const char* value : {"", "593-47-592", "593-47-59280", "593475928", "59a-47-5928",
                            "593.47.5928", "###-##-####"}) {
    EXPECT_EQ(token_of(policy, value), "bad_value") << value;
  }
}

TEST(Ff1Token, refuses_patterns_of_too_few_or_too_many_texts) {
  EXPECT_FALSE(pattern_fault("###-###", Alphabet::digits));
  EXPECT_FALSE(pattern_fault("#####", Alphabet::hex));
  EXPECT_FALSE(pattern_fault("####", Alphabet::base36));
  EXPECT_EQ(
      pattern_fault("##-###", Alphabet::digits).value(),
      "`pattern` has 5 places `#`; allowed: 6 to 56 for 10 characters, so that there are 10^6 "
      "texts or more (NIST SP 800-38G), in 255 bytes");
  EXPECT_TRUE(pattern_fault(std::string(57, '#'), Alphabet::digits));
  EXPECT_TRUE(pattern_fault("######" + std::string(250, '-'), Alphabet::digits));
}

}  // namespace moretta::mask
