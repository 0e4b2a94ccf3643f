#include "app/config_load.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/cases/case_reader.hpp"
#include "app/column_keys.hpp"
#include "app/column_reader.hpp"
#include "app/database_login.hpp"
#include "app/found_file.hpp"
#include "app/interpolate.hpp"
#include "app/key_source.hpp"
#include "app/presets.hpp"
#include "app/redact.hpp"
#include "app/secret_source.hpp"
#include "app/settings.hpp"
#include "app/yaml_document.hpp"
#include "app/yaml_reader.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view columns_path = "table.columns";
constexpr std::string_view tests_path = "tests";
constexpr std::string_view default_config_file = "moretta.yaml";
constexpr Place whole_file{.line = 1, .column = 1};

// The names that may follow `prefix` in a path: of "table.", `name` and `columns`.
std::vector<std::string_view> names_below(std::string_view prefix) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view path) {
    if (!path.starts_with(prefix)) {
      return;
    }
    const std::string_view name =
        path.substr(prefix.size(), path.find('.', prefix.size()) - prefix.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  };
  for (const Setting& setting : settings()) {
    add(setting.facts.path);
    if (setting.facts.path == "table.name") {
      add(columns_path);
    }
  }
  add(tests_path);
  return names;
}

struct OutsideValue {
  std::string origin;  // the flag or variable
  std::string text;
};

using OutsideValues = std::map<std::string, OutsideValue>;  // by path

// What goes before the file: variables, and before them flags.
OutsideValues values_from_outside(const Overrides& overrides, const Environment& environment) {
  OutsideValues values;
  const auto put = [&](const char* path, const char* origin,
                       const std::optional<std::string>& text) {
    if (text && !text->empty()) {
      values[path] = {.origin = origin, .text = *text};
    }
  };
  put("queue.url", "QUEUE_URL", environment("QUEUE_URL"));
  put("queue.url", "--queue-url", overrides.queue_url);
  put("database.url", "DATABASE_URL", environment("DATABASE_URL"));
  put("database.url", "--database-url", overrides.database_url);
  put("log.level", "--log-level", overrides.log_level);
  put("log.format", "--log-format", overrides.log_format);
  if (overrides.lanes) {
    put("lanes", "--lanes", std::to_string(*overrides.lanes));
  }
  return values;
}

class ConfigReader {
 public:
  ConfigReader(const ConfigText& source, const Overrides& overrides, const Environment& environment,
               const Needs& needs)
      : environment_(environment),
        needs_(needs),
        outside_(values_from_outside(overrides, environment)),
        problems_(source.name),
        yaml_(problems_, environment) {
    config_.file = source.name;
  }

  void read_file(const std::string& text) {
    if (text.size() > config_bytes_max) {
      problems_.add(whole_file, fmt::format("the file has {} bytes; allowed: {}", text.size(),
                                            config_bytes_max));
      return;
    }
    try {
      const auto [root, second] = load_document(text);
      if (second) {
        problems_.add({.line = second->line + 1, .column = second->column + 1},
                      "a second document starts here; allowed: one; remove the `---`");
      }
      if (!root.IsDefined() || root.IsNull()) {
        problems_.add(whole_file, "the file is empty; start with `moretta init --preset logins`");
        return;
      }
      read_map(root, whole_file, "");
    } catch (const YAML::Exception& error) {
      // The parser stops at its first error; its texts are fixed and hold nothing of the file.
      problems_.add({.line = error.mark.line + 1, .column = error.mark.column + 1},
                    fmt::format("this is not YAML: {}; check the indentation, and put values with "
                                "special characters in quotes",
                                error.msg));
    }
    if (columns_) {
      read_columns(*columns_, config_.keys.id, yaml_, config_.table);
    }
    if (tests_) {
      config_.cases = read_cases(*tests_, config_.table.mapping, yaml_);
    }
  }

