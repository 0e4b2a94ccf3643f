#include "app/config_load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/column_reader.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using testing::ElementsAre;

std::vector<std::string> problems_of(const std::string& text, const Needs& needs = {},
                                     const CommandWorld& world = {}) {
  const auto config = parse_config({.name = "f", .text = text}, {}, world.environment(), needs);
  return config ? std::vector<std::string>() : config.error().lines();
}

// A file with one column, given in flow style.
std::string with_column(const std::string& column) {
  return "table:\n  name: t\n  columns:\n    c: " + column + "\n";
}

const std::string every_mask =
    "keep, redact, hmac-sha256, aes-siv, aes-256-cbc, tokenize, ff1, ipcrypt-deterministic, "
    "ipcrypt-pfx, truncate-ip, character-mask, bucket, hmac-sha256+md5, md5, sha256";

const std::string sound = with_column("{from: /a, type: text, mask: keep}");

// With lines of `table` beside its name.
std::string sound_with(const std::string& lines) {
  std::string text = sound;
  return text.insert(text.find("  columns:"), "  " + lines + "\n");
}

// The parser makes no step over a comma or a bracket here, and took each look for a document.
TEST(ConfigLoad, ends_on_text_that_no_document_can_begin_with) {
  for (const char* text : {",", "]", ",2] : [*]]\n", "a: 1\n, b\n"}) {
    EXPECT_FALSE(problems_of(text).empty()) << text;
  }
}

TEST(ConfigLoad, reads_a_file_and_fills_in_the_defaults) {
  const CommandWorld world;

  const auto config = parse_config({.name = "f", .text = sound}, {}, world.environment(), {});

  ASSERT_TRUE(config.ok()) << testing::PrintToString(config.error().lines());
  EXPECT_EQ(config.value().table.name, "t");
  EXPECT_EQ(config.value().on_reject, OnReject::quarantine);
  EXPECT_EQ(config.value().ledger, Ledger::on);
  EXPECT_EQ(config.value().keys.secret, "env:SECRET_KEY");
  EXPECT_EQ(config.value().table.mapping,
            (Mapping{{.name = "c", .pointer = "/a", .type = ColumnType::text}}));
}

TEST(ConfigLoad, reads_every_key) {
  const std::string text = R"(queue:
  url: https://sqs.eu-west-1.amazonaws.com/1/q
  region: eu-west-1
  endpoint: http://127.0.0.1:9324
  protocol: query
database: {url: "postgresql://u@h/d"}
keys: {secret: "env:K", id: 7}
on_reject: leave
ledger: off
retention: {ledger: 20d}
lanes: 8
turn_rows_max: 500
log: {level: warn, format: json}
table:
  name: app.t
  columns:
    a: {from: /x/y~1z, type: varchar(300), mask: {method: md5, recover: aes-siv, domain: d}}
    b: {from: /b, type: integer, convert: major_version, mask: keep, nullable: true, default: 1.2}
    c: {from: $sent_at, type: timestamptz}
    d: {from: /d, type: text, mask: {method: redact, constant: "***"}, required: false, default: x}
    e: {from: /e, type: text, mask: {method: hmac-sha256, bits: 128, bare: yes}}
    f: {from: /f, type: text, mask: {method: aes-siv, encoding: hex, pad: 64}}
    g: {from: $message_id, type: uuid}
)";
  const CommandWorld world;

  const auto loaded = parse_config({.name = "f", .text = text}, {}, world.environment(), {});

  ASSERT_TRUE(loaded.ok()) << testing::PrintToString(loaded.error().lines());
  const Config& config = loaded.value();
  EXPECT_EQ(config.queue.region, "eu-west-1");
  EXPECT_EQ(config.queue.endpoint, "http://127.0.0.1:9324");
  EXPECT_EQ(config.queue.protocol, QueueProtocol::query);
  EXPECT_EQ(config.database.url.view(), "postgresql://u@h/d");
  EXPECT_EQ(config.keys.id, 7);
  EXPECT_EQ(config.on_reject, OnReject::leave);
  EXPECT_EQ(config.ledger, Ledger::off);
  EXPECT_EQ(config.ledger_retention, Days{20});
  EXPECT_EQ(config.lanes.count, 8);
  EXPECT_EQ(config.lanes.turn_rows_max, 500);
  EXPECT_EQ(config.log.level, LogLevel::warn);
  EXPECT_EQ(config.log.format, LogChoice::json);
  const auto& columns = config.table.mapping;
  const auto& policies = config.table.policies;
  ASSERT_EQ(columns.size(), 7U);
  EXPECT_EQ(columns[0].width, 300);
  EXPECT_EQ(policies[0].domain, "d");
  EXPECT_EQ(policies[0].recover, mask::Recover::aes_siv);
  EXPECT_EQ(columns[1].default_text, R"("1.2")");
  EXPECT_EQ(columns[3].default_text, R"("x")");
  EXPECT_EQ(policies[3].constant, "***");
  EXPECT_EQ(policies[4].bits, 128);
  EXPECT_TRUE(policies[4].bare);
  EXPECT_EQ(policies[4].domain, "e");
  EXPECT_EQ(policies[5].encoding, mask::Encoding::hex);
  EXPECT_EQ(policies[5].pad_bytes, 64);
  EXPECT_EQ(columns[6].origin, Origin::message_id);
}

