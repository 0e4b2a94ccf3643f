#include "record/decode.hpp"

#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "support/source_tree.hpp"

namespace moretta {
namespace {

Column text_column(std::string name, std::string pointer) {
  Column column;
  column.name = std::move(name);
  column.pointer = std::move(pointer);
  return column;
}

Mapping logins() {
  Mapping mapping;
  for (const auto& [name, pointer, width] :
       {std::tuple("user_id", "/user_id", 128), std::tuple("device_type", "/device_type", 32),
        std::tuple("masked_ip", "/ip", 256), std::tuple("masked_device_id", "/device_id", 256),
        std::tuple("locale", "/locale", 32)}) {
    mapping.push_back(text_column(name, pointer));
    mapping.back().type = ColumnType::varchar;
    mapping.back().width = width;
  }
  mapping.back().nullable = true;
  mapping.push_back(text_column("app_version", "/app_version"));
  mapping.back().type = ColumnType::integer;
  mapping.back().convert = Convert::major_version;
  mapping.push_back(text_column("create_date", ""));
  mapping.back().origin = Origin::sent_at;
  mapping.back().type = ColumnType::date;
  mapping.back().convert = Convert::date_utc;
  return mapping;
}

Message message(std::string body) {
  Message message;
  message.id = "6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a";
  message.body = std::move(body);
  message.sent_at = WallTime{Millis{1'700'000'000'123}};  // 2023-11-14
  message.received_at = WallTime{Millis{1'700'100'000'000}};
  return message;
}

// The reason, or nullopt if there is an event.
std::optional<Reason> reason_of(const Mapping& mapping, const std::string& body) {
  Decoder decoder(mapping);
  Event event;
  const auto result = decoder.decode(message(body), event);
  return result ? std::nullopt : std::optional(result.error().reason);
}

std::string as_text(const Mapping& mapping, const std::string& body) {
  Decoder decoder(mapping);
  Event event;
  const auto result = decoder.decode(message(body), event);
  return result ? std::string(event[0].text)
                : "rejected: " + std::string(reason_code(result.error().reason));
}

std::string nested(std::size_t depth) {
  std::string body = R"({"ip":"1","x":)";
  for (std::size_t i = 1; i < depth; ++i) {
    body += i % 2 == 0 ? "[" : R"({"a":)";
  }
  body += "1";
  for (std::size_t i = depth; i-- > 1;) {
    body += i % 2 == 0 ? "]" : "}";
  }
  return body + "}";
}

}  // namespace

TEST(Decoder, gives_an_event_for_each_of_the_sample_logins_and_a_reason_for_the_stray) {
  Decoder decoder(logins());
  Event event;
  std::ifstream file(in_source_tree("examples/logins.jsonl"));
  std::string line;
  int events = 0;
  std::vector<Reject> rejects;

  while (std::getline(file, line)) {
    const auto result = decoder.decode(message(line), event);
    if (result) {
      ++events;
    } else {
      rejects.push_back(result.error());
    }
  }

  EXPECT_EQ(events, 99);
  ASSERT_EQ(rejects.size(), 1U);
  EXPECT_EQ(rejects[0].reason, Reason::missing_key);
  EXPECT_EQ(rejects[0].column, "user_id");
  EXPECT_EQ(rejects[0].pointer, "/user_id");
}

TEST(Decoder, fills_the_columns_in_the_order_of_the_mapping) {
  Decoder decoder(logins());
  Event event;

  const auto result = decoder.decode(
      message(R"({"user_id": "424cdd21", "app_version": "2.3.0", "device_type": "android",
                  "ip": "199.172.111.135", "locale": null, "device_id": "593-47-5928"})"),
      event);

