#include "app/yaml_json.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(YamlJson, reads_plain_scalars_as_json_would_and_all_else_as_text) {
  const std::pair<const char*, const char*> cases[] = {
      {"{a: 1, b: -0.5e3, c: true, d: null, e: ~}",
       R"({"a":1,"b":-0.5e3,"c":true,"d":null,"e":null})"},
      {R"({"a": "1", "b": 'true'})", R"({"a":"1","b":"true"})"},
      {"{version: 2.3.0, id: 593-47-5928, zeros: 007, plus: +1, hex: 0x1f, dot: 1.}",
       R"({"version":"2.3.0","id":"593-47-5928","zeros":"007","plus":"+1","hex":"0x1f","dot":"1."})"},
      {"[1, [2, {}], []]", "[1,[2,{}],[]]"},
      {"a: \"line\\nbreak and \\\"quote\\\"\"", R"({"a":"line\nbreak and \"quote\""})"},
      {"a: ''", R"({"a":""})"},
  };
  for (const auto& [yaml, want] : cases) {
    const auto got = json_of(YAML::Load(yaml));
    ASSERT_TRUE(got) << yaml;
    EXPECT_EQ(got.value(), want) << yaml;
  }
}

TEST(YamlJson, refuses_what_json_has_no_form_for) {
  EXPECT_EQ(json_of(YAML::Load("{[1, 2]: a}")).error(), "a key of it is not a name");
  EXPECT_EQ(json_of(YAML::Load(std::string(100, '[') + std::string(100, ']'))).error(),
            "it is nested too deeply");
}

}  // namespace
}  // namespace moretta::app
