#include <algorithm>
#include <numeric>
#include <ostream>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/key_rows.hpp"
#include "app/key_share.hpp"
#include "app/key_source.hpp"
#include "app/keyset_file.hpp"
#include "app/new_file.hpp"
#include "app/secret_source.hpp"
#include "app/text_table.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "mask/keyset_json.hpp"
#include "mask/passphrase.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr int cell_columns_max = 40;

std::string day_text(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(second.time_since_epoch().count()));
}

// Where the material is, for people.
std::string place_of(const mask::KeyEntry& entry) {
  if (entry.state == mask::KeyState::destroyed) {
    return "gone";
  }
  if (!entry.wrapped.empty()) {
    return "wrapped";
  }
  return entry.ref.empty() ? "here" : entry.ref;
}

std::string json_of(const mask::Keyset& keys) {
  std::string out = fmt::format(R"({{"min_read_id":{},"keys":[)", keys.min_read_id());
  const char* separator = "";
  for (const mask::KeyEntry& entry : keys.entries()) {
    const std::string period =
        entry.period ? fmt::format(R"(,"period":"{}")", mask::period_text(*entry.period)) : "";
    out += fmt::format(R"({}{{"id":{},"state":"{}","created":"{}","kcv":"{}","place":{}{}}})",
                       separator, entry.id, mask::name_of(entry.state), day_text(entry.created),
                       entry.kcv, json_string(place_of(entry)), period);
    separator = ",";
  }
  return out + "]}\n";
}

std::string table_of(const mask::Keyset& keys) {
  const bool has_periods = std::ranges::any_of(
      keys.entries(), [](const mask::KeyEntry& entry) { return entry.period.has_value(); });
  std::vector<std::vector<std::string>> rows = {{"id", "state", "created", "kcv", "material"}};
  if (has_periods) {
    rows.front().emplace_back("month");
  }
  for (const mask::KeyEntry& entry : keys.entries()) {
    rows.push_back({std::to_string(entry.id), std::string(mask::name_of(entry.state)),
                    day_text(entry.created), entry.kcv, place_of(entry)});
    if (has_periods) {
      rows.back().push_back(entry.period ? mask::period_text(*entry.period) : "");
    }
  }
  return text_table(rows, 0, cell_columns_max);
}

int show(const mask::Keyset& keys, const KeysOptions& options, World& world) {
  world.out << (options.output == Output::json ? json_of(keys) : table_of(keys));
  return exit_done;
}

// Made here, or taken from --from.
mask::KeyEntry new_entry(int id, const KeysOptions& options, World& world) {
  mask::MasterKey key{.id = id, .bytes = SecretBytes(mask::master_key_bytes)};
  if (options.from.empty()) {
    world.random.fill(key.bytes.bytes());
  } else {
    auto read = read_master_key({.place = options.from, .id = id, .passphrase = options.passphrase},
                                world.environment);
    if (!read) {
      throw Refused("cannot take that key: " + read.error(), "see docs/keys.md");
    }
    forget_key(options.from, world);
    key = std::move(read).value();
  }
  mask::KeyEntry entry{.id = id, .created = world.clock.wall()};
  entry.kcv = mask::key_check_value(key);
  entry.key = std::move(key);
  return entry;
}

void expect(const Result<Done, std::string>& result) {
  if (!result) {
    throw Refused("cannot do that: " + result.error(), "`moretta keys list` shows what there is");
  }
}

int create(const KeysOptions& options, World& world) {
  mask::KeyEntry entry = new_entry(options.id == 0 ? 1 : options.id, options, world);
  entry.state = mask::KeyState::primary;
  std::vector<mask::KeyEntry> entries;
  entries.push_back(std::move(entry));
  const auto keys = mask::Keyset::make(std::move(entries));
  if (!keys) {
    throw Refused("cannot make that keyset: " + keys.error(), "see docs/keys.md");
  }
  KeysetFile::create(options.keyset, keys.value());
  world.err << fmt::format(
      "made {}; keep a copy in a safe place: without it nothing can be recovered\n",
      options.keyset);
  return show(keys.value(), options, world);
}

std::string counted_text(const std::vector<KeyRows>& rows) {
  std::string text;
  for (const KeyRows& place : rows) {
    text += fmt::format("{}{}{} in {}", text.empty() ? "" : ", ",
                        place.is_upper_bound && place.rows > 0 ? "up to " : "", place.rows,
                        place.place);
  }
  return text;
}

