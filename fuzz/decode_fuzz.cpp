// Any bytes as a message body: no crash, the same verdict as simdjson's DOM on what is JSON, and
// every value within its column's bounds.

#include <cstdint>
#include <string>

#include <simdjson.h>

#include "base/ensure.hpp"
#include "record/decode.hpp"

namespace {

moretta::Mapping mapping() {
  using enum moretta::ColumnType;
  moretta::Mapping columns;
  const auto add = [&columns](const char* pointer, moretta::ColumnType type,
                              moretta::Convert convert = moretta::Convert::none) {
    moretta::Column column;
    column.name = "c" + std::to_string(columns.size());
    column.pointer = pointer;
    column.type = type;
    column.convert = convert;
    column.required = false;
    column.nullable = true;
    columns.push_back(column);
  };
  add("", jsonb);
  add("/ip", inet);
  add("/u", uuid);
  add("/t", text);
  add("/v", varchar);
  columns.back().width = 4;
  add("/a/0", numeric);
  add("/a/1/b", timestamptz);
  add("/a/1", jsonb);
  add("/d", date);
  add("/e", date, moretta::Convert::date_utc);
  add("/m", smallint, moretta::Convert::major_version);
  add("/i", bigint);
  add("/f", double_precision);
  add("/~0~1", boolean);
  return columns;
}

// simdjson's DOM refuses integers beyond 64 bits, which JSON allows.
bool has_long_integer(const std::string& text) {
  int digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 19) {
      return true;
    }
  }
  return false;
}

bool dom_takes(simdjson::dom::parser& parser, const std::string& text) {
  simdjson::dom::element root;
  return !text.starts_with("\xef\xbb\xbf") && parser.parse(text).get(root) == simdjson::SUCCESS;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const moretta::Mapping columns = mapping();
  moretta::Decoder decoder(columns);
  moretta::Event event;
  moretta::Message message;
  message.body.assign(reinterpret_cast<const char*>(data), size);

  const auto result = decoder.decode(message, event);

  if (!has_long_integer(message.body) && size <= moretta::body_bytes_max) {
    simdjson::dom::parser parser;
    ENSURE(parser.allocate(size, moretta::nesting_max + 1) == simdjson::SUCCESS);
    const bool is_json = result.ok() || result.error().reason != moretta::Reason::invalid_json;
    ENSURE(is_json == dom_takes(parser, message.body));
  }
  if (result.ok()) {
    ENSURE(event.size() == columns.size());
    ENSURE(event[4].text.size() <= 16);  // four code points
    ENSURE(event[10].integer >= 0 && event[10].integer <= INT16_MAX);
    ENSURE(event[3].text.find('\0') == std::string_view::npos);
  }
  return 0;
}
