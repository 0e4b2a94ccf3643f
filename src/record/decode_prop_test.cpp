#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <simdjson.h>

#include "base/json_text.hpp"
#include "record/decode.hpp"

namespace moretta {
namespace {

Message with_body(std::string body) {
  Message message;
  message.body = std::move(body);
  return message;
}

Column column(std::string name, std::string pointer, ColumnType type) {
  Column column;
  column.name = std::move(name);
  column.pointer = std::move(pointer);
  column.type = type;
  return column;
}

Mapping every_type() {
  Mapping mapping = {
      column("a", "/a", ColumnType::text),    column("b", "/b/0", ColumnType::integer),
      column("c", "/c/x", ColumnType::jsonb), column("d", "/d", ColumnType::timestamptz),
      column("e", "/e", ColumnType::numeric), column("f", "/f", ColumnType::inet),
      column("g", "", ColumnType::jsonb)};
  for (Column& c : mapping) {
    c.required = false;
    c.nullable = true;
  }
  return mapping;
}

// simdjson's DOM refuses integers beyond 64 bits, which JSON allows; there the two may differ.
bool may_differ(std::string_view text) {
  int digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 19) {
      return true;
    }
  }
  return false;
}

bool dom_takes(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  // It would skip a byte order mark in later versions; RFC 8259 section 8.1 has us refuse it.
  return !text.starts_with("\xef\xbb\xbf") && parser.allocate(text.size(), nesting_max + 1) == 0 &&
         parser.parse(text).get(root) == simdjson::SUCCESS;
}

std::string json_of(int kind, const std::string& text) {
  switch (kind) {
    case 0:
      return "null";
    case 1:
      return "true";
    case 2:
      return "-12.5e3";
    case 3:
      return "[1,{\"a\":[]}]";
    case 4:
      return "{\"x\":\"y\"}";
    default:
      return json_string(text);
  }
}

rc::Gen<std::string> printable() {
  return rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f));
}

// Objects of a few keys with values of every kind, as text.
rc::Gen<std::string> objects() {
  const auto member = rc::gen::map(rc::gen::tuple(rc::gen::elementOf(std::string("abcdefgx")),
                                                  rc::gen::inRange(0, 8), printable()),
                                   [](const std::tuple<char, int, std::string>& made) {
                                     return json_string(std::string(1, std::get<0>(made))) + ":" +
                                            json_of(std::get<1>(made), std::get<2>(made));
                                   });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(member),
                      [](const std::vector<std::string>& members) {
                        std::string text = "{";
                        for (const std::string& one : members) {
                          text += (text.size() > 1 ? "," : "") + one;
                        }
                        return text + "}";
                      });
}

// A byte or two changed, dropped or doubled.
rc::Gen<std::string> mutations() {
  const auto pieces = std::vector<std::string>{
      "\"", "\\",   "{",       "}",    "[",    "]",  ",", ":", "0",    "-",    "e",
      ".",  "\\u",  "\\ud800", "\xc3", "\xff", "\n", " ", "t", "true", "null", std::string(1, '\0'),
      "/",  "1e999"};
  return rc::gen::exec([pieces] {
    std::string text = *objects();
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
      const auto drop = *rc::gen::inRange<std::size_t>(0, 3);
      text.replace(at, drop, *rc::gen::elementOf(pieces));
    }
    return text;
  });
}

// A flat object as a list of its members; the naive reader looks each column up in the list.
using Member = std::pair<std::string, std::optional<std::string>>;

constexpr int naive_width = 10;

rc::Gen<Member> flat_members() {
  return rc::gen::map(rc::gen::tuple(rc::gen::elementOf(std::string("abcdxyz")), printable(),
                                     rc::gen::weightedElement<bool>({{9, true}, {1, false}})),
                      [](const std::tuple<char, std::string, bool>& made) {
                        const auto& [name, value, is_text] = made;
                        return Member(std::string(1, name),
                                      is_text ? std::optional(value.substr(0, 12)) : std::nullopt);
                      });
}

std::string body_of(const std::vector<Member>& members) {
  std::string body = "{";
  for (const auto& [name, value] : members) {
    body += body.size() > 1 ? ", " : "";
    body += json_string(name) + " : " + (value ? json_string(*value) : "null");
  }
  return body + "}";
}

struct NaiveReading {
  std::optional<Reason> reason;
  std::string column;
  std::vector<std::optional<std::string>> values;
};

