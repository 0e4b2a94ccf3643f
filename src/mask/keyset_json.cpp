#include "mask/keyset_json.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "record/rfc3339.hpp"

namespace moretta::mask {

namespace {

namespace json = simdjson::ondemand;

constexpr std::int64_t format_version = 1;
constexpr std::size_t text_chars_max = 1024;  // of one value: a wrapped key or an ARN is shorter
constexpr std::int64_t micros_per_milli = 1000;

using Fault = std::optional<std::string>;

constexpr std::array<std::string_view, 3> top_members = {"version", "min_read_id", "keys"};
constexpr std::array<std::string_view, 9> key_members = {
    "id", "state", "created", "kcv", "material", "wrapped", "ref", "ascii_ok", "period"};

// The characters between the quotes, where they stand. Nothing in a keyset needs an escape, and
// resolving one would copy a key into the parser's memory.
std::optional<std::string_view> between_quotes(json::raw_json_string raw) {
  const std::string_view rest(raw.raw(), text_chars_max + 1);
  const std::size_t end = rest.find_first_of("\"\\");
  return end == std::string_view::npos || rest[end] == '\\' ? std::nullopt
                                                            : std::optional(rest.substr(0, end));
}

std::optional<std::string_view> text_of_value(json::value value) {
  json::raw_json_string raw;
  return value.get_raw_json_string().get(raw) == simdjson::SUCCESS ? between_quotes(raw)
                                                                   : std::nullopt;
}

template <std::size_t Count>
std::optional<std::size_t> place_of(std::string_view name,
                                    const std::array<std::string_view, Count>& names) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? std::nullopt
                              : std::optional(static_cast<std::size_t>(found - names.begin()));
}

// Goes once through the members of an object: each is one of `names`, none comes twice. `take`
// gives what is wrong with one.
template <std::size_t Count, typename Take>
Fault each_member(json::object object, const std::array<std::string_view, Count>& names,
                  std::bitset<Count>& seen, const Take& take) {
  for (auto member : object) {
    json::raw_json_string key;
    json::value value;
    if (member.key().get(key) != simdjson::SUCCESS ||
        member.value().get(value) != simdjson::SUCCESS) {
      return "it is not JSON";
    }
    const auto name = between_quotes(key);
    const auto place = name ? place_of(*name, names) : std::nullopt;
    if (!place) {
      return fmt::format("it has a member that is none of {}", fmt::join(names, ", "));
    }
    if (seen.test(*place)) {
      return fmt::format("`{}` stands twice", names[*place]);
    }
    seen.set(*place);
    if (Fault fault = take(*place, value)) {
      return fault;
    }
  }
  return std::nullopt;
}

Fault read_number(json::value value, std::string_view name, int& out) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS || !std::in_range<int>(number)) {
    return fmt::format("`{}` is not a whole number in range", name);
  }
  out = static_cast<int>(number);
  return std::nullopt;
}

// One key of the file while it is read.
class KeyReader {
 public:
  Fault read(json::object object) {
    const auto take = [this](std::size_t place, json::value value) {
      return this->take(key_members[place], value);
    };
    if (Fault fault = each_member(object, key_members, seen_, take)) {
      return fault;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      if (!seen_.test(i)) {
        return fmt::format("`{}` is missing", key_members[i]);
      }
    }
    if (material_) {
      entry_.key = MasterKey{.id = entry_.id, .bytes = std::move(*material_)};
    }
    return std::nullopt;
  }

  [[nodiscard]] bool knows_its_id() const { return seen_.test(0); }
  KeyEntry& entry() { return entry_; }

 private:
  Fault take(std::string_view name, json::value value) {
    if (name == "id") {
      return read_number(value, name, entry_.id);
    }
    if (name == "ascii_ok") {
      bool allowed = false;
      entry_.printable = value.get_bool().get(allowed) == simdjson::SUCCESS && allowed
                             ? Printable::allow
                             : Printable::refuse;
      return allowed ? std::nullopt : Fault("`ascii_ok` may only be true");
    }
    const auto text = text_of_value(value);
    if (!text || text->empty()) {
      return fmt::format("`{}` is not a text of 1 to {} characters without escapes", name,
                         text_chars_max);
    }
    return take_text(name, *text);
  }

  Fault take_text(std::string_view name, std::string_view text) {
    if (name == "state") {
      const auto state = key_state_of(text);
      entry_.state = state.value_or(KeyState::disabled);
      return state ? std::nullopt
                   : Fault("`state` is none of primary, active, disabled, destroyed");
    }
    if (name == "created") {
      const auto micros = micros_of(text);
      entry_.created = WallTime(Millis(micros.value_or(0) / micros_per_milli));
      return micros ? std::nullopt : Fault("`created` is not a time such as 2026-11-01T00:00:00Z");
    }
    if (name == "period") {
      entry_.period = parse_period(text);
      return entry_.period ? std::nullopt : Fault("`period` is not a month such as 2026-11");
    }
    if (name == "material") {
      return take_material(text);
    }
    (name == "kcv" ? entry_.kcv : name == "wrapped" ? entry_.wrapped : entry_.ref) = text;
    return name == "wrapped" && !from_base64(text) ? Fault("`wrapped` is not base64")
                                                   : std::nullopt;
  }