  Result<Config, Problems> finish() {
    for (const auto& [path, value] : outside_) {
      set_from_outside(path, value.text, value.origin);
    }
    require_what_is_needed();
    check_business_key();
    check_payloads();
    resolve_database();
    resolve_login();
    resolve_key();
    if (!problems_.empty()) {
      return Failure{std::move(problems_)};
    }
    return std::move(config_);
  }

 private:
  void read_map(const YAML::Node& map, Place place, const std::string& prefix) {
    const std::string what =
        prefix.empty() ? "the file" : fmt::format("`{}`", prefix.substr(0, prefix.size() - 1));
    for (const auto& entry : yaml_.entries(map, place, what, names_below(prefix))) {
      const std::string path = prefix + entry.key;
      places_[path] = entry.place;
      if (path == columns_path) {
        columns_ = entry;
      } else if (path == tests_path) {
        tests_ = entry;
      } else if (const Setting* setting = find_setting(path)) {
        read_setting(*setting, entry);
      } else {
        read_map(entry.value, entry.place, path + ".");
      }
    }
  }

  [[nodiscard]] Need need_of(Part part) const {
    switch (part) {
      case Part::queue:
        return needs_.queue;
      case Part::database:
        return needs_.database;
      case Part::key:
        return needs_.key == KeyUse::none ? Need::no : Need::yes;
      case Part::every_command:
        return Need::yes;
    }
    return Need::yes;
  }

  void read_setting(const Setting& setting, const YamlReader::Entry& entry) {
    const std::string path(setting.facts.path);
    const bool used = need_of(setting.part) == Need::yes && !outside_.contains(path);
    const std::string what = fmt::format("`{}`", path);
    const auto scalar =
        yaml_.scalar(entry, what, used ? UnsetVariables::refuse : UnsetVariables::leave_empty);
    if (!scalar) {
      faulty_.insert(path);
      return;
    }
    places_[path] = scalar->place;
    if (path == "database.url" && holds_literal_password(scalar->raw)) {
      note_fault(path, scalar->place,
                 "`database.url` holds a password, and the file may be read by others; allowed: "
                 "env:NAME, file:PATH, or ${NAME} in its place; write `url: env:DATABASE_URL`");
      return;
    }
    if (const auto fault = setting.set(*scalar, config_)) {
      note_fault(path, scalar->place, fmt::format("{}: {}", what, *fault));
    }
  }

  // Variables are stood in for by a mark that no password consists of.
  static bool holds_literal_password(std::string_view raw) {
    constexpr char mark = '\x01';
    const auto marked = interpolate(raw, [](std::string_view) { return std::string(1, mark); });
    const std::string passwords = passwords_in(marked.text);
    return std::any_of(passwords.begin(), passwords.end(), [](char c) { return c != mark; }) ||
           default_holds_password(raw);
  }

  static bool default_holds_password(std::string_view raw) {
    const auto bare = interpolate(raw, [](std::string_view) { return std::nullopt; });
    return !bare.text.empty() && !passwords_in(bare.text).empty();
  }

  void set_from_outside(std::string_view path, const std::optional<std::string>& value,
                        std::string_view origin) {
    if (!value || value->empty()) {
      return;
    }
    const Setting* setting = find_setting(path);
    ENSURE(setting != nullptr);
    places_[std::string(path)] = {};
    // `raw` is left empty, because what it holds may be shown.
    if (const auto fault = setting->set({.place = {}, .raw = {}, .text = *value}, config_)) {
      note_fault(path, {}, fmt::format("{}: {}", origin, *fault));
    }
  }

  void note_fault(std::string_view path, Place place, std::string text) {
    faulty_.insert(std::string(path));
    problems_.add(place, std::move(text));
  }

  // The place of a key, or of the map around it.
  Place place_near(const std::string& path) const {
    if (const auto found = places_.find(path); found != places_.end()) {
      return found->second;
    }
    const auto outer = places_.find(path.substr(0, path.find('.')));
    return outer == places_.end() ? whole_file : outer->second;
  }