  ASSERT_TRUE(result);
  ASSERT_EQ(event.size(), 7U);
  EXPECT_EQ(event[0].text, "424cdd21");
  EXPECT_EQ(event[1].text, "android");
  EXPECT_EQ(event[2].text, "199.172.111.135");
  EXPECT_EQ(event[3].text, "593-47-5928");
  EXPECT_TRUE(event[4].is_null());
  EXPECT_EQ(event[5].integer, 2);
  EXPECT_EQ(event[6].kind, Value::Kind::date);
  EXPECT_EQ(event[6].integer, 19'675);
}

TEST(Decoder, takes_only_json_as_rfc_8259_defines_it) {
  const Mapping mapping = {text_column("ip", "/ip")};
  const std::vector<std::string> bad = {
      "",
      " \t\r\n",
      "{",
      "}",
      R"({"ip":"1")",
      R"({"ip":"1"]})",
      R"({"ip":"1"}})",
      R"({"ip":"1"} x)",
      R"({"ip":"1"}{"ip":"1"})",
      R"({"ip":"1"},)",
      R"({"ip":"1",})",
      R"({,"ip":"1"})",
      R"({"ip" "1"})",
      R"({"ip":"1" "x":1})",
      R"({"ip":"1","x"})",
      R"({"ip":"1","x":})",
      R"({"ip":"1",x:1})",
      R"({"ip":"1",'x':1})",
      R"({"ip":"1","x":"a": 1})",
      R"({"ip":"1","x":"a""b"})",
      R"({"ip":"1","x":"a"b})",
      R"({"ip":"1","x":[1,]})",
      R"({"ip":"1","x":[,1]})",
      R"({"ip":"1","x":[1 2]})",
      R"({"ip":"1","x":[1})",
      R"({"ip":"1","x":{"y":1]})",
      R"({"ip":"1","x":01})",
      R"({"ip":"1","x":+1})",
      R"({"ip":"1","x":1.})",
      R"({"ip":"1","x":.5})",
      R"({"ip":"1","x":1e})",
      R"({"ip":"1","x":-})",
      R"({"ip":"1","x":0x10})",
      R"({"ip":"1","x":NaN})",
      R"({"ip":"1","x":Infinity})",
      R"({"ip":"1","x":1e400})",
      R"({"ip":"1","x":-1e400})",
      R"({"ip":"1","x":)" + std::string(310, '9') + "}",
      R"({"ip":"1","x":tru})",
      R"({"ip":"1","x":truex})",
      R"({"ip":"1","x":TRUE})",
      R"({"ip":"1","x":nul})",
      R"({"ip":"1","x":"\x"})",
      R"({"ip":"1","x":"\u12"})",
      R"({"ip":"1","x":"\u12g4"})",
      R"({"ip":"1","x":"\ud800"})",
      R"({"ip":"1","x":"\ud800\n"})",
      R"({"ip":"1","x":"\ud800\ud800"})",
      R"({"ip":"1","x":"\udc00"})",
      R"({"ip":"1","x":"\udc00\ud800"})",
      R"({"ip":"1","\ud800":1})",
      R"({"ip":"1","\q":1})",
      "{\"ip\":\"1\",\"x\":\"a\nb\"}",
      std::string("{\"ip\":\"1\",\"x\":\"a\0b\"}", 20),
      std::string("{\"ip\":\"1\"}\0", 11),
      "{\"ip\":\"1\",\"x\":\"\x80\"}",
      "{\"ip\":\"1\",\"x\":\"\xc0\xaf\"}",
      "{\"ip\":\"1\",\"x\":\"\xed\xa0\x80\"}",
      "{\"ip\":\"1\",\"x\":\"\xf4\x90\x80\x80\"}",
      "{\"ip\":\"1\",\"x\":\"\xe2\x82\"}",
      "{\"ip\":\"1\",\"\xff\":1}",
      "\xef\xbb\xbf{\"ip\":\"1\"}",
      "{\"ip\":\"1\"\f}",
      "{\"ip\":\"1\"\xc2\xa0}",
      R"({"ip":"1"/*c*/})",
      R"({"ip":"1","x":"unclosed})",
      "nul",
      "1 2",
      R"("a" "b")",
      R"("a"b)",
      "[1",
      "[1]]",
      "[1] 2",
  };

  for (const std::string& body : bad) {
    EXPECT_EQ(reason_of(mapping, body), Reason::invalid_json) << body;
  }
}

TEST(Decoder, takes_everything_that_is_json) {
  const Mapping mapping = {text_column("ip", "/ip")};
  const std::vector<std::string> good = {
      R"({"ip":"1"})",
      " \t\r\n{ \"ip\" \t:\r\n\"1\" } \n",
      R"({"ip":"1","x":{},"y":[],"z":[[],{}]})",
      R"({"ip":"1","":1," ":2})",
      R"({"ip":"1","x":-0,"y":0,"z":-0.0e-0})",
      R"({"ip":"1","x":1E+5,"y":1e-400})",
      R"({"ip":"1","x":9223372036854775808,"y":123456789012345678901234567890})",
      R"({"ip":"1","x":1.7976931348623157e308})",
      R"({"ip":"1","x":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"})",
      "{\"ip\":\"1\",\"x\":\"\xf0\x9f\x98\x80 \xef\xbf\xbf \x7f\"}",
      R"({"ip":"1","x":1,"x":2})",
      R"({"x":[{"ip":"2","ip":"3"}],"ip":"1"})",
      R"({"\u0069p":"1"})",
      R"({"ip":"\u0031"})",
      nested(nesting_max),
  };

  for (const std::string& body : good) {
    EXPECT_EQ(as_text(mapping, body), "1") << body;
  }
}

