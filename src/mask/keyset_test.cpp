#include "mask/keyset.hpp"

#include <gtest/gtest.h>

#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

KeyEntry tombstone(const MasterKey& key) {
  return {.id = key.id, .state = KeyState::destroyed, .kcv = key_check_value(key)};
}

KeyEntry wrapped(const MasterKey& key, KeyState state) {
  return {.id = key.id, .state = state, .kcv = key_check_value(key), .wrapped = "AAAA"};
}

std::vector<KeyEntry> four_keys() {
  std::vector<KeyEntry> entries;
  entries.push_back(tombstone(strong_key(1, 1)));
  entries.push_back(entry_of(strong_key(2, 2), KeyState::disabled));
  entries.push_back(entry_of(strong_key(3, 3), KeyState::active));
  entries.push_back(entry_of(strong_key(4, 4), KeyState::primary));
  entries.push_back(entry_of(strong_key(5, 5), KeyState::active));
  return entries;
}

std::vector<int> ids(const std::vector<const MasterKey*>& keys) {
  std::vector<int> found;
  for (const MasterKey* key : keys) {
    found.push_back(key->id);
  }
  return found;
}

// Why this is no keyset.
std::string refusal(std::vector<KeyEntry> entries, int min_read_id = 1) {
  const auto made = Keyset::make(std::move(entries), min_read_id);
  return made ? "" : made.error();
}

KeyEntry of_month(const MasterKey& key, std::string_view month, KeyState state = KeyState::active) {
  KeyEntry entry = entry_of(key, state);
  entry.period = parse_period(month);
  return entry;
}

std::vector<KeyEntry> with(KeyEntry entry) {
  std::vector<KeyEntry> entries = four_keys();
  entries.push_back(std::move(entry));
  return entries;
}

}  // namespace

TEST(Keyset, writes_with_the_primary_and_reads_with_the_active) {
  const Keyset keyset = Keyset::make(four_keys()).value();

  EXPECT_EQ(keyset.primary().id, 4);
  EXPECT_EQ(ids(keyset.readable()), (std::vector{4, 5, 3}));
  EXPECT_EQ(keyset.find(3)->bytes.view(), strong_key(3, 3).bytes.view());
  for (const int unread : {0, 1, 2, 6}) {
    EXPECT_EQ(keyset.find(unread), nullptr) << unread;
  }
}

TEST(Keyset, reads_no_token_of_a_key_below_the_floor) {
  const Keyset keyset = Keyset::make(four_keys(), 4).value();

  EXPECT_EQ(keyset.find(3), nullptr);
  EXPECT_EQ(ids(keyset.readable()), (std::vector{4, 5}));
}

TEST(Keyset, of_one_key_writes_and_reads_with_it) {
  const Keyset keyset(strong_key(7, 1));

  EXPECT_EQ(keyset.primary().id, 7);
  EXPECT_EQ(keyset.find(7), &keyset.primary());
  EXPECT_EQ(keyset.entry(7)->kcv, key_check_value(strong_key(7, 1)));
}

