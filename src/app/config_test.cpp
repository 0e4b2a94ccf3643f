#include "app/config.hpp"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/config_load.hpp"
#include "app/presets.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

Table table_of(std::string_view preset) {
  const CommandWorld world;
  auto config = parse_config({.name = "f", .text = std::string(preset_text(preset))}, {},
                             world.environment(), {});
  EXPECT_TRUE(config.ok());
  return std::move(config).value().table;
}

TEST(Fingerprint, stays_the_same_from_version_to_version) {
  // Quarantine records hold it. If these change, records of before can no longer be told apart.
  EXPECT_EQ(fingerprint(table_of("logins")), "2d079a1a1e37231e");
  EXPECT_EQ(fingerprint(table_of("logins-keyed")), "f90c20857e04b4db");
}

TEST(Fingerprint, changes_with_everything_that_changes_a_row) {
  std::set<std::string> seen;
  const auto add = [&](auto change) {
    Table table = table_of("logins");
    change(table);
    EXPECT_TRUE(seen.insert(fingerprint(table)).second);
  };

  add([](Table&) {});
  add([](Table& t) { t.name = "other"; });
  add([](Table& t) { t.mapping[0].name = "other"; });
  add([](Table& t) { t.mapping[0].pointer = "/other"; });
  add([](Table& t) { t.mapping[0].type = ColumnType::text; });
  add([](Table& t) { t.mapping[0].width = 1; });
  add([](Table& t) { t.mapping[0].convert = Convert::date_utc; });
  add([](Table& t) { t.mapping[0].required = false; });
  add([](Table& t) { t.mapping[0].nullable = true; });
  add([](Table& t) { t.mapping[0].default_text = ""; });
  add([](Table& t) { t.mapping[0].default_text = "null"; });
  add([](Table& t) { t.mapping[0].origin = Origin::message_id; });
  add([](Table& t) { t.policies[0].method = mask::Method::redact; });
  add([](Table& t) { t.policies[0].domain = "other"; });
  add([](Table& t) { t.policies[0].recover = mask::Recover::aes_siv; });
  add([](Table& t) { t.policies[0].encoding = mask::Encoding::hex; });
  add([](Table& t) { t.policies[0].bits = 128; });
  add([](Table& t) { t.policies[0].bare = true; });
  add([](Table& t) { t.policies[0].pad_bytes = 16; });
  add([](Table& t) { t.policies[0].constant = ""; });
  add([](Table& t) { t.policies[0].normalize = mask::Normalize::trim; });
  add([](Table& t) { t.policies[0].empty = mask::Empty::null; });
  add([](Table& t) { t.policies[0].alphabet = mask::Alphabet::hex; });
  add([](Table& t) { t.policies[0].pattern = "######"; });
  add([](Table& t) { t.policies[0].keep_first = 1; });
  add([](Table& t) { t.policies[0].keep_last = 1; });
  add([](Table& t) { t.policies[0].mask_char = 'x'; });
  add([](Table& t) { t.policies[0].bucket_size = 10; });
  add([](Table& t) { t.policies[0].key_id = 2; });
  add([](Table& t) { t.policies[0].epoch = mask::Epoch::month; });
  add([](Table& t) { std::swap(t.mapping[0], t.mapping[1]); });
}

TEST(Presets, are_what_the_first_table_takes) {
  for (const Preset& preset : presets()) {
    std::string declared;
    for (const Column& column : table_of(preset.name).mapping) {
      declared += column.name + " " + declared_type(column) + ", ";
    }
    EXPECT_EQ(declared,
              "user_id varchar(128), device_type varchar(32), masked_ip varchar(256), "
              "masked_device_id varchar(256), locale varchar(32), app_version integer, "
              "create_date date, ")
        << preset.name;
  }
}

TEST(Presets, are_the_files_of_examples) {
  for (const Preset& preset : presets()) {
    EXPECT_EQ(preset.text,
              read_whole(in_source_tree(fmt::format("examples/{}.yaml", preset.name))));
  }
}

}  // namespace
}  // namespace moretta::app