  void require_what_is_needed() {
    if (problems_.empty() && config_.table.name.empty()) {
      problems_.add(place_near("table.name"), "`table.name` is missing; write `table: {name: …}`");
    }
    if (problems_.empty() && !columns_) {
      problems_.add(place_near("table.columns"),
                    "`table.columns` is missing; write `name: {from: /name, type: …, mask: …}` "
                    "lines below it");
    }
    if (needs_.queue == Need::yes && config_.queue.url.empty() && !faulty_.contains("queue.url")) {
      problems_.add(place_near("queue.url"),
                    "`queue.url` is missing; set QUEUE_URL, give --queue-url, or write it here");
    }
    if (needs_.database == Need::yes && config_.database.url.empty() &&
        !faulty_.contains("database.url")) {
      problems_.add(place_near("database.url"),
                    "`database.url` is missing; set DATABASE_URL, give --database-url, or write "
                    "`url: env:NAME` here");
    }
  }

  void check_business_key() {
    const BusinessKey& key = config_.table.key;
    if (!problems_.empty()) {
      return;
    }
    for (const std::string& name : key.columns) {
      if (std::ranges::find(config_.table.mapping, name, &Column::name) ==
          config_.table.mapping.end()) {
        problems_.add(place_near("table.key"),
                      "`table.key` names a column that `table.columns` does not have");
      }
    }
    if (key.settles_conflicts() && key.columns.empty()) {
      problems_.add(place_near("table.on_conflict"),
                    "`table.on_conflict` needs to know the business key; write `key: …` beside it");
    }
    if (key.settles_conflicts() && config_.ledger == Ledger::off) {
      problems_.add(place_near("table.on_conflict"),
                    "`table.on_conflict` needs the ledger, which tells a conflict from a message "
                    "that came twice; take `ledger: off` out");
    }
  }

  // A message that comes again, or is left to the redrive policy, would find its object gone.
  void check_payloads() {
    if (config_.payloads.after == AfterStored::erase &&
        (config_.ledger == Ledger::off || config_.on_reject == OnReject::leave)) {
      problems_.add(place_near("payloads.after"),
                    "`payloads.after: delete` needs the ledger and `on_reject: quarantine`");
    }
  }

  void resolve_database() {
    const std::string reference(config_.database.url.view());
    if (!is_secret_reference(reference)) {
      if (!reference.empty() && reference.find("://") == std::string::npos &&
          reference.find('=') == std::string::npos) {
        problems_.add(place_near("database.url"),
                      "`database.url`: this is not a connection string; write "
                      "postgresql://USER@HOST:PORT/DATABASE, env:NAME or file:PATH");
      }
      return;
    }
    if (needs_.database == Need::no) {
      return;
    }
    auto url = read_secret(reference, environment_);
    if (!url) {
      problems_.add(place_near("database.url"), fmt::format("`database.url`: {}", url.error()));
      return;
    }
    if (may_change(reference) && config_.database.password.empty()) {
      config_.database.login = std::make_unique<SecretLogin>(
          reference, SecretHolds::connection, environment_,
          read_database_secret(url.value().clone(), SecretHolds::connection));
    }
    config_.database.url = connection_text(std::move(url).value());
  }

  // Who is asked for the password at each connect, if it is not simply in the URL.
  void resolve_login() {
    const Database& database = config_.database;
    if (needs_.database == Need::no || !problems_.empty()) {
      return;
    }
    if (database.auth == DatabaseAuth::rds_iam) {
      const std::string fault =
          database.password.empty()
              ? rds_iam_fault(pg::Conninfo(database.url.view()))
              : "auth: rds-iam makes the password itself; leave out `database.password`";
      if (!fault.empty()) {
        problems_.add(place_near("database.auth"), fmt::format("`database.auth`: {}", fault));
        return;
      }
      config_.database.login = std::make_unique<RdsIamLogin>(environment_);
    } else if (!database.password.empty()) {
      config_.database.login =
          std::make_unique<SecretLogin>(database.password, SecretHolds::password, environment_);
    }
  }

  [[nodiscard]] bool wants_key() const {
    switch (needs_.key) {
      case KeyUse::none:
        return false;
      case KeyUse::tokens:
        return needs_key(without_vault(config_.table));
      case KeyUse::all:
        return needs_key(config_.table) || config_.on_reject == OnReject::quarantine;
    }
    return true;
  }

