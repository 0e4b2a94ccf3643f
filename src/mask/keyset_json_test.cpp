#include "mask/keyset_json.hpp"

#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

std::string member(const MasterKey& key, std::string_view state, std::string_view more = "") {
  return fmt::format(
      R"({{"id": {}, "state": "{}", "created": "2026-11-01T08:30:00Z", "kcv": "{}"{}}})", key.id,
      state, key_check_value(key), more);
}

std::string held(const MasterKey& key, std::string_view state) {
  const std::span<const std::byte> bytes = key.bytes.bytes();
  return member(key, state, fmt::format(R"(, "material": "{}")", base64url(bytes)));
}

std::string keyset_of(std::string_view keys, std::string_view more = "") {
  return fmt::format(R"({{"version": 1, {}"keys": [{}]}})", more, keys);
}

std::string error_of(const std::string& text) {
  const auto read = parse_keyset(text);
  return read ? "" : read.error();
}

}  // namespace

TEST(KeysetJson, gives_the_same_keyset_again) {
  const std::string text = keyset_of(
      member(strong_key(1, 1), "destroyed") + "," + held(strong_key(2, 2), "active") + "," +
          held(strong_key(3, 3), "primary") + "," +
          member(strong_key(4, 4), "active", R"(, "wrapped": "QUJD")") + "," +
          member(strong_key(5, 5), "disabled", R"(, "ref": "awssm:moretta/5", "ascii_ok": true)") +
          "," + member(strong_key(6, 6), "active", R"(, "period": "2026-11", "ref": "env:X")"),
      R"("min_read_id": 2, )");

  const Keyset keyset = parse_keyset(text).value();
  const SecretBytes written = keyset_json(keyset);
  const Keyset again = parse_keyset(written.view()).value();

  EXPECT_EQ(again.primary().bytes.view(), strong_key(3, 3).bytes.view());
  EXPECT_EQ(again.find(2)->bytes.view(), strong_key(2, 2).bytes.view());
  EXPECT_EQ(again.min_read_id(), 2);
  ASSERT_EQ(again.entries().size(), 6U);
  EXPECT_EQ(again.entry(6)->period, parse_period("2026-11"));
  EXPECT_EQ(again.entry(1)->state, KeyState::destroyed);
  EXPECT_EQ(again.entry(4)->wrapped, "QUJD");
  EXPECT_EQ(again.entry(5)->ref, "awssm:moretta/5");
  EXPECT_EQ(again.entry(5)->printable, Printable::allow);
  EXPECT_EQ(again.entry(3)->created, WallTime(Millis{1'793'521'800'000}));
  EXPECT_EQ(keyset_json(again).view(), written.view());
}

TEST(KeysetJson, never_writes_material_that_lives_elsewhere) {
  Keyset keyset =
      parse_keyset(keyset_of(member(strong_key(1, 1), "primary", R"(, "wrapped": "QUJD")")))
          .value();
  const SecretBytes before = keyset_json(keyset);

  ASSERT_TRUE(keyset.supply(1, strong_key(1, 1).bytes.clone()).ok());

  EXPECT_EQ(keyset_json(keyset).view(), before.view());
}

TEST(KeysetJson, is_refused_with_the_place_and_the_reason) {
  const std::string good = held(strong_key(1, 1), "primary");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return keyset_of(text.replace(text.find(from), from.size(), to));
  };
  const struct {
    std::string text;
    std::string_view said;
  } cases[] = {
      {"", "not JSON"},
      {"[]", "not one JSON object"},
      {"{", "not"},
      {keyset_of(good) + "x", "not one JSON object"},
      {keyset_of(good) + "{}", "behind its end"},
      {R"({"keys": []})", "`version` is not 1"},
      {R"({"version": 2, "keys": []})", "`version` is not 1"},
      {R"({"version": 1})", "it has 0 keys"},
      {R"({"version": 1, "keys": {}})", "`keys` is not a list"},
      {R"({"version": 1, "keys": [1]})", "`keys` is not a list"},
      {R"({"version": 1, "version": 1, "keys": []})", "`version` stands twice"},
      {R"({"version": 1, "kees": []})", "none of version, min_read_id, keys"},
      {keyset_of(good, R"("min_read_id": 2, )"), "min_read_id is 2"},
      {keyset_of(good, R"("min_read_id": "1", )"), "`min_read_id` is not a whole number"},
      {changed(R"("id": 1)", R"("id": 1.5)"), "`id` is not a whole number"},
      {changed(R"("id": 1)", R"("id": 99999999999)"), "`id` is not a whole number"},
      {changed(R"("id": 1, )", ""), "the key in place 1: `id` is missing"},
      {changed("primary", "chief"), "key 1: `state` is none of"},
      {changed("2026-11-01T08:30:00Z", "yesterday"), "key 1: `created` is not a time"},
      {changed(R"("created")", R"("kcv")"), "key 1: `kcv` stands twice"},
      {changed(R"("created")", R"("made")"), "none of id, state"},
      {changed(R"("material": ")", R"("material": "A)"), "`material` is not base64url of 32"},
      {changed(R"("material": ")", R"("material": "\u0041)"), "without escapes"},
      {changed(R"("material")", R"("wrapped")"), "`wrapped` is not base64"},
      {changed(R"("state")", R"("ascii_ok": false, "state")"), "`ascii_ok` may only be true"},
      {changed(R"("state")", R"("ref": "file:a", "state")"), ""},
      {std::string(keyset_bytes_max + 1, ' '), "more than 262144 bytes"},
  };

  const MasterKey key = strong_key(1, 1);
  const std::string material = base64url(key.bytes.bytes()).substr(0, 20);

  for (const auto& [text, said] : cases) {
    const std::string error = error_of(text);
    EXPECT_NE(error.find(said), std::string::npos) << text << "\n" << error;
    EXPECT_EQ(error.find(material), std::string::npos);
  }
}

TEST(KeysetJson, is_told_from_a_plain_key) {
  EXPECT_TRUE(looks_like_keyset(" \n{\"version\""));
  EXPECT_FALSE(looks_like_keyset(""));
  EXPECT_FALSE(looks_like_keyset("4a402b32b91dfbd90454cc06b7c00b6f"));
}

}  // namespace moretta::mask