TEST(Keyset, is_refused_with_the_reason) {
  KeyEntry wrong_kcv = entry_of(strong_key(6, 6));
  wrong_kcv.kcv = key_check_value(strong_key(6, 7));
  KeyEntry strange_kcv = entry_of(strong_key(6, 6));
  strange_kcv.kcv = "0B34CF32581F5AA0";
  KeyEntry undead = entry_of(strong_key(6, 6), KeyState::destroyed);
  KeyEntry nowhere = entry_of(strong_key(6, 6));
  nowhere.key.reset();
  KeyEntry twice = wrapped(strong_key(6, 6), KeyState::active);
  twice.ref = "file:key";

  struct Case {
    std::vector<KeyEntry> entries;
    std::string_view said;
    int min_read_id = 1;
  };
  std::vector<Case> cases;
  cases.push_back({{}, "it has 0 keys"});
  cases.push_back({with(entry_of(strong_key(4, 6))), "two keys 4"});
  cases.push_back({with(entry_of(strong_key(6, 3))), "keys 3 and 6 are one and the same"});
  cases.push_back({with(entry_of(strong_key(6, 1))), "keys 1 and 6 are one and the same"});
  cases.push_back({with(entry_of(strong_key(6, 6), KeyState::primary)), "2 primary keys"});
  cases.push_back({with(entry_of(test_key(6))), "test key that everybody can read"});
  cases.push_back({with(entry_of(strong_key(65536, 6))), "ids go from 1 to 65535"});
  cases.push_back({with(std::move(wrong_kcv)), "the wrong key was put in its place"});
  cases.push_back({with(std::move(strange_kcv)), "16 lower-case hex digits"});
  cases.push_back({with(std::move(undead)), "its material is still there"});
  cases.push_back({with(std::move(nowhere)), "one of material, wrapped and ref"});
  cases.push_back({with(std::move(twice)), "one of material, wrapped and ref"});
  cases.push_back({four_keys(), "min_read_id is 5", 5});
  cases.push_back({four_keys(), "min_read_id is 0", 0});

  for (Case& one : cases) {
    const std::string error = refusal(std::move(one.entries), one.min_read_id);
    EXPECT_NE(error.find(one.said), std::string::npos) << one.said << " in: " << error;
  }
}

TEST(Period, is_a_month_of_utc) {
  constexpr WallTime last_millisecond{Millis{1'793'491'199'999}};  // 2026-10-31T23:59:59.999Z

  EXPECT_EQ(period_text(period_of(last_millisecond)), "2026-10");
  EXPECT_EQ(period_text(period_of(last_millisecond + Millis(1))), "2026-11");
  EXPECT_EQ(period_text(parse_period("0001-12").value()), "0001-12");
  for (const char* text : {"", "2026", "2026-1", "2026-13", "2026-00", "2026/11", "202611",
                           "2026-011", "-026-11", "2026-11 "}) {
    EXPECT_FALSE(parse_period(text)) << text;
  }
}

TEST(Keyset, keeps_keys_of_months_apart_from_the_others) {
  std::vector<KeyEntry> entries = four_keys();
  entries.push_back(of_month(strong_key(6, 6), "2026-10"));
  entries.push_back(of_month(strong_key(7, 7), "2026-11"));
  entries.push_back(of_month(strong_key(8, 8), "2026-09", KeyState::disabled));
  Keyset keyset = Keyset::make(std::move(entries)).value();

  EXPECT_EQ(ids(keyset.readable(Epoch::none)), (std::vector{4, 5, 3}));
  EXPECT_EQ(ids(keyset.readable(Epoch::month)), (std::vector{7, 6}));
  EXPECT_NE(keyset.promote(7).error().find("of 2026-11"), std::string::npos);
  EXPECT_EQ(keyset.primary().id, 4);
  EXPECT_TRUE(keyset.destroy(6));
  EXPECT_EQ(ids(keyset.readable(Epoch::month)), std::vector{7});
}

TEST(Keyset, has_one_key_in_use_for_a_month) {
  std::vector<KeyEntry> entries = four_keys();
  entries.push_back(of_month(strong_key(6, 6), "2026-11", KeyState::disabled));
  entries.push_back(of_month(strong_key(7, 7), "2026-11"));
  Keyset keyset = Keyset::make(std::move(entries)).value();

  const auto enabled = keyset.enable(6);

  ASSERT_FALSE(enabled);
  EXPECT_NE(enabled.error().find("both of 2026-11"), std::string::npos);
  EXPECT_EQ(keyset.entry(6)->state, KeyState::disabled);
  EXPECT_FALSE(keyset.add(of_month(strong_key(8, 8), "2026-11")));
  EXPECT_NE(refusal(with(of_month(strong_key(6, 6), "2026-11", KeyState::primary))), "");
  std::vector<KeyEntry> lone;
  lone.push_back(of_month(strong_key(1, 1), "2026-11", KeyState::primary));
  EXPECT_NE(refusal(std::move(lone)).find("of that period only"), std::string::npos);
}

