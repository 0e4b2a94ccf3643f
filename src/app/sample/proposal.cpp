#include "app/sample/proposal.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace moretta::app {

namespace {

using audit::Shape;

constexpr std::string_view token_mask = "aes-siv";  // joins, and the key's holder recovers it
constexpr std::string_view address_mask = "{method: aes-siv, normalize: ip}";
constexpr std::string_view letter_mask = "{method: aes-siv, normalize: lower}";

// Words of field names that stand for people and their things, whatever the values look like.
struct NameHint {
  std::string_view word;
  std::string_view what;
};

constexpr NameHint name_hints[] = {
    {"email", "an e-mail address"},
    {"mail", "an e-mail address"},
    {"phone", "a telephone number"},
    {"mobile", "a telephone number"},
    {"msisdn", "a telephone number"},
    {"ip", "an IP address"},
    {"address", "an address"},
    {"street", "an address"},
    {"zip", "an address"},
    {"postcode", "an address"},
    {"name", "a name"},
    {"firstname", "a name"},
    {"lastname", "a name"},
    {"surname", "a name"},
    {"username", "a name"},
    {"login", "a name"},
    {"birth", "a date of birth"},
    {"birthday", "a date of birth"},
    {"birthdate", "a date of birth"},
    {"dob", "a date of birth"},
    {"ssn", "a number of a person"},
    {"passport", "a number of a person"},
    {"iban", "an account"},
    {"card", "a payment card"},
    {"device", "a device, and so its owner"},
    {"imei", "a device, and so its owner"},
    {"idfa", "a device, and so its owner"},
    {"gaid", "a device, and so its owner"},
    {"mac", "a device, and so its owner"},
    {"cookie", "a browser, and so its owner"},
    {"session", "a browser, and so its owner"},
    {"lat", "a place"},
    {"latitude", "a place"},
    {"lon", "a place"},
    {"lng", "a place"},
    {"longitude", "a place"},
    {"geo", "a place"},
};

// Behind these words a name tells of the kind, not of the one: device_type, name_length.
constexpr std::string_view kind_words[] = {"type",  "kind",    "count", "length", "status",
                                           "model", "version", "os",    "state",  "size"};

// clientIP2 -> client, ip; device_id -> device, id
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  char before = '_';
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool is_upper = std::isupper(c) != 0;
    const bool next_is_lower =
        i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
    const auto was = static_cast<unsigned char>(before);
    const bool begins =
        is_upper && (std::islower(was) != 0 || (std::isupper(was) != 0 && next_is_lower));
    if (std::isalpha(c) == 0 || begins) {
      words.emplace_back();
    }
    if (std::isalpha(c) != 0) {
      words.back() += static_cast<char>(std::tolower(c));
    }
    before = name[i];
  }
  std::erase(words, "");
  return words;
}

std::optional<std::string_view> hint_of_name(const Field& field) {
  const std::vector<std::string> words = words_of(field.names.back());
  if (words.empty() || std::ranges::find(kind_words, words.back()) != std::end(kind_words)) {
    return std::nullopt;
  }
  for (const NameHint& hint : name_hints) {
    if (std::ranges::find(words, hint.word) != words.end()) {
      return hint.what;
    }
  }
  return std::nullopt;
}

std::string count_of(std::size_t count, const Field& field, std::string_view what) {
  return fmt::format("{} of {} look like {}", count, field.strings, what);
}

struct Masking {
  std::string_view mask;
  std::string reason;
};

// By its values: one that looks personal is enough.
std::optional<Masking> masking_by_look(const Field& field) {
  const std::size_t addresses = field.count_of(Shape::ipv4) + field.count_of(Shape::ipv6);
  if (addresses > 0) {
    return Masking{
        field.is_mostly(addresses) && addresses == field.strings ? address_mask : token_mask,
        count_of(addresses, field, "IP addresses")};
  }
  if (const std::size_t emails = field.count_of(Shape::email)) {
    return Masking{letter_mask, count_of(emails, field, "e-mail addresses")};
  }
  if (field.phones > 0) {
    return Masking{token_mask, count_of(field.phones, field, "telephone numbers")};
  }
  if (const std::size_t ids = field.count_of(Shape::id)) {
    return Masking{token_mask, count_of(ids, field, "personal numbers (ddd-dd-dddd)")};
  }
  if (const std::size_t cards = field.count_of(Shape::card)) {
    return Masking{token_mask, count_of(cards, field, "card numbers (with a right check digit)")};
  }
  const std::size_t uuids = field.count_of(Shape::uuid);
  if (field.is_mostly(uuids) && field.distinct.size() < field.strings) {
    return Masking{token_mask, fmt::format("UUIDs that repeat ({} different in {}) follow somebody",
                                           field.distinct.size(), field.strings)};
  }
  return std::nullopt;
}

