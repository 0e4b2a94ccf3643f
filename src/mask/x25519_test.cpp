#include "mask/x25519.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::mask {

namespace {

SecretBytes bytes(std::string_view digits) {
  return SecretBytes(std::string_view(from_hex(digits).value()));
}

X25519Point point(std::string_view digits) {
  X25519Point out{};
  std::ranges::copy(bytes_of(from_hex(digits).value()), out.begin());
  return out;
}

std::string shared(std::string_view scalar, std::string_view u) {
  const auto result = x25519(bytes(scalar).bytes(), point(u));
  return result ? hex(result->bytes()) : "none";
}

}  // namespace

TEST(X25519, gives_the_published_results) {  // RFC 7748 sections 5.2 and 6.1
  const struct {
    std::string_view scalar;
    std::string_view u;
    std::string_view want;
  } cases[] = {
      {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
       "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
       "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
      {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
       "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
       "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
      {"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
       "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
       "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
      {"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
       "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
       "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
  };

  for (const auto& [scalar, u, want] : cases) {
    EXPECT_EQ(shared(scalar, u), want) << scalar;
  }
}

TEST(X25519, gives_the_published_public_keys) {  // RFC 7748 section 6.1
  const auto public_of = [](std::string_view scalar) {
    return hex(x25519_public(bytes(scalar).bytes()));
  };

  EXPECT_EQ(public_of("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(public_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

TEST(X25519, gives_the_published_result_of_a_thousand_rounds) {  // RFC 7748 section 5.2
  std::string k = "0900000000000000000000000000000000000000000000000000000000000000";
  std::string u = k;

  for (int round = 0; round < 1'000; ++round) {
    const std::string next = shared(k, u);
    u = std::exchange(k, next);
    if (round == 0) {
      EXPECT_EQ(k, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  }

  EXPECT_EQ(k, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(X25519, refuses_points_to_which_everybody_has_the_private_half) {  // RFC 7748 section 6.1
  for (const std::string_view u :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    EXPECT_EQ(shared("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", u), "none")
        << u;
  }
}

}  // namespace moretta::mask
