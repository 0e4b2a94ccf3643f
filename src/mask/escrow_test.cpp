#include "mask/escrow.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/escrow_opener.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view ip = "199.172.111.135";
constexpr std::string_view token = "t1:f21ef35de0437869588213e608f9f02b";
constexpr std::string_view body = R"({"ip":"199.172.111.135","device_id":"593-47-5928"})";

RecoveryPrivate recovery_key(int id = 3, std::uint64_t seed = 7) {
  SeededRandom random(seed);
  return new_recovery_key(id, random);
}

struct Sealed {
  SeededRandom random{1};
  EscrowSealer sealer{public_half(recovery_key()), random};
  std::string text;
  std::string bytes;

  Sealed() {
    EXPECT_TRUE(sealer.append_original(ip, "ip", token, text));
    bytes = sealer.seal(body, "quarantine", "m-1");
  }
};

bool opens(std::string_view sealed, const RecoveryPrivate& key = recovery_key(),
           std::string_view purpose = "quarantine", std::string_view source_id = "m-1") {
  return EscrowOpener(key).open(sealed, purpose, source_id).ok();
}

}  // namespace

// Both made by python3-cryptography out of the description in mask/escrow.hpp.
TEST(Escrow, gives_the_known_answers) {
  SeededRandom random(1);
  EscrowSealer sealer(public_half(recovery_key()), random);
  std::string original;

  ASSERT_TRUE(sealer.append_original(ip, "ip", token, original));
  const std::string sealed = sealer.seal("{}", "quarantine", "m-1");

  EXPECT_EQ(original,
            "e3:UE1FMQADQOkTtzXD9AjnyFypv7ta-BlpEeokn-"
            "ltTparr8uqHTi5tQHR2FS7cYACFZBBqtJ4ttEkPbcVUdqmEmM2jcoF0smLaQ-wE_gxwQC26pEgw0Ph2ZwgJ_V-"
            "0JHwBpM");
  EXPECT_EQ(hex(bytes_of(sealed)),
            "504d4531000340e913b735c3f408e7c85ca9bfbb5af8196911ea249fe96d4e96abafcbaa1d38a53c36d76c"
            "ec99e075852712275074f0e593d249b4f00a3d7621f2d9f617");
}

TEST(Escrow, opens_to_what_was_sealed) {
  const RecoveryPrivate key = recovery_key();
  EscrowOpener opener(key);
  SeededRandom random(2);
  EscrowSealer sealer(public_half(key), random);
  const std::string long_value(100'000, 'x');

  for (const std::string_view value :
       {std::string_view{}, ip, std::string_view("\x80\0\0", 3), std::string_view(long_value)}) {
    std::string original;
    ASSERT_TRUE(sealer.append_original(value, "ip", token, original));
    const std::string sealed = sealer.seal(value, "quarantine", "m-1");
    const auto opened = opener.open(sealed, "quarantine", "m-1");
    const auto opened_original = opener.original(original, "ip", token);

    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened.value().view(), value);
    ASSERT_TRUE(opened_original.ok());
    EXPECT_EQ(opened_original.value().view(), value);
  }
}

TEST(Escrow, hides_the_text_and_the_length_of_a_vault_row) {
  Sealed sealed;
  std::string longer;
  ASSERT_TRUE(sealed.sealer.append_original("2001:db8:85a3::8a2e:370:7334", "ip", token, longer));

  EXPECT_EQ(sealed.bytes.find("199.172"), std::string::npos);
  EXPECT_EQ(longer.size(), sealed.text.size());
}

TEST(Escrow, never_comes_out_twice_the_same) {
  Sealed sealed;

  EXPECT_NE(sealed.sealer.seal(body, "quarantine", "m-1"), sealed.bytes);
}

TEST(Escrow, agrees_on_a_key_once_for_each_batch) {
  Sealed sealed;
  const auto point_of = [](std::string_view seal) {
    return seal.substr(6, 32);
  };
  const std::string same = sealed.sealer.seal(body, "quarantine", "m-1");
  sealed.sealer.end_batch();
  const std::string other = sealed.sealer.seal(body, "quarantine", "m-1");

  EXPECT_EQ(point_of(same), point_of(sealed.bytes));
  EXPECT_NE(point_of(other), point_of(sealed.bytes));
  EXPECT_TRUE(opens(sealed.bytes) && opens(same) && opens(other));
}

TEST(Escrow, stays_shut_for_another_key_purpose_source_or_token) {
  const Sealed sealed;
  EscrowOpener opener(recovery_key());

  EXPECT_TRUE(opens(sealed.bytes));
  EXPECT_FALSE(opens(sealed.bytes, recovery_key(3, 8)));
  EXPECT_FALSE(opens(sealed.bytes, recovery_key(4)));
  EXPECT_FALSE(opens(sealed.bytes, recovery_key(), "vault:ip"));
  EXPECT_FALSE(opens(sealed.bytes, recovery_key(), "quarantine", "m-2"));
  EXPECT_FALSE(opens(sealed.bytes, recovery_key(), "quarantine", std::string(70'000, 'm')));
  EXPECT_TRUE(opener.original(sealed.text, "ip", token).ok());
  EXPECT_FALSE(opener.original(sealed.text, "device_id", token).ok());
  EXPECT_FALSE(opener.original(sealed.text, "ip", "t1:00").ok());
}

// All that a worker has: its key, the public half, and what it stored.
TEST(Escrow, stays_shut_for_everything_that_a_worker_holds) {
  const Sealed sealed;
  const MasterKey index_key = test_key(3);
  const RecoveryPublic open_half = public_half(recovery_key());
  const RecoveryPrivate guesses[] = {
      {.id = 3, .scalar = SecretBytes(std::span<const std::byte>(open_half.point))},
      {.id = 3, .scalar = index_key.bytes.clone()},
      {.id = 3, .scalar = subkey(index_key, "escrow", "ip", 32)}};

  for (const RecoveryPrivate& guess : guesses) {
    EXPECT_FALSE(opens(sealed.bytes, guess));
    EXPECT_FALSE(EscrowOpener(guess).original(sealed.text, "ip", token).ok());
  }
  Unmasker unmasker(index_key);
  EXPECT_FALSE(unmasker.open(sealed.bytes, "quarantine", "m-1").ok());
  EXPECT_FALSE(unmasker.unmask(sealed.text, "ip").ok());
  EXPECT_FALSE(unmasker.unmask(token, "ip").ok());
}

TEST(Escrow, stays_shut_when_any_bit_is_flipped) {
  const Sealed sealed;

  for (std::size_t bit = 0; bit < 8 * sealed.bytes.size(); ++bit) {
    // X25519 does not look at the highest bit of a point, but the batch key does.
    std::string changed = sealed.bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(opens(changed)) << "bit " << bit;
  }
}

TEST(Escrow, stays_shut_when_it_is_cut_or_longer) {
  const Sealed sealed;

  for (std::size_t kept = 0; kept < sealed.bytes.size(); ++kept) {
    EXPECT_FALSE(opens(std::string_view(sealed.bytes).substr(0, kept))) << kept;
  }
  EXPECT_FALSE(opens(sealed.bytes + '\0'));
}

}  // namespace moretta::mask