TEST(ConfigLoad, reads_the_settings_of_every_mask) {
  const std::string text = R"(table:
  name: t
  columns:
    h: {from: /b, type: varchar(11), mask: {method: ff1, pattern: "###-##-####", alphabet: hex}}
    i: {from: /i, type: inet, mask: {method: truncate-ip, empty: "null"}}
    j: {from: /j, type: text, mask: {method: character-mask, keep_first: 1, keep_last: 2, character: x}}
    k: {from: /k, type: integer, mask: {method: bucket, size: 10}}
    l: {from: /i, type: text, mask: {method: tokenize, normalize: ip}}
)";
  const CommandWorld world;

  const auto loaded = parse_config({.name = "f", .text = text}, {}, world.environment(), {});

  ASSERT_TRUE(loaded.ok()) << testing::PrintToString(loaded.error().lines());
  const auto& policies = loaded.value().table.policies;
  ASSERT_EQ(policies.size(), 5U);
  EXPECT_EQ(policies[0], (mask::Policy{.method = mask::Method::ff1,
                                       .domain = "b",
                                       .alphabet = mask::Alphabet::hex,
                                       .pattern = "###-##-####"}));
  EXPECT_EQ(policies[1],
            (mask::Policy{.method = mask::Method::truncate_ip, .empty = mask::Empty::null}));
  EXPECT_EQ(policies[2], (mask::Policy{.method = mask::Method::character_mask,
                                       .keep_first = 1,
                                       .keep_last = 2,
                                       .mask_char = 'x'}));
  EXPECT_EQ(policies[3], (mask::Policy{.method = mask::Method::bucket, .bucket_size = 10}));
  EXPECT_EQ(policies[4], (mask::Policy{.method = mask::Method::tokenize,
                                       .domain = "i",
                                       .recover = mask::Recover::seal,
                                       .normalize = mask::Normalize::ip}));
}

TEST(ConfigLoad, takes_the_last_name_of_the_pointer_as_domain) {
  const CommandWorld world;
  const std::string text = with_column("{from: /client/a~1b, type: text, mask: aes-siv}");

  const auto config = parse_config({.name = "f", .text = text}, {}, world.environment(), {});

  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config.value().table.policies[0].domain, "a/b");
}

