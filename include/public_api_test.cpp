// What a user of the library writes: nothing but the public headers.

#include <gtest/gtest.h>

#include "moretta/decode.hpp"
#include "moretta/mask.hpp"
#include "moretta/unmask.hpp"

TEST(PublicLibrary, takes_an_event_from_json_to_a_masked_row_and_back) {
  const auto key = moretta::mask::parse_master_key(
      1, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  ASSERT_TRUE(key.ok());
  moretta::Column ip;
  ip.name = "masked_ip";
  ip.pointer = "/ip";
  moretta::Message message;
  message.body = R"({"ip": "199.172.111.135"})";
  const moretta::mask::Policy policy = {.method = moretta::mask::Method::aes_siv, .domain = "ip"};
  moretta::Decoder decoder({ip});
  moretta::mask::Masker masker({ip}, {policy}, &key.value());

  moretta::Event event;
  ASSERT_TRUE(decoder.decode(message, event).ok());
  const auto row = masker.mask(event);
  ASSERT_TRUE(row.ok());

  EXPECT_EQ(row.value()[0].text,
            "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn");
  moretta::mask::Unmasker unmasker(key.value());
  const auto clear = unmasker.unmask(row.value()[0].text, "ip");
  ASSERT_TRUE(clear.ok());
  EXPECT_EQ(clear.value().view(), "199.172.111.135");
}