// The one who destroys a key has to know what goes with it, and says so by the number of rows.
void expect_rows_known(const KeysOptions& options, World& world) {
  if (options.counting == Counting::skip) {
    return;
  }
  const Config config = load_config(options.overrides, world.environment, {.database = Need::yes});
  const auto rows = rows_under_key(config, options.id);
  const std::int64_t total =
      std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                      [](std::int64_t sum, const KeyRows& place) { return sum + place.rows; });
  if (options.rows != total) {
    throw Refused(
        fmt::format("key {} is not destroyed: {} values are still under it ({})", options.id, total,
                    counted_text(rows)),
        fmt::format("they could never be recovered again; if that is meant: --rows {}", total));
  }
}

mask::Period month_of(const std::string& text) {
  const auto month = mask::parse_period(text);
  if (!month) {
    throw Refused("cannot make the key of a month: that is none",
                  "write a month of UTC as 2026-11");
  }
  return *month;
}

bool has_month(const mask::Keyset& keys, mask::Period month) {
  return std::ranges::find(keys.entries(), std::optional(month), &mask::KeyEntry::period) !=
         keys.entries().end();
}

// A key for each month that never had one: run again, it makes what is missing.
Result<Done, std::string> add_months(mask::Keyset& keys, const KeysOptions& options, World& world) {
  const mask::Period last = month_of(options.until.empty() ? options.month : options.until);
  const std::size_t before = keys.entries().size();
  for (mask::Period month = month_of(options.month); month <= last;
       month += std::chrono::months(1)) {
    if (has_month(keys, month)) {
      continue;
    }
    mask::KeyEntry entry = new_entry(keys.next_id(), options, world);
    entry.period = month;
    if (auto added = keys.add(std::move(entry)); !added) {
      return added;
    }
  }
  return keys.entries().size() > before
             ? Result<Done, std::string>(Done{})
             : Failure{fmt::format("no month of {} to {} is without a key", options.month,
                                   mask::period_text(last))};
}

Result<Done, std::string> change(mask::Keyset& keys, const KeysOptions& options, World& world) {
  switch (options.action) {
    case KeysAction::add:
      if (!options.month.empty()) {
        return add_months(keys, options, world);
      }
      return keys.add(new_entry(options.id == 0 ? keys.next_id() : options.id, options, world));
    case KeysAction::promote:
      return keys.promote(options.id);
    case KeysAction::disable:
      return keys.disable(options.id);
    case KeysAction::enable:
      return keys.enable(options.id);
    case KeysAction::floor:
      return keys.set_min_read_id(options.id);
    case KeysAction::destroy:
      return keys.destroy(options.id);
    default:
      return Done{};
  }
}

int split(const KeysOptions& options, World& world) {
  if (!is_secret_reference(options.from)) {
    throw Refused("cannot split that: it is not the place of a secret",
                  fmt::format("write one of {}", secret_places));
  }
  const auto secret = read_secret(options.from, world.environment, mask::keyset_bytes_max);
  if (!secret) {
    throw Refused("cannot split that: " + secret.error(), "see docs/keys.md");
  }
  const Shares shares = make_shares(secret.value(), world.random);
  write_file({.path = options.shares.at(0), .readers = Readers::owner}, shares.one.view());
  write_file({.path = options.shares.at(1), .readers = Readers::owner}, shares.other.view());
  world.err << fmt::format(
      "made {} and {}: give them to two people, keep a copy of each, and destroy {}\n",
      options.shares[0], options.shares[1], options.from);
  return exit_done;
}

int print_passphrase(World& world) {
  std::string salt(salt_bytes, '\0');
  world.random.fill(std::as_writable_bytes(std::span(salt)));
  world.out << mask::scrypt_text({.salt = salt}) << '\n';
  return exit_done;
}

}  // namespace

int keys(const KeysOptions& options, World& world) {
  if (options.action == KeysAction::passphrase) {
    return print_passphrase(world);
  }
  if (options.action == KeysAction::split) {
    return split(options, world);
  }
  if (options.action == KeysAction::create) {
    return create(options, world);
  }
  KeysetFile file(options.keyset);
  if (options.action == KeysAction::list) {
    return show(file.keys(), options, world);
  }
  if (options.action == KeysAction::destroy) {
    expect_rows_known(options, world);
  }
  expect(change(file.keys(), options, world));
  file.save();
  return show(file.keys(), options, world);
}

}  // namespace moretta::app