TEST(ConfigLoad, says_where_a_file_is_wrong_what_is_allowed_and_the_fix) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "f:1:1: the file is empty; start with `moretta init --preset logins`"},
      {"- a\n",
       "f:1:1: the file must be a map; allowed: queue, database, keys, table, envelope, payloads, "
       "on_reject, ledger, retention, lanes, turn_rows_max, log, status, metrics, traces, tests; "
       "write "
       "`key: value` lines "
       "below it"},
      {"tabel: {}\n" + sound,
       "f:1:1: unknown key `tabel` in the file; allowed: queue, database, keys, table, envelope, "
       "payloads, on_reject, ledger, retention, lanes, turn_rows_max, log, status, metrics, "
       "traces, tests; "
       "did you mean "
       "`table`?"},
      {"queue: {ulr: x}\n" + sound,
       "f:1:9: unknown key `ulr` in `queue`; allowed: url, region, endpoint, protocol; did you "
       "mean "
       "`url`?"},
      {"lanes: many\n" + sound,
       "f:1:8: `lanes`: `many` is not a whole number in range; allowed: 1 to 64"},
      {"lanes: 0\n" + sound,
       "f:1:8: `lanes`: `0` is not a whole number in range; allowed: 1 to 64"},
      {"lanes:\n" + sound, "f:1:1: `lanes` has no value; write one, or remove the key"},
      {"lanes: [1]\n" + sound, "f:1:8: `lanes` must be a single value, not a list"},
      {"lanes: 2\nlanes: 3\n" + sound,
       "f:2:1: `lanes` stands twice in the file, first in line 1; remove one of them"},
      {"on_reject: quarantaine\n" + sound,
       "f:1:12: `on_reject`: `quarantaine` is not a choice; allowed: quarantine, leave; did you "
       "mean `quarantine`?"},
      {"payloads: {buckets: Acme}\n" + sound,
       "f:1:21: `payloads.buckets`: `Acme` is not a list of names of buckets, at most 100; write "
       "e.g. acme-events"},
      {"ledger: off\npayloads: {buckets: acme, after: delete}\n" + sound,
       "f:2:34: `payloads.after: delete` needs the ledger and `on_reject: quarantine`"},
      {sound_with("key: c, c"),
       "f:3:8: `table.key`: `c, c` is not a list of different columns, at most 32; write e.g. "
       "user_id, login_day"},
      {sound_with("key: d"),
       "f:3:8: `table.key` names a column that `table.columns` does not have"},
      {sound_with("on_conflict: update"),
       "f:3:16: `table.on_conflict` needs to know the business key; write `key: …` beside it"},
      {"ledger: off\n" + sound_with("key: c\n  on_conflict: ignore"),
       "f:5:16: `table.on_conflict` needs the ledger, which tells a conflict from a message that "
       "came twice; take `ledger: off` out"},
      {"retention: {ledger: 14d}\n" + sound,
       "f:1:21: `retention.ledger`: `14d` is not a number of days in range; allowed: 15d to 3650d"},
      {"queue: {url: \"sqs:\"}\n" + sound,
       "f:1:14: `queue.url`: this is not a URL of a queue service; write https://HOST/… without "
       "user or password"},
      {"---\n" + sound + "---\nlanes: 1\n",
       "f:6:1: a second document starts here; allowed: one; remove the `---`"},
      {"table: {name: t}\n",
       "f:1:1: `table.columns` is missing; write `name: {from: /name, type: …, mask: …}` lines "
       "below it"},
      {"table: {name: \"drop table\", columns: {c: {from: /a, type: text, mask: keep}}}\n",
       "f:1:15: `table.name`: `drop table` is not the name of a table; write NAME or SCHEMA.NAME "
       "of "
       "letters, digits and _, each 63 at most"},
      {"lanes: ${LANES}\n" + sound,
       "f:1:8: `lanes`: the variable LANES is not set; set it, or write ${LANES:-default}"},
      {"lanes: ${LANES\n" + sound,
       "f:1:8: `lanes`: `${` is not closed; write ${NAME}, or $${ for a literal ${"},
      {"lanes: 1\n  oops: 2\n",
       "f:2:7: this is not YAML: illegal map value; check the indentation, and put values with "
       "special characters in quotes"},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_THAT(problems_of(text), ElementsAre(want)) << text;
  }
}

