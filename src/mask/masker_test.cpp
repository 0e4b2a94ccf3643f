#include "mask/masker.hpp"

#include <functional>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "mask/hash_token.hpp"
#include "mask/test_keys.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

namespace {

Column text_column(std::string name, std::optional<int> width = std::nullopt) {
  Column column;
  column.pointer = "/" + name;
  column.name = std::move(name);
  column.type = width ? ColumnType::varchar : ColumnType::text;
  column.width = width;
  return column;
}

const MasterKey key = test_key();

constexpr Method every_method[] = {Method::keep,        Method::redact,          Method::md5,
                                   Method::sha256,      Method::hmac_sha256,     Method::aes_siv,
                                   Method::aes_256_cbc, Method::hmac_sha256_md5, Method::tokenize};

Event event_with(const std::function<void(Event&)>& set) {
  Event event;
  event.reset(1);
  set(event);
  return event;
}

Event event_of(std::string_view text) {
  return event_with([&](Event& event) { event.set_text(0, text); });
}

std::string token_of(const Policy& policy, std::string_view value) {
  Masker masker({text_column("c")}, {policy}, &key);
  const auto row = masker.mask(event_of(value));
  return row ? std::string(row.value()[0].text) : std::string(reason_code(row.error().reason));
}

}  // namespace

TEST(Masker, gives_the_known_answers) {
  const std::string ip = "199.172.111.135";
  const std::string device = "593-47-5928";
  const struct {
    Policy policy;
    std::string value;
    std::string token;
  } cases[] = {
      {{.method = Method::md5}, ip, "a56e7589b4b780605f7c614d13df6696"},
      {{.method = Method::md5}, device, "1237b6b78f6293ce2714d52b209eb3b4"},
      {{.method = Method::hmac_sha256, .domain = "ip"},
       ip,
       "h1:d8b7a12d006389129ddda267e5fb794c8bdc8b62cff9f2941a0c8a7ba8eab2dc"},
      {{.method = Method::hmac_sha256, .domain = "device_id"},
       device,
       "h1:a18d497f7455cba10a851069aa18b123c3c60578089ea226e14a8382190b195e"},
      {{.method = Method::aes_siv, .domain = "ip"},
       ip,
       "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn"},
      {{.method = Method::aes_siv, .domain = "device_id"},
       device,
       "s1:XAnsW0ANH7xyQbMj5f1LzYjzcw9_2a6kgFyrDyQ76VeSKx7Sf7bvaXyaGr3YK59j"},
      {{.method = Method::aes_256_cbc, .domain = "ip"},
       ip,
       "c1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b"},
      {{.method = Method::aes_256_cbc, .domain = "device_id"},
       device,
       "c1:99447a0e83bca9d5f1e09583c73e52d2857faf36a9defc3de51e542b704f6936"},
      {{.method = Method::hmac_sha256_md5, .domain = "ip"},
       ip,
       "h1:6251c0ca0152103d830c1e8e7640f34719674ace80aac7b8893449a09be756b4"},
      {{.method = Method::hmac_sha256_md5, .domain = "device_id"},
       device,
       "h1:c1d1ed4f51cb840858db4f5b8483aba6628dea0e4158751d1f35e65e73afc94a"},
      {{.method = Method::tokenize, .domain = "ip"}, ip, "t1:f21ef35de0437869588213e608f9f02b"},
      {{.method = Method::tokenize, .domain = "device_id"},
       device,
       "t1:f2962433d62c4e7f3b984177b1e55901"},
  };

  for (const auto& [policy, value, token] : cases) {
    EXPECT_EQ(token_of(policy, value), token) << method_name(policy.method) << " " << value;
  }
}