  Fault take_material(std::string_view text) {
    auto decoded = from_base64url(text);
    if (!decoded || decoded->size() != master_key_bytes) {
      if (decoded) {
        wipe(*decoded);
      }
      return "`material` is not base64url of 32 bytes";
    }
    material_.emplace(std::string_view(*decoded));
    wipe(*decoded);
    return std::nullopt;
  }

  KeyEntry entry_;
  std::optional<SecretBytes> material_;
  std::bitset<key_members.size()> seen_;
};

Fault read_keys(json::value value, std::vector<KeyEntry>& entries) {
  json::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) {
    return "`keys` is not a list";
  }
  for (auto element : array) {
    json::object object;
    if (entries.size() == keyset_keys_max ||
        element.get_object().get(object) != simdjson::SUCCESS) {
      return fmt::format("`keys` is not a list of at most {} objects", keyset_keys_max);
    }
    KeyReader reader;
    if (const Fault fault = reader.read(object)) {
      const std::string which = reader.knows_its_id()
                                    ? fmt::format("key {}", reader.entry().id)
                                    : fmt::format("the key in place {}", entries.size() + 1);
      return fmt::format("{}: {}", which, *fault);
    }
    entries.push_back(std::move(reader.entry()));
  }
  return std::nullopt;
}

struct Read {
  int version = 0;
  int min_read_id = 1;
  std::vector<KeyEntry> entries;
};

Fault read_document(json::document& document, Read& read) {
  json::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) {
    return "it is not one JSON object";
  }
  std::bitset<top_members.size()> seen;
  const auto take = [&read](std::size_t place, json::value value) {
    switch (place) {
      case 0:
        return read_number(value, top_members[place], read.version);
      case 1:
        return read_number(value, top_members[place], read.min_read_id);
      default:
        return read_keys(value, read.entries);
    }
  };
  if (Fault fault = each_member(object, top_members, seen, take)) {
    return fault;
  }
  if (read.version != format_version) {
    return fmt::format("its `version` is not {}, the only one that this program knows",
                       format_version);
  }
  const bool is_over = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return is_over ? std::nullopt : Fault("there is something behind its end");
}

// Whole seconds, as people write it.
std::string time_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(seconds.time_since_epoch().count()));
}

// Where the material is, with the comma before it; empty for a destroyed key.
void append_place(const KeyEntry& entry, std::string& out) {
  if (!entry.wrapped.empty()) {
    out += R"(, "wrapped": )" + json_string(entry.wrapped);
  } else if (!entry.ref.empty()) {
    out += R"(, "ref": )" + json_string(entry.ref);
  } else if (entry.key) {
    out += R"(, "material": ")";
    append_base64url(std::as_const(entry.key->bytes).bytes(), out);
    out += '"';
  }
}

}  // namespace

bool looks_like_keyset(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

Result<Keyset, std::string> parse_keyset(std::string_view text) {
  if (text.size() > keyset_bytes_max) {
    return Failure{fmt::format("it has more than {} bytes", keyset_bytes_max)};
  }
  // Behind the text, room for the parser and for between_quotes() to look for a last quote.
  SecretBytes padded(text.size() + simdjson::SIMDJSON_PADDING + text_chars_max);
  std::ranges::copy(std::as_bytes(std::span(text)), padded.bytes().begin());
  json::parser parser;
  json::document document;
  if (parser.iterate(padded.view().data(), text.size(), padded.size()).get(document) !=
      simdjson::SUCCESS) {
    return Failure{std::string("it is not JSON")};
  }
  Read read;
  if (Fault fault = read_document(document, read)) {
    return Failure{std::move(*fault)};
  }
  return Keyset::make(std::move(read.entries), read.min_read_id);
}

SecretBytes keyset_json(const Keyset& keyset) {
  constexpr std::size_t entry_chars = 4 * text_chars_max;  // so that no growth leaves a copy behind
  std::string text;
  text.reserve(entry_chars * (keyset.entries().size() + 1));
  fmt::format_to(std::back_inserter(text), "{{\"version\": {}, \"min_read_id\": {}, \"keys\": [",
                 format_version, keyset.min_read_id());
  const char* separator = "\n";
  for (const KeyEntry& entry : keyset.entries()) {
    fmt::format_to(std::back_inserter(text),
                   R"({}  {{"id": {}, "state": "{}", "created": "{}", "kcv": "{}")", separator,
                   entry.id, name_of(entry.state), time_text(entry.created), entry.kcv);
    if (entry.period) {
      text += fmt::format(R"(, "period": "{}")", period_text(*entry.period));
    }
    append_place(entry, text);
    text += entry.printable == Printable::allow ? R"(, "ascii_ok": true})" : "}";
    separator = ",\n";
  }
  text += "\n]}\n";
  SecretBytes out{std::string_view(text)};
  wipe(text);
  return out;
}

}  // namespace moretta::mask