TEST(ConfigLoad, says_what_is_wrong_with_a_column) {
  const std::pair<std::string, std::string> cases[] = {
      {"{from: /a, type: text}",
       "f:4:5: column `c`: `mask` is missing, and what comes from a message is never stored in "
       "clear by accident; allowed: " +
           every_mask + "; write `mask: keep` if it may be read by everybody"},
      {"{type: text, mask: keep}",
       "f:4:5: column `c`: `from` is missing; allowed: a JSON pointer, $sent_at, $received_at, "
       "$message_id, $receive_count, $group_id, $attribute.NAME; write `from: /name`"},
      {"{from: /a, mask: keep}",
       "f:4:5: column `c`: `type` is missing; allowed: text, varchar(N), smallint, integer, "
       "bigint, "
       "double precision, numeric, boolean, date, timestamptz, uuid, inet, jsonb; write the type "
       "that the table has"},
      {"{from: ip, type: text, mask: keep}",
       "f:4:15: column `c`: `from` `ip` is not a JSON pointer; allowed: /name, /outer/inner (~1 "
       "for "
       "/, ~0 for ~), $sent_at, $received_at, $message_id, $receive_count, $group_id, "
       "$attribute.NAME; put a / in front"},
      {"{from: /a~2, type: text, mask: keep}",
       "f:4:15: column `c`: `from` `/a~2` is not a JSON pointer; allowed: /name, /outer/inner (~1 "
       "for /, ~0 for ~), $sent_at, $received_at, $message_id, $receive_count, $group_id, "
       "$attribute.NAME"},
      {"{from: $attribute.a b, type: text, mask: keep}",
       "f:4:15: column `c`: `from` `$attribute.a b` is not a JSON pointer; allowed: /name, "
       "/outer/inner (~1 for /, ~0 for ~), $sent_at, $received_at, $message_id, $receive_count, "
       "$group_id, $attribute.NAME"},
      {"{from: $attribute.a, type: text}",
       "f:4:5: column `c`: `mask` is missing, and what comes from a message is never stored in "
       "clear by accident; allowed: " +
           every_mask + "; write `mask: keep` if it may be read by everybody"},
      {"{from: $receive_count, type: text}",
       "f:4:31: column `c`: $receive_count is a whole number, the type is text; allowed: smallint, "
       "integer, bigint"},
      {"{from: /a, type: string, mask: keep}",
       "f:4:25: column `c`: `string` is not a type that moretta writes; allowed: text, varchar(N), "
       "smallint, integer, bigint, double precision, numeric, boolean, date, timestamptz, uuid, "
       "inet, jsonb"},
      {"{from: /a, type: integer(4), mask: keep}",
       "f:4:25: column `c`: `integer(4)` is not a type that moretta writes; allowed: text, "
       "varchar(N), smallint, integer, bigint, double precision, numeric, boolean, date, "
       "timestamptz, uuid, inet, jsonb"},
      {"{from: /a, type: text, convert: major_version, mask: keep}",
       "f:4:40: column `c`: major_version gives an integer, the type is text; allowed: smallint, "
       "integer, bigint"},
      {"{from: /a, type: text, convert: date_utc, mask: keep}",
       "f:4:40: column `c`: date_utc gives a date, the type is text; allowed: date"},
      {"{from: /a, type: integer, mask: md5}",
       "f:4:34: column `c`: a masked value is a text, the type is integer; allowed: text, "
       "varchar(N); or write `mask: keep` or `mask: redact`"},
      {"{from: /a, type: varchar(16), mask: md5}",
       "f:4:19: column `c`: varchar(16) is too narrow: the shortest token of md5 has 32 "
       "characters; "
       "write varchar(32) or more, here and in the table"},
      {"{from: /a, type: varchar(66), mask: aes-siv}",
       "f:4:19: column `c`: varchar(66) is too narrow: the shortest token of aes-siv has 67 "
       "characters; write varchar(67) or more, here and in the table"},
      {"{from: /a, type: text, mask: md55}",
       "f:4:37: the mask of `c`: `md55` is not a mask; allowed: " + every_mask +
           "; did you mean `md5`?"},
      {"{from: /a, type: text, mask: seed-cbc}",
       "f:4:37: the mask of `c`: seed-cbc is only for reading what was stored before; allowed: " +
           every_mask},
      {"{from: /a, type: text, mask: {method: tokenize, recover: no}}",
       "f:4:65: `recover` of the mask of `c`: `no` is not a choice; allowed: seal, aes-siv, "
       "aes-256-cbc"},
      {"{from: /a, type: text, mask: {recover: aes-siv}}",
       "f:4:31: the mask of `c` names no method; allowed: " + every_mask +
           "; write `method: aes-siv`"},
      {"{from: /a, type: text, mask: {method: md5, pad: 16}}",
       "f:4:51: the mask of `c`: md5 takes no `pad`; allowed: method, domain, normalize, empty, "
       "recover"},
      {"{from: /a, type: text, mask: ff1}",
       "f:4:31: the mask of `c`: ff1 needs a `pattern` of the values, with `#` where a character "
       "is "
       "enciphered; write e.g. `pattern: \"###-##-####\"`"},
      {"{from: /a, type: text, mask: {method: ff1, pattern: \"###\"}}",
       "f:4:31: the mask of `c`: `pattern` has 3 places `#`; allowed: 6 to 56 for 10 characters, "
       "so "
       "that there are 10^6 texts or more (NIST SP 800-38G), in 255 bytes"},
      {"{from: /a, type: text, mask: bucket}",
       "f:4:31: the mask of `c`: bucket needs a `size`, how many numbers share one; write e.g. "
       "`size: 10`"},
      {"{from: /a, type: text, mask: {method: bucket, size: 0}}",
       "f:4:60: `size` of the mask of `c`: `0` is not a choice; allowed: number, 1 or more"},
      {"{from: /a, type: text, mask: {method: character-mask, character: ab}}",
       "f:4:73: `character` of the mask of `c`: `ab` is not a choice; allowed: one printable ASCII "
       "character"},
      {"{from: /a, type: text, mask: {method: aes-siv, normalize: upper}}",
       "f:4:66: `normalize` of the mask of `c`: `upper` is not a choice; allowed: none, ip, trim, "
       "lower"},
      {"{from: /a, type: text, mask: {method: truncate-ip, recover: seal}}",
       "f:4:59: the mask of `c`: truncate-ip takes no `recover`; allowed: method, normalize, "
       "empty"},
      {"{from: /a, type: bigint, mask: ipcrypt-pfx}",
       "f:4:33: column `c`: a masked value is a text, the type is bigint; allowed: text, "
       "varchar(N), inet; or write `mask: keep` or `mask: redact`"},
      {"{from: /a, type: varchar(38), mask: ipcrypt-pfx}",
       "f:4:19: column `c`: varchar(38) is too narrow: the longest token of ipcrypt-pfx has 39 "
       "characters; write varchar(39) or more, here and in the table"},
      {"{from: /a, type: varchar(67), mask: {method: aes-siv, normalize: ip}}",
       "f:4:19: column `c`: varchar(67) is too narrow: the longest token of aes-siv has 110 "
       "characters; write varchar(110) or more, here and in the table"},
      {"{from: /a, type: text, mask: {method: aes-siv, pad: 17}}",
       "f:4:60: `pad` of the mask of `c`: `17` is not a choice; allowed: 16, 32, 64"},
      {"{from: /a, type: text, mask: keep, default: x}",
       "f:4:43: column `c`: `default` can never be used, because the key must be there and not "
       "null; add `required: false` or `nullable: true`"},
      {"{from: /a, type: text, mask: keep, nullable: perhaps}",
       "f:4:53: column `c`: `nullable` `perhaps` is not a choice; allowed: true, false"},
      {"{from: $sent_at, type: text}",
       "f:4:25: column `c`: a time of the queue does not fit the type text; allowed: timestamptz, "
       "or date with `convert: date_utc`"},
      {"{from: $message_id, type: integer}",
       "f:4:28: column `c`: $message_id is a text, the type is integer; allowed: text, varchar(N), "
       "uuid"},
      {"{from: /a, type: text, mask: keep, form: 1}",
       "f:4:43: unknown key `form` in column `c`; allowed: from, type, convert, mask, required, "
       "nullable, default, dual_write; did you mean `from`?"},
      {"text",
       "f:4:5: column `c` must be a map; allowed: from, type, convert, mask, required, nullable, "
       "default, dual_write; write `key: value` lines below it"},
      {"{from: /a, type: text, mask: keep}\n    c: {from: /b, type: text, mask: keep}",
       "f:5:5: `c` stands twice in `table.columns`, first in line 4; remove one of them"},
      {"{from: /a, type: integer, mask: keep, nullable: true, default: x}",
       "f:4:62: column `c`: the default is not JSON; a text goes in double quotes"},
  };

  for (const auto& [column, want] : cases) {
    EXPECT_THAT(problems_of(with_column(column)), ElementsAre(want)) << column;
  }
}