TEST(Keyset, takes_printable_material_only_if_the_entry_allows_it) {
  const MasterKey typed =
      key_from_hex(6, "6b3951214d7a2b3552745f7e48662e334c7870402f57635e3b4a6775255a2876");
  KeyEntry entry = entry_of(typed);

  EXPECT_NE(refusal(with(entry_of(typed))).find("printable"), std::string::npos);
  entry.printable = Printable::allow;
  EXPECT_EQ(refusal(with(std::move(entry))), "");
}

TEST(Keyset, wants_the_keys_that_it_reads_but_does_not_hold) {
  std::vector<KeyEntry> entries;
  entries.push_back(wrapped(strong_key(1, 1), KeyState::disabled));
  entries.push_back(wrapped(strong_key(2, 2), KeyState::active));
  entries.push_back(wrapped(strong_key(3, 3), KeyState::primary));
  Keyset keyset = Keyset::make(std::move(entries)).value();
  ASSERT_EQ(keyset.missing().size(), 2U);
  EXPECT_EQ(keyset.find(2), nullptr);

  const auto wrong = keyset.supply(2, strong_key(2, 9).bytes.clone());
  const auto right = keyset.supply(2, strong_key(2, 2).bytes.clone());

  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().find("key 2 is not the key"), std::string::npos);
  EXPECT_TRUE(right.ok());
  EXPECT_EQ(keyset.find(2)->bytes.view(), strong_key(2, 2).bytes.view());
  ASSERT_EQ(keyset.missing().size(), 1U);
  EXPECT_EQ(keyset.missing().front()->id, 3);
}

TEST(Keyset, is_rotated_by_adding_first_and_promoting_later) {
  Keyset keyset(strong_key(1, 1));

  ASSERT_TRUE(keyset.add(entry_of(strong_key(2, 2))).ok());
  EXPECT_EQ(keyset.primary().id, 1);
  ASSERT_TRUE(keyset.promote(2).ok());
  EXPECT_EQ(keyset.primary().id, 2);
  EXPECT_EQ(ids(keyset.readable()), (std::vector{2, 1}));

  ASSERT_TRUE(keyset.disable(1).ok());
  EXPECT_EQ(keyset.find(1), nullptr);
  ASSERT_TRUE(keyset.enable(1).ok());
  EXPECT_NE(keyset.find(1), nullptr);

  ASSERT_TRUE(keyset.destroy(1).ok());
  EXPECT_EQ(keyset.entry(1)->state, KeyState::destroyed);
  EXPECT_FALSE(keyset.entry(1)->key.has_value());
  EXPECT_EQ(keyset.next_id(), 3);
}

TEST(Keyset, refuses_a_change_that_would_break_it_and_stays_as_it_was) {
  Keyset keyset = Keyset::make(four_keys(), 2).value();
  const struct {
    Result<Done, std::string> result;
    std::string_view said;
  } cases[] = {{keyset.add(entry_of(strong_key(3, 9))), "above 5"},
               {keyset.add(entry_of(strong_key(6, 1))), "one and the same"},
               {keyset.add(entry_of(test_key(6))), "test key"},
               {keyset.promote(1), "for good"},
               {keyset.promote(2), "enable it first"},
               {keyset.promote(9), "no key 9"},
               {keyset.disable(4), "promote another first"},
               {keyset.destroy(4), "promote another first"},
               {keyset.enable(1), "for good"},
               {keyset.set_min_read_id(5), "1 to 4"}};

  for (const auto& [result, said] : cases) {
    ASSERT_FALSE(result.ok()) << said;
    EXPECT_NE(result.error().find(said), std::string::npos) << result.error();
  }
  EXPECT_EQ(keyset.entries().size(), 5U);
  EXPECT_EQ(keyset.primary().id, 4);
  EXPECT_EQ(ids(keyset.readable()), (std::vector{4, 5, 3}));
}

TEST(Keyset, does_not_promote_a_key_whose_tokens_nobody_could_read) {
  Keyset keyset = Keyset::make(four_keys(), 4).value();

  EXPECT_NE(keyset.promote(3).error().find("below min_read_id"), std::string::npos);
}

}  // namespace moretta::mask
