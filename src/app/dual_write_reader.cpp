#include "app/dual_write_reader.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "app/column_type.hpp"
#include "app/mask_fit.hpp"
#include "app/mask_reader.hpp"
#include "app/settings.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

class DualWriteReader {
 public:
  DualWriteReader(const YamlReader::Entry& entry, const DualWriteOf& of, YamlReader& yaml)
      : entry_(entry),
        of_(of),
        yaml_(yaml),
        what_(fmt::format("`dual_write` of column `{}`", of.column.name)),
        second_{.column = of.column, .policy = of.policy} {}

  std::optional<SecondColumn> read() {
    std::vector<std::string_view> allowed;
    for (const KeyFacts& facts : dual_write_keys()) {
      allowed.push_back(facts.path);
    }
    entries_ = yaml_.entries(entry_.value, entry_.place, what_, allowed);
    if (!entry_.value.IsMap()) {
      return std::nullopt;
    }
    read_column();
    read_type();
    read_mask();
    read_key();
    check();
    return sound_ ? std::optional(std::move(second_)) : std::nullopt;
  }

 private:
  const YamlReader::Entry* find(std::string_view key) const {
    const auto found = std::ranges::find(entries_, key, &YamlReader::Entry::key);
    return found == entries_.end() ? nullptr : &*found;
  }

  void fault(Place place, const std::string& text) {
    yaml_.problem(place, fmt::format("{}: {}", what_, text));
    sound_ = false;
  }

  std::optional<Scalar> scalar(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr) {
      return std::nullopt;
    }
    auto scalar = yaml_.scalar(*entry, fmt::format("`{}` of {}", key, what_));
    sound_ = sound_ && scalar.has_value();
    return scalar;
  }

  void read_column() {
    if (find("column") == nullptr) {
      fault(entry_.place, fmt::format("`column` is missing: the second column, which gets the new "
                                      "tokens; write e.g. `column: {}_next`",
                                      of_.column.name));
      return;
    }
    if (const auto name = scalar("column")) {
      second_.column.name = name->text;
      if (!is_column_name(name->text)) {
        fault(name->place, fmt::format("its name is not one that Postgres takes; allowed: {} bytes",
                                       identifier_bytes_max));
      }
    }
  }

  void read_type() {
    const auto type = scalar("type");
    if (!type) {
      return;
    }
    const auto declared = parse_column_type(type->text);
    if (!declared) {
      fault(type->place, fmt::format("{} is not a type that moretta writes; allowed: {}",
                                     shown(*type), column_type_words));
      return;
    }
    second_.column.type = declared->type;
    second_.column.width = declared->width;
  }

  void read_mask() {
    const auto* mask = find("mask");
    if (mask == nullptr) {
      return;  // that of the first column, under another key
    }
    const auto policy = app::read_mask(*mask, fmt::format("{}` in `dual_write", of_.column.name),
                                       of_.domain, yaml_);
    sound_ = sound_ && policy.has_value();
    second_.policy = policy.value_or(second_.policy);
  }

  // Whether the keyset has it shows when the keys are read.
  void read_key() {
    const auto key = scalar("key");
    if (!key) {
      return;
    }
    const auto id = parse_int(key->text);
    if (!id || *id < 1 || *id > mask::key_id_max) {
      fault(key->place, fmt::format("`key` {} is not the number of a key; allowed: 1 to {}",
                                    shown(*key), mask::key_id_max));
      return;
    }
    second_.policy.key_id = *id;
  }

  void check() {
    if (!sound_) {
      return;
    }
    if (!mask::gives_tokens(of_.policy.method) || !mask::gives_tokens(second_.policy.method)) {
      fault(entry_.place,
            "both masks must give tokens, so that the old one leads to the new one; for anything "
            "else write a column of its own");
      return;
    }
    if (of_.policy.epoch != mask::Epoch::none || second_.policy.epoch != mask::Epoch::none) {
      fault(entry_.place,
            "tokens of an `epoch` are new each month, so that an old one leads to many new ones or "
            "many to one; change the mask without `dual_write`");
      return;
    }
    if (second_.policy == of_.policy) {
      fault(entry_.place,
            "the second token would be the first; name another `mask`, or the `key` "
            "that is to make it");
      return;
    }
    if (second_.policy.key_id != 0 && !mask::needs_key(second_.policy)) {
      fault(find("key")->place, fmt::format("{} takes no key; leave out `key`",
                                            mask::method_name(second_.policy.method)));
      return;
    }
    const int key_id = second_.policy.key_id == 0 ? of_.key_id : second_.policy.key_id;
    if (const auto wrong = misfit(second_.column, second_.policy, key_id)) {
      fault(entry_.place, wrong->text);
    }
  }

  const YamlReader::Entry& entry_;
  const DualWriteOf& of_;
  YamlReader& yaml_;
  std::string what_;
  SecondColumn second_;
  std::vector<YamlReader::Entry> entries_;
  bool sound_ = true;
};

}  // namespace

std::optional<SecondColumn> read_dual_write(const YamlReader::Entry& entry, const DualWriteOf& of,
                                            YamlReader& yaml) {
  return DualWriteReader(entry, of, yaml).read();
}

}  // namespace moretta::app