TEST(ConfigLoad, finds_every_error_of_a_file_in_one_pass_and_in_its_order) {
  const std::string text = R"(queue: {protocol: jsn}
lanes: -1
table:
  name: t
  columns:
    a: {from: a, type: text, mask: keep}
    b: {from: /b, type: txt, mask: keep}
colour: blue
)";

  const auto problems = problems_of(text);

  ASSERT_EQ(problems.size(), 5U) << testing::PrintToString(problems);
  EXPECT_THAT(problems[0], testing::StartsWith("f:1:19: `queue.protocol`"));
  EXPECT_THAT(problems[1], testing::StartsWith("f:2:8: `lanes`"));
  EXPECT_THAT(problems[2], testing::StartsWith("f:6:15: column `a`"));
  EXPECT_THAT(problems[3], testing::StartsWith("f:7:25: column `b`"));
  EXPECT_THAT(problems[4], testing::StartsWith("f:8:1: unknown key `colour`"));
}

TEST(ConfigLoad, refuses_files_and_tables_beyond_all_use) {
  std::string columns;
  for (std::size_t i = 0; i <= columns_max; ++i) {
    columns += "    c" + std::to_string(i) + ": {from: /a, type: text, mask: keep}\n";
  }

  EXPECT_THAT(problems_of("table:\n  name: t\n  columns:\n" + columns),
              ElementsAre("f:3:3: `table.columns` has 1601 columns; allowed: 1600, as many as "
                          "Postgres takes"));
  EXPECT_THAT(problems_of(std::string(config_bytes_max + 1, '#')),
              ElementsAre("f:1:1: the file has 1048577 bytes; allowed: 1048576"));
}