// Room for twice the longest seen, in a power of two.
std::string varchar_for(std::size_t chars) {
  constexpr std::size_t chars_min = 32;
  return fmt::format("varchar({})", std::bit_ceil(std::max(chars_min, 2 * chars)));
}

std::string type_of(const Field& field) {
  if (field.strings > 0) {
    if (field.times == field.strings) {
      return "timestamptz";
    }
    if (field.dates == field.strings) {
      return "date";
    }
    return field.count_of(Shape::uuid) == field.strings ? "uuid" : varchar_for(field.chars_max);
  }
  if (field.booleans > 0) {
    return "boolean";
  }
  if (field.reals > 0) {
    return "double precision";
  }
  constexpr std::int64_t half = 2;  // of integer's range: what grows must have room
  const bool is_small = field.integer_min >= std::numeric_limits<std::int32_t>::min() / half &&
                        field.integer_max <= std::numeric_limits<std::int32_t>::max() / half;
  return is_small ? "integer" : "bigint";
}

int kinds_of(const Field& field) {
  return (field.strings > 0 ? 1 : 0) + (field.integers + field.reals > 0 ? 1 : 0) +
         (field.booleans > 0 ? 1 : 0) + (field.lists > 0 ? 1 : 0);
}

void fill(const Field& field, Proposal& proposal) {
  if (field.values() == 0) {
    proposal.reason = "always null in the sample: its type is not to be seen";
    return;
  }
  if (kinds_of(field) > 1) {
    proposal.reason =
        "of several types in the sample, and a column takes one: fix it at the source";
    return;
  }
  if (field.lists > 0) {
    proposal.reason = "a list: {type: jsonb, mask: keep} would store all that is in it in clear";
    return;
  }
  const auto by_look = masking_by_look(field);
  const auto by_name = hint_of_name(field);
  if (by_look) {
    proposal.reason = by_look->reason;
  } else if (by_name) {
    proposal.reason = fmt::format("its name speaks of {}", *by_name);
  }
  if (!by_look && !by_name) {
    proposal.type = type_of(field);
    proposal.mask = "keep";
    return;
  }
  if (field.strings == 0) {
    proposal.reason += ", and a number cannot be a token: send it as a string, or store a bucket";
    return;
  }
  proposal.column = "masked_" + proposal.column;
  proposal.type = "text";  // a token is longer than its value
  proposal.mask = by_look ? by_look->mask : token_mask;
}

// A few events of another kind do not make every field optional: they belong in the quarantine.
constexpr std::size_t stray_share = 20;  // one event in so many

bool is_usual(const Field& field, const Sample& sample) {
  return (sample.events - field.seen) * stray_share <= sample.events;
}

bool is_stray(const Field& field, const Sample& sample) {
  return field.seen * stray_share <= sample.events;
}

void note_gaps(const Field& field, const Sample& sample, Proposal& proposal) {
  if (!proposal.is_required || field.seen == sample.events || proposal.type.empty()) {
    return;
  }
  proposal.reason +=
      fmt::format("{}{} of {} events lack it and would be quarantined",
                  proposal.reason.empty() ? "" : "; ", sample.events - field.seen, sample.events);
}

// A name that Postgres takes without quotes, and that no other column has.
std::string column_name(const Field& field, const std::set<std::string>& taken) {
  constexpr std::size_t chars_max = 48;  // of 63, the rest for `masked_` and a number
  std::string name;
  for (auto part = field.names.rbegin(); part != field.names.rend(); ++part) {
    std::string word;
    for (const char c : *part) {
      const auto byte = static_cast<unsigned char>(c);
      word += byte < 0x80 && std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
    }
    name = name.empty() ? word : word + "_" + name;
    if (!taken.contains(name.substr(0, chars_max))) {
      break;
    }
  }
  name.resize(std::min(name.size(), chars_max));
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) {
    name.insert(0, "field_");
  }
  return name;
}

void number_if_taken(std::string& name, std::set<std::string>& taken) {
  const std::string stem = name;
  for (int number = 2; !taken.insert(name).second; ++number) {
    name = fmt::format("{}_{}", stem, number);
  }
}

}  // namespace

std::vector<Proposal> propose(const Sample& sample) {
  std::vector<Proposal> proposals;
  std::set<std::string> taken;
  for (const Field& field : sample.fields) {
    Proposal& proposal = proposals.emplace_back();
    proposal.column = column_name(field, taken);
    proposal.pointer = field.pointer;
    if (is_stray(field, sample)) {
      proposal.reason = fmt::format("in {} of {} events only", field.seen, sample.events);
      continue;
    }
    proposal.is_required = is_usual(field, sample);
    proposal.is_nullable = field.nulls > 0 || !proposal.is_required;
    fill(field, proposal);
    note_gaps(field, sample, proposal);
    number_if_taken(proposal.column, taken);
  }
  return proposals;
}

}  // namespace moretta::app
