#include "app/row_text.hpp"

#include <gtest/gtest.h>

#include "core/transform.hpp"

namespace moretta::app {
namespace {

// A row of one column that keeps what `json` holds.
Row row_of(const Column& column, const std::string& json) {
  SeededRandom random(1);
  Transform transform({.mapping = {column},
                       .policies = {{.method = mask::Method::keep}},
                       .key = nullptr,
                       .config_fingerprint = {}},
                      random);
  Message message;
  message.body = R"({"a":)" + json + "}";
  auto row = transform.row_of(message);
  EXPECT_TRUE(row.ok()) << json;
  return std::move(row).value();
}

struct Case {
  ColumnType type;
  std::string json;
  std::string want_json;
  std::string want_csv;
};

TEST(RowText, writes_each_type_for_json_and_for_csv) {
  const Case cases[] = {
      {ColumnType::text, "null", "null", ""},
      {ColumnType::text, R"("")", R"("")", R"("")"},
      {ColumnType::text, R"("a")", R"("a")", "a"},
      {ColumnType::text, R"("a,b")", R"("a,b")", R"("a,b")"},
      {ColumnType::text, R"("say \"hi\"\r\n")", R"("say \"hi\"\r\n")", "\"say \"\"hi\"\"\r\n\""},
      {ColumnType::text, R"("\u0001")", R"("\u0001")", "\x01"},
      {ColumnType::text, R"("long enough to be read by eights \\ \" \u001f \u007f é")",
       "\"long enough to be read by eights \\\\ \\\" \\u001f \x7f é\"",
       "\"long enough to be read by eights \\ \"\" \x1f \x7f é\""},
      {ColumnType::integer, "-7", "-7", "-7"},
      {ColumnType::bigint, "-9223372036854775808", "-9223372036854775808", "-9223372036854775808"},
      {ColumnType::bigint, "9223372036854775807", "9223372036854775807", "9223372036854775807"},
      {ColumnType::double_precision, "0.1", "0.1", "0.1"},
      {ColumnType::numeric, "12345678901234567890.10", R"("12345678901234567890.10")",
       "12345678901234567890.10"},
      {ColumnType::boolean, "true", "true", "true"},
      {ColumnType::boolean, "false", "false", "false"},
      {ColumnType::date, R"("0096-02-29")", R"("0096-02-29")", "0096-02-29"},
      {ColumnType::timestamptz, R"("1969-12-31T23:59:59.5Z")", R"("1969-12-31T23:59:59.500000Z")",
       "1969-12-31T23:59:59.500000Z"},
      {ColumnType::jsonb, R"({"b": [1]})", R"({"b": [1]})", R"("{""b"": [1]}")"},
  };

  for (const Case& c : cases) {
    const Column column{.name = "c", .pointer = "/a", .type = c.type, .nullable = true};
    const Row row = row_of(column, c.json);
    std::string json;
    std::string csv;

    RowText({column}, RowFormat::ndjson).append_row(row, json);
    RowText({column}, RowFormat::csv).append_row(row, csv);

    EXPECT_EQ(json, R"({"c":)" + c.want_json + "}\n");
    EXPECT_EQ(csv, c.want_csv + "\r\n");
  }
}

TEST(RowText, quotes_names_that_need_it) {
  std::string header;

  RowText({{.name = "a"}, {.name = "b,c"}, {.name = "d\"e"}}, RowFormat::csv).append_header(header);

  EXPECT_EQ(header, "a,\"b,c\",\"d\"\"e\"\r\n");
}

}  // namespace
}  // namespace moretta::app