TEST(Masker, gives_the_published_md5_digests) {  // RFC 1321 A.5
  const std::pair<std::string, std::string> cases[] = {
      {"", "d41d8cd98f00b204e9800998ecf8427e"},
      {"a", "0cc175b9c0f1b6a831c399e269772661"},
      {"abc", "900150983cd24fb0d6963f7d28e17f72"},
      {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
      {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
       "d174ab98d277d9f5a5611c2c9f419d9f"},
      {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
       "57edf4a22be3c955ac49da2e2107b67a"},
  };

  for (const auto& [value, token] : cases) {
    EXPECT_EQ(token_of({.method = Method::md5}, value), token) << value;
  }
}

// M. Stevens's pair: the 22nd character is all that differs.
TEST(Masker, makes_two_devices_one_where_their_md5_is_one) {
  const std::string one =
      "TEXTCOLLBYfGiJUETHQ4hAcKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak";
  std::string other = one;
  other[21] = 'E';
  const auto are_one = [&](Method method) {
    const Policy policy = {.method = method, .domain = "device_id"};
    return token_of(policy, one) == token_of(policy, other);
  };

  EXPECT_EQ(token_of({.method = Method::md5}, other), "faad49866e9498fc1719f5289e7a0269");
  EXPECT_TRUE(are_one(Method::md5));
  EXPECT_TRUE(are_one(Method::hmac_sha256_md5));
  for (const Method method : {Method::sha256, Method::hmac_sha256, Method::aes_siv,
                              Method::aes_256_cbc, Method::tokenize}) {
    EXPECT_FALSE(are_one(method)) << method_name(method);
  }
}

TEST(Masker, gives_the_published_sha256_digest) {  // FIPS 180-4 example "abc"
  EXPECT_EQ(token_of({.method = Method::sha256}, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Masker, cuts_and_bares_hmac_tokens_as_asked) {
  const std::string whole = token_of({.method = Method::hmac_sha256, .domain = "ip"}, "10.0.0.1");

  EXPECT_EQ(token_of({.method = Method::hmac_sha256, .domain = "ip", .bits = 128}, "10.0.0.1"),
            whole.substr(0, 35));
  EXPECT_EQ(token_of({.method = Method::hmac_sha256, .domain = "ip", .bare = true}, "10.0.0.1"),
            whole.substr(3));
}

TEST(Masker, keeps_null_under_every_method) {
  for (const Method method : every_method) {
    Policy policy = {.method = method, .domain = "ip", .recover = Recover::aes_256_cbc};
    policy.constant = "gone";
    Masker masker({text_column("c", 67)}, {policy}, &key);

    const auto row = masker.mask(event_with([](Event& event) { event.set_null(0); }));

    ASSERT_TRUE(row.ok()) << method_name(method);
    EXPECT_TRUE(row.value()[0].is_null());
    EXPECT_TRUE(row.value().vault().empty());
  }
}

TEST(Masker, masks_only_text) {
  const std::function<void(Event&)> others[] = {
      [](Event& event) { event.set(0, Value::Kind::integer, 1); },
      [](Event& event) { event.set(0, Value::Kind::boolean, 1); },
      [](Event& event) { event.set(0, Value::Kind::date, 1); },
      [](Event& event) { event.set(0, Value::Kind::timestamp, 1); },
      [](Event& event) { event.set_real(0, 1.5); },
  };

  for (const Method method : every_method) {
    if (!gives_tokens(method)) {
      continue;
    }
    Masker masker({text_column("c")}, {{.method = method, .domain = "ip"}}, &key);
    for (const auto& set : others) {
      const auto row = masker.mask(event_with(set));
      ASSERT_FALSE(row.ok()) << method_name(method);
      EXPECT_EQ(
          row.error(),
          (Reject{.reason = Reason::mask_failed, .column = "c", .pointer = "/c", .sqlstate = {}}));
    }
  }
}

TEST(Masker, keeps_values_of_every_kind_where_told_to) {
  Mapping mapping;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    mapping.push_back(text_column(name));
  }
  Masker masker(mapping, std::vector<Policy>(mapping.size(), Policy{.method = Method::keep}),
                nullptr);
  Event event;
  event.reset(mapping.size());
  event.set_text(0, "android");
  event.set(1, Value::Kind::integer, -2);
  event.set_real(2, 1.5);
  event.set(3, Value::Kind::boolean, 1);
  event.set(4, Value::Kind::date, 19'000);
  event.set(5, Value::Kind::timestamp, 1'700'000'000'000'000);

  const auto row = masker.mask(event);

  ASSERT_TRUE(row.ok());
  for (std::size_t column = 0; column < mapping.size(); ++column) {
    EXPECT_EQ(row.value()[column].kind, event[column].kind) << column;
    EXPECT_EQ(row.value()[column].text, event[column].text) << column;
    EXPECT_EQ(row.value()[column].integer, event[column].integer) << column;
    EXPECT_EQ(row.value()[column].real, event[column].real) << column;
  }
}

TEST(Masker, redacts_values_of_every_kind_to_null_or_a_constant) {
  Masker masker({text_column("gone"), text_column("number_gone"), text_column("said")},
                {{.method = Method::redact},
                 {.method = Method::redact},
                 {.method = Method::redact, .constant = "redacted"}},
                nullptr);
  Event event;
  event.reset(3);
  event.set_text(0, "199.172.111.135");
  event.set(1, Value::Kind::integer, 5);
  event.set(2, Value::Kind::integer, 7);

  const auto row = masker.mask(event);

  ASSERT_TRUE(row.ok());
  EXPECT_TRUE(row.value()[0].is_null());
  EXPECT_TRUE(row.value()[1].is_null());
  EXPECT_EQ(row.value()[1].integer, 0);
  EXPECT_EQ(row.value()[2].text, "redacted");
}

TEST(Masker, refuses_what_is_longer_than_its_column) {
  const std::string wide = "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x8e\xad";  // 7 characters, 15 bytes
  const struct {
    Policy policy;
    std::string value;
    int fits;  // the narrowest column that takes it
  } cases[] = {
      {{.method = Method::keep}, "android", 7},
      {{.method = Method::keep}, wide, 7},
      {{.method = Method::keep}, "", 0},
      {{.method = Method::redact, .constant = "gone"}, "anything at all", 4},
      {{.method = Method::md5}, "", 32},
      {{.method = Method::sha256}, "x", 64},
      {{.method = Method::hmac_sha256, .domain = "d"}, std::string(1'000, 'x'), 67},
      {{.method = Method::aes_siv, .domain = "d"}, std::string(31, 'x'), 67},
      {{.method = Method::aes_siv, .domain = "d"}, std::string(159, 'x'), 238},
      {{.method = Method::aes_siv, .domain = "d"}, std::string(160, 'x'), 281},
      {{.method = Method::aes_256_cbc, .domain = "d"}, std::string(95, 'x'), 227},
      {{.method = Method::aes_256_cbc, .domain = "d"}, std::string(96, 'x'), 259},
  };

  for (const auto& [policy, value, fits] : cases) {
    Masker enough({text_column("c", fits)}, {policy}, &key);
    EXPECT_TRUE(enough.mask(event_of(value)).ok()) << method_name(policy.method) << " in " << fits;
    if (fits == 0) {
      continue;
    }
    Masker narrow({text_column("c", fits - 1)}, {policy}, &key);
    const auto row = narrow.mask(event_of(value));
    ASSERT_FALSE(row.ok()) << method_name(policy.method) << " in " << fits - 1;
    EXPECT_EQ(row.error(),
              (Reject{.reason = Reason::too_long, .column = "c", .pointer = "/c", .sqlstate = {}}));
  }
}

TEST(Masker, refuses_a_row_for_its_first_bad_column) {
  Masker masker({text_column("a"), text_column("b", 10), text_column("c", 10)},
                {{.method = Method::keep}, {.method = Method::md5}, {.method = Method::md5}},
                nullptr);
  Event event;
  event.reset(3);
  event.set_text(0, "fine");
  event.set_text(1, "199.172.111.135");
  event.set_text(2, "593-47-5928");

  EXPECT_EQ(masker.mask(event).error().column, "b");
}

TEST(Masker, puts_the_recoverable_token_of_a_one_way_one_into_the_vault) {
  Masker masker({text_column("masked_ip", 256), text_column("locale", 2)},
                {{.method = Method::md5, .domain = "ip", .recover = Recover::aes_256_cbc},
                 {.method = Method::keep}},
                &key);
  Event event;
  event.reset(2);
  event.set_text(0, "199.172.111.135");
  event.set_text(1, "RU");

  const auto row = masker.mask(event);

  ASSERT_TRUE(row.ok());
  const VaultEntry want = {
      .domain = "ip",
      .token = "a56e7589b4b780605f7c614d13df6696",
      .key_id = 1,
      .sealed = "c1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b"};
  EXPECT_EQ(row.value().vault(), std::vector<VaultEntry>{want});
  EXPECT_EQ(row.value()[0].text, want.token);
  EXPECT_EQ(row.value()[1].text, "RU");
}

TEST(Masker, seals_the_original_of_a_vaulted_token) {
  SeededRandom random(1);
  Masker masker({text_column("masked_ip", 35)},
                {{.method = Method::tokenize, .domain = "ip", .recover = Recover::seal}}, &key,
                &random);

  const auto row = masker.mask(event_of("199.172.111.135"));

  ASSERT_TRUE(row.ok());
  ASSERT_EQ(row.value().vault().size(), 1U);
  const VaultEntry& entry = row.value().vault().front();
  EXPECT_EQ(entry.token, "t1:f21ef35de0437869588213e608f9f02b");
  EXPECT_EQ(row.value()[0].text, entry.token);
  const auto clear = Unmasker(key).open_vault(entry.sealed, entry.domain, entry.token);
  ASSERT_TRUE(clear.ok());
  EXPECT_EQ(clear.value().view(), "199.172.111.135");
}

TEST(HmacMd5Token, upgrades_a_stored_digest_to_the_token_of_its_value) {
  const HmacMd5Token upgrade(key, {.method = Method::hmac_sha256_md5, .domain = "ip"});
  std::string token;

  ASSERT_TRUE(upgrade.append_upgraded("a56e7589b4b780605f7c614d13df6696", token));

  EXPECT_EQ(token,
            token_of({.method = Method::hmac_sha256_md5, .domain = "ip"}, "199.172.111.135"));
  for (const char* other :
       {"", "a56e7589b4b780605f7c614d13df669", "A56E7589B4B780605F7C614D13DF6696",
        "g56e7589b4b780605f7c614d13df6696"}) {
    EXPECT_FALSE(upgrade.append_upgraded(other, token)) << other;
  }
}

TEST(Masker, lets_one_value_feed_several_columns) {
  Mapping mapping = {text_column("masked_ip", 110), text_column("ip_net"), text_column("ip_code")};
  mapping[1].type = ColumnType::inet;
  mapping[2].type = ColumnType::inet;
  Masker masker(mapping,
                {{.method = Method::aes_siv, .domain = "ip", .normalize = Normalize::ip},
                 {.method = Method::truncate_ip},
                 {.method = Method::ipcrypt_deterministic, .domain = "ip"}},
                &key);
  Event event;
  event.reset(3);
  for (std::size_t column = 0; column < 3; ++column) {
    event.set_text(column, "::ffff:199.172.111.135");
  }

  const auto row = masker.mask(event);

  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row.value()[0].text,
            "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn");
  EXPECT_EQ(row.value()[1].text, "199.172.111.0/24");
  EXPECT_EQ(row.value()[2].text, "6a01:654:b075:7a64:7f78:747c:f32a:2467");
}

TEST(Masker, gives_equal_tokens_for_spellings_of_one_value) {
  const Policy by_address = {.method = Method::aes_siv, .domain = "d", .normalize = Normalize::ip};
  const Policy trimmed = {.method = Method::md5, .normalize = Normalize::trim};
  const Policy lower = {
      .method = Method::hmac_sha256, .domain = "d", .normalize = Normalize::lower};

  EXPECT_EQ(token_of(by_address, "2001:DB8:0::1"), token_of(by_address, "2001:db8::1"));
  EXPECT_EQ(token_of(trimmed, " x\n"), token_of({.method = Method::md5}, "x"));
  EXPECT_EQ(token_of(lower, "Ada@X.org"), token_of(lower, "ada@x.ORG"));
  EXPECT_EQ(token_of(by_address, "unknown"), "bad_value");
}

TEST(Masker, gives_null_for_the_empty_string_where_told_to) {
  const Policy policies[] = {
      {.method = Method::aes_siv, .domain = "d", .empty = Empty::null},
      {.method = Method::md5, .normalize = Normalize::trim, .empty = Empty::null},
      {.method = Method::ipcrypt_pfx, .domain = "d", .empty = Empty::null},
  };

  for (const Policy& policy : policies) {
    Masker masker({text_column("c")}, {policy}, &key);
    const auto row = masker.mask(event_of(""));
    ASSERT_TRUE(row.ok()) << method_name(policy.method);
    EXPECT_TRUE(row.value()[0].is_null());
    EXPECT_TRUE(row.value().vault().empty());
  }
  EXPECT_EQ(token_of({.method = Method::ipcrypt_pfx, .domain = "d"}, ""), "bad_value");
  EXPECT_EQ(token_of({.method = Method::md5}, ""), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(Masker, puts_numbers_into_buckets) {
  Column age = text_column("age");
  age.type = ColumnType::smallint;
  Masker masker({age}, {{.method = Method::bucket, .bucket_size = 10}}, nullptr);
  const auto bucket_of = [&](std::int64_t number) {
    return masker.mask(
        event_with([&](Event& event) { event.set(0, Value::Kind::integer, number); }));
  };

  const auto row = bucket_of(37);

  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row.value()[0].kind, Value::Kind::integer);
  EXPECT_EQ(row.value()[0].integer, 30);
  EXPECT_EQ(bucket_of(-32'768).error().reason, Reason::out_of_range);
  EXPECT_EQ(token_of({.method = Method::bucket, .bucket_size = 10}, "37"), "30-39");
}

TEST(Masker, gives_tokens_that_do_not_depend_on_what_came_before) {
  for (const Method method : every_method) {
    const Policy policy = {.method = method, .domain = "ip"};
    Masker used({text_column("c")}, {policy}, &key);
    for (const std::size_t bytes : {0, 1, 15, 16, 31, 32, 500, 3}) {
      ASSERT_TRUE(used.mask(event_of(std::string(bytes, 'x'))).ok());
    }
    Masker fresh({text_column("c")}, {policy}, &key);

    const auto late = used.mask(event_of("199.172.111.135"));
    const auto early = fresh.mask(event_of("199.172.111.135"));

    EXPECT_EQ(late.value()[0].text, early.value()[0].text) << method_name(method);
  }
}

TEST(MaskerDeathTest, does_not_start_with_less_than_it_needs) {
  const Mapping mapping = {text_column("c")};
  Mapping numbers = mapping;
  numbers[0].type = ColumnType::integer;

  EXPECT_DEATH(Masker(mapping, {}, &key), "mapping.size");
  EXPECT_DEATH(Masker(mapping, {{.method = Method::aes_siv, .domain = "ip"}}, nullptr), "key");
  EXPECT_DEATH(Masker(mapping, {{.method = Method::aes_siv}}, &key), "domain");
  EXPECT_DEATH(Masker(numbers, {{.method = Method::md5}}, &key), "type");
}

// Ten columns' worth of methods that make tokens side by side and of those that do not, over values
// of which some are refused, in one column or another.
TEST(Masker, gives_several_events_what_each_has_alone) {
  const Mapping mapping = {text_column("kept", 20), text_column("siv", 67), text_column("wide_siv"),
                           text_column("ff1"), text_column("hash")};
  const std::vector<Policy> policies = {
      {.method = Method::keep},
      {.method = Method::aes_siv, .domain = "siv", .empty = Empty::null},
      {.method = Method::aes_siv, .domain = "wide", .normalize = Normalize::lower},
      {.method = Method::ff1, .domain = "ff1", .pattern = "###-##-####"},
      {.method = Method::hmac_sha256, .domain = "hash"},
  };
  const std::string long_text(100, 'L');
  const std::vector<std::vector<std::optional<std::string>>> rows = {
      {"a", "199.172.111.135", "One", "593-47-5928", "x"},
      {"b", std::nullopt, long_text, "111-11-1111", std::nullopt},
      {"c", long_text, "too long for its column", "222-22-2222", "x"},
      {"d", "", "empty", "333-33-3333", "x"},
      {"e", "1", "not of the pattern", "x33-33-3333", "x"},
      {"kept but far too long for it", "2", "x", "444-44-4444", "x"},
      {"f", "199.172.111.135", "One", "593-47-5928", "x"},
  };
  std::vector<Event> events(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    events[i].reset(mapping.size());
    for (std::size_t column = 0; column < mapping.size(); ++column) {
      if (rows[i][column]) {
        events[i].set_text(column, *rows[i][column]);
      }
    }
  }
  const std::vector<WallTime> sent_at(rows.size());
  Masker masker(mapping, policies, &key);
  std::vector<Result<Row, Reject>> together;

  masker.mask(events, sent_at, together);

  ASSERT_EQ(together.size(), rows.size());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto alone = Masker(mapping, policies, &key).mask(events[i]);
    ASSERT_EQ(together[i].ok(), alone.ok()) << i;
    if (!alone) {
      ++refused;
      EXPECT_EQ(together[i].error(), alone.error()) << i;
      continue;
    }
    for (std::size_t column = 0; column < mapping.size(); ++column) {
      EXPECT_EQ(together[i].value()[column].kind, alone.value()[column].kind) << i << column;
      EXPECT_EQ(together[i].value()[column].text, alone.value()[column].text) << i << column;
    }
  }
  EXPECT_EQ(refused, 3U);
}

TEST(Masker, begins_no_bucket_below_what_the_column_holds) {
  const struct {
    ColumnType type;
    std::int64_t least;
  } cases[] = {{ColumnType::smallint, -32'768},
               {ColumnType::integer, -2'147'483'648},
               {ColumnType::bigint, std::numeric_limits<std::int64_t>::min()}};

  for (const auto& [type, least] : cases) {
    Column column = text_column("c");
    column.type = type;
    Masker masker({column}, {{.method = Method::bucket, .bucket_size = 10}}, &key);
    const auto masked = [&](std::int64_t number) {
      return masker.mask(
          event_with([&](Event& event) { event.set(0, Value::Kind::integer, number); }));
    };

    const auto below = masked(least);  // its bucket would begin at a multiple of ten before it
    const auto within = masked(least + 10);

    ASSERT_FALSE(below);
    EXPECT_EQ(below.error().reason, Reason::out_of_range);
    ASSERT_TRUE(within);
    EXPECT_EQ(within.value()[0].integer % 10, 0);
    EXPECT_GE(within.value()[0].integer, least);
  }
}

}  // namespace moretta::mask