  void resolve_key() {
    const Place place = place_near("keys.secret");
    if (!is_secret_reference(config_.keys.secret)) {
      problems_.add(place,
                    fmt::format("`keys.secret` must say where the key is, never the key itself; "
                                "allowed: {}; write `secret: env:SECRET_KEY`",
                                secret_places));
      return;
    }
    if (!wants_key()) {
      return;
    }
    auto keyset = read_keyset({.place = config_.keys.secret,
                               .id = config_.keys.id,
                               .passphrase = config_.keys.passphrase},
                              environment_);
    if (!keyset) {
      problems_.add(place, fmt::format("`keys.secret`: {}", keyset.error()));
      return;
    }
    config_.keys.master = keyset.value().primary().clone();
    config_.keys.set = std::move(keyset).value();
    take_id(config_.keys.master->id);
    for (std::string& fault : column_key_faults(config_.table, *config_.keys.set)) {
      problems_.add(columns_->place, std::move(fault));
    }
  }

  // A keyset says which of its keys makes tokens; the id's digits stand in them and count.
  void take_id(int id) {
    if (id == config_.keys.id) {
      return;
    }
    config_.keys.id = id;
    if (problems_.empty()) {
      config_.table.mapping.clear();
      config_.table.policies.clear();
      config_.table.dual_writes.clear();
      read_columns(*columns_, id, yaml_, config_.table);
    }
  }

  const Environment& environment_;
  Needs needs_;
  OutsideValues outside_;
  Problems problems_;
  YamlReader yaml_;
  Config config_;
  std::optional<YamlReader::Entry> columns_;
  std::optional<YamlReader::Entry> tests_;
  std::map<std::string, Place> places_;
  std::set<std::string> faulty_;  // paths that have a problem of their own already
};

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(config_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    throw BadConfig(fmt::format(
        "cannot read {}: no such file, or no right to read it; name one with --config or "
        "MORETTA_CONFIG, make one with `moretta init --preset logins --output {}`",
        path, default_config_file));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// For places without files: a function's environment, a parameter store.
std::string read_reference(const std::string& reference, const Environment& environment) {
  auto text = read_secret(reference, environment, config_bytes_max);
  if (!text) {
    throw BadConfig("MORETTA_CONFIG: " + text.error());
  }
  return std::string(text.value().view());
}

}  // namespace

Result<Config, Problems> parse_config(const ConfigText& source, const Overrides& overrides,
                                      const Environment& environment, const Needs& needs) {
  ConfigReader reader(source, overrides, environment, needs);
  reader.read_file(source.text);
  return reader.finish();
}

ConfigText read_config(const Overrides& overrides, const Environment& environment) {
  if (overrides.preset) {
    return {.name = "preset " + *overrides.preset,
            .text = std::string(preset_text(*overrides.preset))};
  }
  std::string path = overrides.config.value_or("");
  if (path.empty()) {
    path = environment("MORETTA_CONFIG").value_or("");
    if (path.find('\n') != std::string::npos) {
      return {.name = "MORETTA_CONFIG", .text = path};
    }
    if (is_secret_reference(path)) {
      return {.name = "MORETTA_CONFIG", .text = read_reference(path, environment)};
    }
  }
  if (path.empty()) {
    path = default_config_file;
    // Whoever wrote it chose the commands that it names. With --config somebody here did.
    if (const auto why = why_not_taken(path)) {
      throw BadConfig(
          fmt::format("will not take {} from this directory unasked: {}; if you trust it, "
                      "say --config {}",
                      path, *why, path));
    }
  }
  return {.name = path, .text = read_text(path)};
}

Config load_config(const Overrides& overrides, const Environment& environment, const Needs& needs) {
  const ConfigText source = read_config(overrides, environment);
  auto config = parse_config(source, overrides, environment, needs);
  if (!config) {
    throw BadConfig(config.error());
  }
  return std::move(config).value();
}

}  // namespace moretta::app