NaiveReading read_naively(const Mapping& mapping, const std::vector<Member>& members) {
  NaiveReading reading;
  const auto fail = [&reading](Reason reason, const std::string& name) {
    if (!reading.reason) {
      reading.reason = reason;
      reading.column = name;
    }
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (members[i].first == members[j].first && members[i].first < "e") {
        fail(Reason::duplicate_key, members[i].first);
      }
    }
  }
  for (const Column& wanted : mapping) {
    const Member* found = nullptr;
    for (const Member& member : members) {
      found = member.first == wanted.name ? &member : found;
    }
    reading.values.push_back(found == nullptr ? std::nullopt : found->second);
    if (found == nullptr && (wanted.required || !wanted.nullable)) {
      fail(Reason::missing_key, wanted.name);
    } else if (found != nullptr && !found->second && !wanted.nullable) {
      fail(Reason::null_value, wanted.name);
    } else if (found != nullptr && found->second && found->second->size() > naive_width) {
      fail(Reason::too_long, wanted.name);
    }
  }
  return reading;
}

}  // namespace

RC_GTEST_PROP(Decoder, gives_a_verdict_on_any_bytes, (const std::string& bytes)) {
  Decoder decoder(every_type());
  Event event;

  const auto result = decoder.decode(with_body(bytes), event);

  // Random bytes are next to never an object.
  RC_ASSERT(result.ok() || result.error().reason == Reason::invalid_json || dom_takes(bytes));
}

RC_GTEST_PROP(Decoder, calls_json_what_simdjson_calls_json, ()) {
  const std::string text = *mutations();
  RC_PRE(!may_differ(text));
  Decoder decoder(every_type());
  Event event;

  const auto result = decoder.decode(with_body(text), event);

  const bool is_json = result.ok() || result.error().reason != Reason::invalid_json;
  RC_TAG(is_json ? "json" : "not json");
  RC_ASSERT(is_json == dom_takes(text));
}

RC_GTEST_PROP(Decoder, agrees_with_a_naive_reader_of_flat_objects, ()) {
  Mapping mapping;
  for (const char* name : {"a", "b", "c", "d"}) {
    mapping.push_back(column(name, std::string("/") + name, ColumnType::varchar));
    mapping.back().width = naive_width;
    mapping.back().required = *rc::gen::arbitrary<bool>();
    mapping.back().nullable = *rc::gen::arbitrary<bool>();
  }
  const std::vector<Member> members = *rc::gen::container<std::vector<Member>>(flat_members());
  Decoder decoder(mapping);
  Event event;

  const auto result = decoder.decode(with_body(body_of(members)), event);

  const NaiveReading want = read_naively(mapping, members);
  RC_ASSERT(result.ok() == !want.reason.has_value());
  if (want.reason) {
    RC_ASSERT(result.error().reason == *want.reason);
    RC_ASSERT(result.error().column == want.column);
    return;
  }
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    RC_ASSERT(event[i].is_null() == !want.values[i].has_value());
    RC_ASSERT(event[i].text == want.values[i].value_or(""));
  }
}

RC_GTEST_PROP(Decoder, puts_no_value_into_a_reject, ()) {
  const std::string canary = "canary" + *printable();
  Decoder decoder({column("a", "/a", ColumnType::integer), column("b", "/b", ColumnType::uuid)});
  Event event;
  const std::string members =
      *rc::gen::elementOf(std::vector<std::string>{"\"a\":", "\"a\":1,\"b\":", "\"a\":1,\"a\":"});

  const auto result = decoder.decode(with_body("{" + members + json_string(canary) + "}"), event);

  RC_ASSERT(!result.ok());
  const Reject& reject = result.error();
  RC_ASSERT((reject.column + reject.pointer + reject.sqlstate).find("canary") == std::string::npos);
}

RC_GTEST_PROP(Decoder, gives_the_same_verdict_whatever_came_before, ()) {
  const auto bodies = *rc::gen::container<std::vector<std::string>>(4, mutations());
  Decoder used(every_type());
  Event used_event;

  for (const std::string& body : bodies) {
    Decoder fresh(every_type());
    Event fresh_event;
    const auto a = used.decode(with_body(body), used_event);
    const auto b = fresh.decode(with_body(body), fresh_event);
    RC_ASSERT(a.ok() == b.ok());
    if (!a) {
      RC_ASSERT(a.error() == b.error());
      continue;
    }
    for (std::size_t i = 0; i < used_event.size(); ++i) {
      RC_ASSERT(used_event[i].kind == fresh_event[i].kind);
      RC_ASSERT(used_event[i].text == fresh_event[i].text);
      RC_ASSERT(used_event[i].integer == fresh_event[i].integer);
    }
  }
}

}  // namespace moretta