TEST(Decoder, refuses_nesting_that_no_event_has) {
  const Mapping mapping = {text_column("ip", "/ip")};

  EXPECT_EQ(reason_of(mapping, nested(nesting_max)), std::nullopt);
  EXPECT_EQ(reason_of(mapping, nested(nesting_max + 1)), Reason::invalid_json);
  EXPECT_EQ(reason_of(mapping, std::string(500'000, '[')), Reason::invalid_json);
}

TEST(Decoder, rejects_json_that_is_not_an_object) {
  const Mapping mapping = {text_column("ip", "/ip")};

  for (const char* body :
       {"[]", R"([{"ip":"1"}])", "1", "-0", R"("text")", R"("\u0031")", "true", "null", " null "}) {
    EXPECT_EQ(reason_of(mapping, body), Reason::not_an_object) << body;
  }
}

TEST(Decoder, rejects_a_key_that_it_reads_and_that_stands_twice) {
  Mapping mapping = {text_column("ip", "/net/ip"), text_column("os", "/os")};
  Decoder decoder(mapping);
  Event event;

  const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
      {R"({"net":{"ip":"1","ip":"2"},"os":"a"})", "ip", "/net/ip"},
      {R"({"net":{"ip":"1","\u0069\u0070":"1"},"os":"a"})", "ip", "/net/ip"},
      {R"({"net":{"ip":"1"},"os":"a","net":{}})", "ip", "/net"},
      {R"({"net":{"ip":"1"},"net":null,"os":"a"})", "ip", "/net"},
      {R"({"os":"a","net":{"ip":"1"},"os":"a"})", "os", "/os"},
  };

  for (const auto& [body, column, pointer] : cases) {
    const auto result = decoder.decode(message(body), event);
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().reason, Reason::duplicate_key) << body;
    EXPECT_EQ(result.error().column, column) << body;
    EXPECT_EQ(result.error().pointer, pointer) << body;
  }
}

TEST(Decoder, names_invalid_json_before_anything_inside_it) {
  const Mapping mapping = {text_column("ip", "/ip")};

  EXPECT_EQ(reason_of(mapping, R"({"ip":"1","ip":"2",})"), Reason::invalid_json);
  EXPECT_EQ(reason_of(mapping, R"([1,)"), Reason::invalid_json);
}

TEST(Decoder, follows_pointers_into_objects_and_arrays) {
  const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
      {"/a/0", R"({"a":["x","y"]})", "x"},
      {"/a/1", R"({"a":["x","y"]})", "y"},
      {"/a/2", R"({"a":["x","y"]})", "rejected: missing_key"},
      {"/a/-", R"({"a":["x","y"]})", "rejected: wrong_type"},
      {"/a/01", R"({"a":["x","y"]})", "rejected: wrong_type"},
      {"/a/0", R"({"a":{"0":"x"}})", "x"},
      {"/a/0/b/1", R"({"a":[{"b":["x",["q"],"z"]}]})", "rejected: wrong_type"},
      {"/a/0/b/2", R"({"a":[{"b":["x",["q"],"z"]}]})", "z"},
      {"/a~1b", R"({"a/b":"x"})", "x"},
      {"/m~0n", R"({"m~n":"x"})", "x"},
      {"/~01", R"({"~1":"x"})", "x"},
      {"/", R"({"":"x"})", "x"},
      {"//", R"({"":{"":"x"}})", "x"},
      {"/a\"b", R"({"a\"b":"x"})", "x"},
      {"/\xc3\xa9", R"({"\u00e9":"x"})", "x"},
      {"/a/b", R"({"a":null})", "rejected: missing_key"},
      {"/a/b", R"({})", "rejected: missing_key"},
      {"/a/b", R"({"a":{}})", "rejected: missing_key"},
      {"/a/b", R"({"a":"text"})", "rejected: wrong_type"},
      {"/a/b", R"({"a":["text"]})", "rejected: wrong_type"},
      {"/a/b/c", R"({"a":1})", "rejected: wrong_type"},
  };

  for (const auto& [pointer, body, want] : cases) {
    EXPECT_EQ(as_text({text_column("c", pointer)}, body), want) << pointer << " in " << body;
  }
}

