#include "record/document.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

Mapping reading(const std::vector<std::string>& pointers) {
  Mapping mapping(pointers.size());
  for (std::size_t i = 0; i < pointers.size(); ++i) {
    mapping[i].pointer = pointers[i];
  }
  return mapping;
}

}  // namespace

TEST(Document, gives_each_kind_of_value_with_its_source) {
  const PointerTree tree(reading({"/n", "/b", "/i", "/s", "/a", "/o", "/none"}));
  Document document(tree);
  const std::string text =
      R"({"n":null,"b":false,"i":-1.50e2,"s":"q\n","a":[1, 2],"o":{ },"more":1})";

  ASSERT_TRUE(document.read(text));

  using Kind = JsonValue::Kind;
  const std::vector<std::pair<Kind, std::string_view>> want = {
      {Kind::null, "null"},       {Kind::boolean, "false"}, {Kind::number, "-1.50e2"},
      {Kind::string, R"("q\n")"}, {Kind::array, "[1, 2]"},  {Kind::object, "{ }"},
      {Kind::absent, ""}};
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(document.at(tree.node_of(i)).kind, want[i].first) << i;
    EXPECT_EQ(document.at(tree.node_of(i)).source, want[i].second) << i;
  }
  EXPECT_EQ(document.at(tree.node_of(3)).text, "q\n");
}

TEST(Document, takes_keys_in_any_order_from_one_text_to_the_next) {
  const PointerTree tree(reading({"/a", "/b", "/c"}));
  Document document(tree);
  const std::vector<std::string> texts = {
      R"({"a":"1","b":"2","c":"3"})", R"({"c":"3","b":"2","a":"1"})",
      R"({"x":0,"b":"2","a":"1","c":"3"})", R"({"b":"2","y":{"a":9},"c":"3","a":"1"})"};

  for (const std::string& text : texts) {
    ASSERT_TRUE(document.read(text)) << text;
    EXPECT_EQ(document.doubled(), std::nullopt) << text;
    EXPECT_EQ(document.at(tree.node_of(0)).text, "1") << text;
    EXPECT_EQ(document.at(tree.node_of(1)).text, "2") << text;
    EXPECT_EQ(document.at(tree.node_of(2)).text, "3") << text;
  }
}

TEST(Document, names_the_place_that_stands_twice) {
  const PointerTree tree(reading({"/a", "/b/c"}));
  Document document(tree);

  ASSERT_TRUE(document.read(R"({"b":{"c":1,"c":2},"a":1,"a":2})"));
  EXPECT_EQ(document.doubled(), tree.node_of(1));
  ASSERT_TRUE(document.read(R"({"a":1,"b":{"c":1}})"));
  EXPECT_EQ(document.doubled(), std::nullopt);
}

TEST(Document, unescapes_many_strings_of_one_text) {
  const PointerTree tree(reading({"/0", "/1", "/2"}));
  Document document(tree);
  std::string text = R"({"\u0030":"\u0061)" + std::string(5000, 'x') + R"(","1":"\u0062","2":")";
  text += std::string(5000, 'y') + R"(\u0063"})";

  ASSERT_TRUE(document.read(text));

  EXPECT_EQ(document.at(tree.node_of(0)).text, "a" + std::string(5000, 'x'));
  EXPECT_EQ(document.at(tree.node_of(1)).text, "b");
  EXPECT_EQ(document.at(tree.node_of(2)).text, std::string(5000, 'y') + "c");
}

TEST(Document, wipes_what_it_unescaped) {
  const PointerTree tree(reading({"/ip"}));
  Document document(tree);
  ASSERT_TRUE(document.read(R"({"ip":"203.0.113.7\u0020"})"));
  const std::string_view kept = document.at(tree.node_of(0)).text;
  ASSERT_EQ(kept, "203.0.113.7 ");

  document.clear();

  EXPECT_EQ(kept, std::string(kept.size(), '\0'));  // the memory is still the document's
}

TEST(Document, sees_every_string_boundary_whatever_its_place) {
  const PointerTree tree(reading({"/k"}));
  Document document(tree);

  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {
      std::string value(size, 'v');
      const std::string plain = R"({"k":")" + value + "\"}";
      ASSERT_TRUE(document.read(plain)) << plain;
      EXPECT_EQ(document.at(tree.node_of(0)).text, value);

      const std::string escaped = R"({"k":")" + std::string(value).insert(at, "\\\"") + "\"}";
      ASSERT_TRUE(document.read(escaped)) << escaped;
      EXPECT_EQ(document.at(tree.node_of(0)).text, std::string(value).insert(at, "\""));

      EXPECT_FALSE(document.read(R"({"k":")" + std::string(value).insert(at, "\x1f") + "\"}"));
      EXPECT_FALSE(document.read(R"({"k":")" + std::string(value).insert(at, "\"") + "\"}"));
    }
  }
}

TEST(Document, is_not_json_when_it_ends_early) {
  const PointerTree tree(reading({"/k"}));
  Document document(tree);
  const std::string whole = R"({"k":"a\u00e9\\b\"c","l":[1.5e-3,true,false,null,{"m":[]}],"n":-0})";
  ASSERT_TRUE(document.read(whole));

  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(document.read(whole.substr(0, size))) << whole.substr(0, size);
  }
}

}  // namespace moretta
