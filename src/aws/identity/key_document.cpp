#include "aws/identity/key_document.hpp"

#include <algorithm>
#include <charconv>

#include <simdjson.h>

namespace moretta::aws {

namespace json = simdjson::dom;

namespace {

std::string_view text(const json::object& object, std::string_view name) {
  std::string_view value;
  return object[name].get(value) == simdjson::SUCCESS ? value : std::string_view();
}

// The digits at `at`, or nullopt.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

// Z, or +hh:mm, or +hhmm: what local time is ahead of UTC.
std::optional<std::chrono::minutes> offset_of(std::string_view zone) {
  if (zone == "Z" || zone == "z") {
    return std::chrono::minutes{0};
  }
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) {
    return std::nullopt;
  }
  const auto hours = digits(zone, 1, 2);
  const auto minutes = digits(zone, zone[3] == ':' ? 4 : 3, 2);
  if (!hours || !minutes || zone.size() != (zone[3] == ':' ? 6U : 5U)) {
    return std::nullopt;
  }
  const std::chrono::minutes ahead{*hours * 60 + *minutes};
  return zone[0] == '+' ? ahead : -ahead;
}

}  // namespace

std::optional<WallTime> parse_expiration(std::string_view text) {
  constexpr std::size_t date_time_length = 19;  // 2026-01-02T03:04:05
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  std::string_view zone = text.substr(date_time_length);
  if (zone.starts_with('.')) {
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  }
  const auto ahead = offset_of(zone);
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!ahead || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         Seconds{*second} - *ahead;
}

Result<KeyDocument, std::string> read_key_document(std::string_view body, TokenName token) {
  json::parser parser;
  json::object object;
  if (body.size() > key_document_bytes_max ||
      parser.parse(body.data(), body.size()).get(object) != simdjson::SUCCESS) {
    return Failure{std::string("the answer is not a JSON object")};
  }
  KeyDocument document;
  document.code = text(object, "Code");
  std::int64_t version = 0;
  if (object["Version"].get(version) == simdjson::SUCCESS && version >= 0 && version < 100) {
    document.version = static_cast<int>(version);
  }
  if (!document.code.empty() && document.code != "Success") {
    return document;
  }
  const std::string_view id = text(object, "AccessKeyId");
  const std::string_view secret = text(object, "SecretAccessKey");
  if (id.empty() || secret.empty()) {
    return Failure{std::string(id.empty() ? "the answer has no AccessKeyId"
                                          : "the answer has no SecretAccessKey")};
  }
  document.keys = {.access_key_id = std::string(id),
                   .secret_access_key = SecretBytes(secret),
                   .session_token = SecretBytes(
                       text(object, token == TokenName::token ? "Token" : "SessionToken")),
                   .expires_at = std::nullopt};
  if (const std::string_view expiration = text(object, "Expiration"); !expiration.empty()) {
    document.keys.expires_at = parse_expiration(expiration);
    if (!document.keys.expires_at) {
      return Failure{
          std::string("the Expiration of the answer is not a time like "
                      "2026-01-31T23:59:59Z")};
    }
  }
  return document;
}

}  // namespace moretta::aws