TEST(Decoder, gives_json_columns_their_source_as_written) {
  const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
      {"", " {\"a\" : [1, 2.50] } ", R"({"a" : [1, 2.50] })"},
      {"/a", R"({"a" : [1, 2.50] , "b":1})", "[1, 2.50]"},
      {"/a", R"({"b":{"a":1},"a":{"x":{}}  })", R"({"x":{}})"},
      {"/a/0", R"({"a":[ {"x":1} ,2]})", R"({"x":1})"},
      {"/a/1", R"({"a":[ {"x":1} , [ ] ]})", "[ ]"},
      {"/a", R"({"a":"q\u0041"})", R"("q\u0041")"},
      {"/a", R"({"a":1.10e1})", "1.10e1"},
      {"/a", R"({"a": true })", "true"},
      {"/a", R"({"a":null})", "rejected: null_value"},
      {"/a", R"({"a":{"b":["\u0000"]}})", "rejected: nul_character"},
      {"/a", R"({"a":{"\u0000":1}})", "rejected: nul_character"},
      {"/a", R"({"a":"\\u0000"})", R"("\\u0000")"},
      {"/a", R"({"b":"\u0000","a":[1]})", "[1]"},
  };

  for (const auto& [pointer, body, want] : cases) {
    Column column = text_column("c", pointer);
    column.type = ColumnType::jsonb;
    EXPECT_EQ(as_text({column}, body), want) << pointer << " in " << body;
  }
}

TEST(Decoder, reads_a_subtree_and_a_value_inside_it) {
  Mapping mapping = {text_column("ip", "/net/ip"), text_column("net", "/net"),
                     text_column("whole", "")};
  mapping[1].type = ColumnType::jsonb;
  mapping[2].type = ColumnType::jsonb;
  Decoder decoder(mapping);
  Event event;

  ASSERT_TRUE(decoder.decode(message(R"({"net": {"ip": "1"}})"), event));

  EXPECT_EQ(event[0].text, "1");
  EXPECT_EQ(event[1].text, R"({"ip": "1"})");
  EXPECT_EQ(event[2].text, R"({"net": {"ip": "1"}})");
}

TEST(Decoder, lets_two_columns_read_one_key) {
  Mapping mapping = {text_column("a", "/ip"), text_column("b", "/ip")};
  Decoder decoder(mapping);
  Event event;

  ASSERT_TRUE(decoder.decode(message(R"({"ip":"1"})"), event));

  EXPECT_EQ(event[0].text, "1");
  EXPECT_EQ(event[1].text, "1");
}

TEST(Decoder, treats_absent_keys_and_nulls_as_the_column_says) {
  struct Case {
    bool required;
    bool nullable;
    std::optional<std::string> default_text;
    const char* absent;
    const char* null;
  };
  const std::vector<Case> cases = {
      {true, false, std::nullopt, "missing_key", "null_value"},
      {true, true, std::nullopt, "missing_key", "NULL"},
      {false, false, std::nullopt, "missing_key", "null_value"},
      {false, true, std::nullopt, "NULL", "NULL"},
      {true, false, R"("d\u0065f")", "def", "def"},
      {true, true, R"("def")", "def", "def"},
      {false, true, "null", "NULL", "NULL"},
  };

  for (const Case& c : cases) {
    Column column = text_column("c", "/c");
    column.required = c.required;
    column.nullable = c.nullable;
    column.default_text = c.default_text;
    Decoder decoder({column});
    const auto seen = [&decoder](const char* body) {
      Event event;
      const auto result = decoder.decode(message(body), event);
      if (!result) {
        return std::string(reason_code(result.error().reason));
      }
      return event[0].is_null() ? "NULL" : std::string(event[0].text);
    };

    EXPECT_EQ(seen("{}"), c.absent) << c.required << c.nullable;
    EXPECT_EQ(seen(R"({"c":null})"), c.null) << c.required << c.nullable;
    EXPECT_EQ(seen(R"({"c":"v"})"), "v") << c.required << c.nullable;
  }
}

TEST(Decoder, does_not_put_a_default_where_the_way_is_blocked) {
  Column column = text_column("c", "/a/b");
  column.default_text = R"("d")";

  EXPECT_EQ(as_text({column}, R"({"a":{}})"), "d");
  EXPECT_EQ(as_text({column}, R"({"a":7})"), "rejected: wrong_type");
}

