#include "app/dual_write_reader.hpp"

#include <fmt/format.h>

#include "app/column_type.hpp"
#include "app/mask_fit.hpp"
#include "app/mask_reader.hpp"
#include "app/settings.hpp"
#include "app/yaml_map.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

class DualWriteReader {
 public:
  DualWriteReader(const YamlReader::Entry& entry, const DualWriteOf& of, YamlReader& yaml)
      : map_(entry, fmt::format("`dual_write` of column `{}`", of.column.name), yaml),
        of_(of),
        yaml_(yaml),
        second_{.column = of.column, .policy = of.policy} {}

  std::optional<SecondColumn> read() {
    if (!map_.read(dual_write_keys())) {
      return std::nullopt;
    }
    read_column();
    read_type();
    read_mask();
    read_key();
    check();
    return map_.is_sound() ? std::optional(std::move(second_)) : std::nullopt;
  }

 private:
  void read_column() {
    if (map_.find("column") == nullptr) {
      map_.fault(map_.place(),
                 fmt::format("`column` is missing: the second column, which gets the new "
                             "tokens; write e.g. `column: {}_next`",
                             of_.column.name));
      return;
    }
    if (const auto name = map_.scalar("column")) {
      second_.column.name = name->text;
      if (!is_column_name(name->text)) {
        map_.fault(name->place,
                   fmt::format("its name is not one that Postgres takes; allowed: {} bytes",
                               identifier_bytes_max));
      }
    }
  }

  void read_type() {
    if (const auto declared = read_column_type(map_)) {
      second_.column.type = declared->type;
      second_.column.width = declared->width;
    }
  }

  void read_mask() {
    const auto* mask = map_.find("mask");
    if (mask == nullptr) {
      return;  // that of the first column, under another key
    }
    const auto policy = app::read_mask(*mask, fmt::format("{}` in `dual_write", of_.column.name),
                                       of_.domain, yaml_);
    if (!policy) {
      map_.spoil();
    }
    second_.policy = policy.value_or(second_.policy);
  }

  // Whether the keyset has it shows when the keys are read.
  void read_key() {
    const auto key = map_.scalar("key");
    if (!key) {
      return;
    }
    const auto id = parse_int(key->text);
    if (!id || *id < 1 || *id > mask::key_id_max) {
      map_.fault(key->place, fmt::format("`key` {} is not the number of a key; allowed: 1 to {}",
                                         shown(*key), mask::key_id_max));
      return;
    }
    second_.policy.key_id = *id;
  }

  void check() {
    if (!map_.is_sound()) {
      return;
    }
    if (!mask::gives_tokens(of_.policy.method) || !mask::gives_tokens(second_.policy.method)) {
      map_.fault(
          map_.place(),
          "both masks must give tokens, so that the old one leads to the new one; for anything "
          "else write a column of its own");
      return;
    }
    if (of_.policy.epoch != mask::Epoch::none || second_.policy.epoch != mask::Epoch::none) {
      map_.fault(
          map_.place(),
          "tokens of an `epoch` are new each month, so that an old one leads to many new ones or "
          "many to one; change the mask without `dual_write`");
      return;
    }
    if (second_.policy == of_.policy) {
      map_.fault(map_.place(),
                 "the second token would be the first; name another `mask`, or the `key` "
                 "that is to make it");
      return;
    }
    if (second_.policy.key_id != 0 && !mask::needs_key(second_.policy)) {
      map_.fault(map_.find("key")->place, fmt::format("{} takes no key; leave out `key`",
                                                      mask::method_name(second_.policy.method)));
      return;
    }
    const int key_id = second_.policy.key_id == 0 ? of_.key_id : second_.policy.key_id;
    if (const auto wrong = misfit(second_.column, second_.policy, key_id)) {
      map_.fault(map_.place(), wrong->text);
    }
  }

  YamlMap map_;
  const DualWriteOf& of_;
  YamlReader& yaml_;
  SecondColumn second_;
};

}  // namespace

std::optional<SecondColumn> read_dual_write(const YamlReader::Entry& entry, const DualWriteOf& of,
                                            YamlReader& yaml) {
  return DualWriteReader(entry, of, yaml).read();
}

}  // namespace moretta::app