TEST(ConfigLoad, lets_flags_go_before_variables_and_these_before_the_file) {
  CommandWorld world;
  world.variables = {{"QUEUE_URL", "http://variable/q"}, {"DATABASE_URL", "postgres://variable/d"}};
  const std::string text =
      "queue: {url: http://file/q}\ndatabase: {url: \"${UNSET}\"}\nlanes: 2\n" + sound;
  const Needs needs{.queue = Need::yes, .database = Need::yes};

  const auto from_variables =
      parse_config({.name = "f", .text = text}, {}, world.environment(), needs);
  const auto from_flags =
      parse_config({.name = "f", .text = text}, {.queue_url = "http://flag/q", .lanes = 5},
                   world.environment(), needs);

  ASSERT_TRUE(from_variables.ok()) << testing::PrintToString(from_variables.error().lines());
  EXPECT_EQ(from_variables.value().queue.url, "http://variable/q");
  EXPECT_EQ(from_variables.value().database.url.view(), "postgres://variable/d");
  EXPECT_EQ(from_variables.value().lanes.count, 2);
  ASSERT_TRUE(from_flags.ok());
  EXPECT_EQ(from_flags.value().queue.url, "http://flag/q");
  EXPECT_EQ(from_flags.value().lanes.count, 5);
}

TEST(ConfigLoad, asks_only_for_what_the_command_uses) {
  const std::string text = "database: {url: \"${UNSET}\"}\n" + sound;

  EXPECT_THAT(problems_of(text), ElementsAre());
  EXPECT_THAT(problems_of(text, {.queue = Need::yes, .database = Need::yes}),
              ElementsAre("f:1:1: `queue.url` is missing; set QUEUE_URL, give --queue-url, or "
                          "write it here",
                          "f:1:17: `database.url`: the variable UNSET is not set; set it, or write "
                          "${UNSET:-default}"));
}

}  // namespace
}  // namespace moretta::app