TEST(Decoder, names_the_first_column_of_the_mapping_that_gets_no_value) {
  Mapping mapping = {text_column("a", "/a"), text_column("b", "/b"), text_column("c", "/c")};
  Decoder decoder(mapping);
  Event event;

  const auto result = decoder.decode(message(R"({"c":1,"b":2,"a":"x"})"), event);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(),
            (Reject{.reason = Reason::wrong_type, .column = "b", .pointer = "/b", .sqlstate = {}}));
}

TEST(Decoder, takes_bodies_up_to_the_limit) {
  const Mapping mapping = {text_column("ip", "/ip")};
  std::string body = R"({"ip":"1","x":")";
  body.append(body_bytes_max - body.size() - 2, 'x');
  body += "\"}";
  ASSERT_EQ(body.size(), body_bytes_max);

  EXPECT_EQ(reason_of(mapping, body), std::nullopt);
  EXPECT_EQ(reason_of(mapping, body + " "), Reason::body_too_large);
}

TEST(Decoder, keeps_nothing_from_one_message_to_the_next) {
  Mapping mapping = {text_column("a", "/a"), text_column("b", "/b")};
  mapping[1].required = false;
  mapping[1].nullable = true;
  Decoder decoder(mapping);
  Event event;

  ASSERT_TRUE(decoder.decode(message(R"({"a":"1","b":"\u0032"})"), event));
  ASSERT_FALSE(decoder.decode(message(R"({"a":"1","b":)"), event));
  ASSERT_TRUE(decoder.decode(message(R"({"a":"3"})"), event));

  EXPECT_EQ(event[0].text, "3");
  EXPECT_TRUE(event[1].is_null());
}

TEST(Decoder, takes_message_attributes_from_the_queue) {
  Mapping mapping = {text_column("id", ""), text_column("sent", ""), text_column("received", "")};
  mapping[0].origin = Origin::message_id;
  mapping[0].type = ColumnType::uuid;
  mapping[1].origin = Origin::sent_at;
  mapping[1].type = ColumnType::timestamptz;
  mapping[2].origin = Origin::received_at;
  mapping[2].type = ColumnType::date;
  mapping[2].convert = Convert::date_utc;
  Decoder decoder(mapping);
  Event event;

  ASSERT_TRUE(decoder.decode(message("{}"), event));

  EXPECT_EQ(event[0].text, "6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a");
  EXPECT_EQ(event[1].integer, 1'700'000'000'123'000);
  EXPECT_EQ(event[2].integer, 19'677);
}

TEST(Decoder, dates_a_message_by_its_receipt_if_the_queue_does_not_say_when_it_was_sent) {
  Mapping mapping = {text_column("sent", "")};
  mapping[0].origin = Origin::sent_at;
  mapping[0].type = ColumnType::date;
  mapping[0].convert = Convert::date_utc;
  Decoder decoder(mapping);
  Event event;
  Message unsaid = message("{}");
  unsaid.sent_at.reset();

  ASSERT_TRUE(decoder.decode(unsaid, event));

  EXPECT_EQ(event[0].integer, 19'677);
}

TEST(Fault, is_none_in_the_login_mapping) {
  for (const Column& column : logins()) {
    EXPECT_EQ(fault_of(column), std::nullopt) << column.name;
  }
}

TEST(Fault, names_what_no_message_could_put_right) {
  const auto changed = [](auto change) {
    Column column = text_column("c", "/c");
    change(column);
    return fault_of(column).value_or("none");
  };

  EXPECT_NE(changed([](Column& c) { c.pointer = "c"; }).find("RFC 6901"), std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.pointer = "/~2"; }).find("RFC 6901"), std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.width = 5; }).find("varchar"), std::string::npos);
  EXPECT_NE(changed([](Column& c) {
              c.type = ColumnType::varchar;
              c.width = 0;
            }).find("width"),
            std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.convert = Convert::major_version; }).find("major_version"),
            std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.default_text = "bare"; }).find("not JSON"),
            std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.default_text = "7"; }).find("wrong_type"), std::string::npos);
  EXPECT_NE(changed([](Column& c) { c.default_text = "null"; }).find("nullable"),
            std::string::npos);
  EXPECT_NE(changed([](Column& c) {
              c.origin = Origin::sent_at;
              c.type = ColumnType::timestamptz;
              c.default_text = R"("x")";
            }).find("always"),
            std::string::npos);
}

}  // namespace moretta
