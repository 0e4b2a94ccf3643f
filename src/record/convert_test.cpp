#include "record/convert.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace moretta {
namespace {

// What the column makes of a JSON text: the value as text, or the reason in capitals.
std::string converted(const Column& column, const std::string& json) {
  const PointerTree tree{Mapping{}};
  Document document(tree);
  if (!document.read(json)) {
    return "not json";
  }
  Event event;
  event.reset(1);
  if (const auto done = convert_json(document.at(PointerTree::root), column, 0, event); !done) {
    return "! " + std::string(reason_code(done.error()));
  }
  switch (event[0].kind) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::text:
      return "text " + std::string(event[0].text);
    case Value::Kind::integer:
      return "integer " + std::to_string(event[0].integer);
    case Value::Kind::real:
      return "real " + std::to_string(event[0].real);
    case Value::Kind::boolean:
      return "boolean " + std::to_string(event[0].integer);
    case Value::Kind::date:
      return "date " + std::to_string(event[0].integer);
    case Value::Kind::timestamp:
      return "timestamp " + std::to_string(event[0].integer);
  }
  return "";
}

Column of_type(ColumnType type, Convert convert = Convert::none) {
  Column column;
  column.name = "c";
  column.type = type;
  column.convert = convert;
  return column;
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void expect(const Column& column, const Cases& cases) {
  for (const auto& [json, want] : cases) {
    EXPECT_EQ(converted(column, json), want) << declared_type(column) << " from " << json;
  }
}

}  // namespace

TEST(ConvertText, takes_strings_only) {
  expect(of_type(ColumnType::text), {{R"("a")", "text a"},
                                     {R"("")", "text "},
                                     {R"("\u00e9")", "text \xc3\xa9"},
                                     {R"("a\u0000b")", "! nul_character"},
                                     {"1", "! wrong_type"},
                                     {"true", "! wrong_type"},
                                     {"{}", "! wrong_type"},
                                     {"[]", "! wrong_type"}});
}

TEST(ConvertText, counts_code_points_against_the_width) {
  Column column = of_type(ColumnType::varchar);
  column.width = 3;

  expect(column, {{R"("abc")", "text abc"},
                  {R"("abcd")", "! too_long"},
                  {R"("\u00e9\u20ac\ud83d\ude00")", "text \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
                  {R"("\u00e9\u20ac\ud83d\ude00!")", "! too_long"},
                  {R"("abc\u0000")", "! nul_character"}});
}

TEST(ConvertInteger, takes_whole_numbers_that_fit) {
  expect(of_type(ColumnType::smallint), {{"32767", "integer 32767"},
                                         {"-32768", "integer -32768"},
                                         {"32768", "! out_of_range"},
                                         {"-32769", "! out_of_range"}});
  expect(of_type(ColumnType::integer), {{"0", "integer 0"},
                                        {"-0", "integer 0"},
                                        {"2147483647", "integer 2147483647"},
                                        {"-2147483648", "integer -2147483648"},
                                        {"2147483648", "! out_of_range"},
                                        {"-2147483649", "! out_of_range"},
                                        {"2.0", "! bad_value"},
                                        {"2e0", "! bad_value"},
                                        {R"("2")", "! wrong_type"},
                                        {"true", "! wrong_type"}});
  expect(of_type(ColumnType::bigint), {{"9223372036854775807", "integer 9223372036854775807"},
                                       {"-9223372036854775808", "integer -9223372036854775808"},
                                       {"9223372036854775808", "! out_of_range"},
                                       {"-9223372036854775809", "! out_of_range"},
                                       {"123456789012345678901234567890", "! out_of_range"}});
}

TEST(ConvertMajorVersion, takes_the_digits_before_the_first_period) {
  expect(of_type(ColumnType::integer, Convert::major_version),
         {{R"("2.3.0")", "integer 2"},
          {R"("0.96")", "integer 0"},
          {R"("10")", "integer 10"},
          {R"("2.")", "integer 2"},
          {R"("007.1")", "integer 7"},
          {R"("3.0-beta+1")", "integer 3"},
          {"2", "integer 2"},
          {"2.3", "integer 2"},
          {R"("2147483647.1")", "integer 2147483647"},
          {R"("2147483648.1")", "! out_of_range"},
          {R"("99999999999999999999.1")", "! out_of_range"},
          {R"("")", "! bad_value"},
          {R"("v2")", "! bad_value"},
          {R"(".5")", "! bad_value"},
          {R"("-1")", "! bad_value"},
          {R"("+1")", "! bad_value"},
          {R"(" 2")", "! bad_value"},
          {R"("2 .1")", "! bad_value"},
          {R"("2-beta")", "! bad_value"},
          {R"("2\u0000.1")", "! bad_value"},
          {R"("\u0662.1")", "! bad_value"},
          {"-1", "! bad_value"},
          {"2e3", "! bad_value"},
          {"true", "! wrong_type"},
          {"[2]", "! wrong_type"}});
  expect(of_type(ColumnType::smallint, Convert::major_version),
         {{R"("32767.9")", "integer 32767"}, {R"("32768")", "! out_of_range"}});
}

TEST(ConvertNumber, keeps_numeric_digits_as_written) {
  expect(of_type(ColumnType::numeric), {{"1.10", "text 1.10"},
                                        {"1e2", "text 1e2"},
                                        {"-0.0", "text -0.0"},
                                        {"123456789012345678901234567890.12",
                                         "text "
                                         "123456789012345678901234567890.12"},
                                        {R"("12.50")", "text 12.50"},
                                        {R"("1,5")", "! bad_value"},
                                        {R"("NaN")", "! bad_value"},
                                        {R"(" 1")", "! bad_value"},
                                        {R"("")", "! bad_value"},
                                        {"true", "! wrong_type"}});
  expect(of_type(ColumnType::double_precision), {{"0.5", "real 0.500000"},
                                                 {"3", "real 3.000000"},
                                                 {"1e-400", "real 0.000000"},
                                                 {R"("0.5")", "! wrong_type"}});
}

TEST(ConvertBoolean, takes_only_booleans) {
  expect(of_type(ColumnType::boolean), {{"true", "boolean 1"},
                                        {"false", "boolean 0"},
                                        {"1", "! wrong_type"},
                                        {R"("true")", "! wrong_type"}});
}

TEST(ConvertDate, takes_a_calendar_date_or_by_request_the_day_of_a_time) {
  expect(of_type(ColumnType::date), {{R"("2024-02-29")", "date 19782"},
                                     {R"("2023-02-29")", "! bad_value"},
                                     {R"("2024-02-29T00:00:00Z")", "! bad_value"},
                                     {"19782", "! wrong_type"}});
  expect(of_type(ColumnType::date, Convert::date_utc),
         {{R"("2024-02-29T23:30:00-01:00")", "date 19783"},
          {R"("2024-02-29T00:30:00+01:00")", "date 19781"},
          {R"("1990-12-31T23:59:60Z")", "date 7669"},
          {R"("2024-02-29")", "! bad_value"},
          {R"("2024-02-29T00:30:00")", "! bad_value"},
          {"0", "date 0"},
          {"-1", "date -1"},
          {"1700000000000", "date 19675"},
          {"1700000000", "date 19"},
          {"1700000000000.5", "! bad_value"},
          {"1e12", "! bad_value"},
          {"253402300799999", "date 2932896"},
          {"253402300800000", "! out_of_range"},
          {"-62135596800000", "date -719162"},
          {"-62135596800001", "! out_of_range"},
          {"99999999999999999999", "! out_of_range"},
          {R"("1700000000000")", "! bad_value"},
          {"true", "! wrong_type"}});
}

TEST(ConvertTime, takes_rfc_3339_with_its_offset) {
  expect(of_type(ColumnType::timestamptz),
         {{R"("2023-11-14T22:13:20.5Z")", "timestamp 1700000000500000"},
          {R"("2023-11-14T22:13:20")", "! bad_value"},
          {"1700000000000", "! wrong_type"}});
}

TEST(ConvertUuid, takes_the_one_spelling) {
  expect(
      of_type(ColumnType::uuid),
      {{R"("6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a")", "text 6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a"},
       {R"("6F2C1F0E-4f0e-4b6e-9a53-0d8f6f1c2b3a")", "text 6F2C1F0E-4f0e-4b6e-9a53-0d8f6f1c2b3a"},
       {R"("6f2c1f0e4f0e4b6e9a530d8f6f1c2b3a")", "! bad_value"},
       {R"("{6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3a}")", "! bad_value"},
       {R"("6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3g")", "! bad_value"},
       {R"("6f2c1f0e-4f0e-4b6e-9a53-0d8f6f1c2b3")", "! bad_value"},
       {R"("")", "! bad_value"}});
}

TEST(ConvertInet, takes_addresses_with_or_without_prefix_length) {
  expect(of_type(ColumnType::inet), {{R"("199.172.111.135")", "text 199.172.111.135"},
                                     {R"("10.0.0.0/8")", "text 10.0.0.0/8"},
                                     {R"("2001:db8::1")", "text 2001:db8::1"},
                                     {R"("::ffff:10.0.0.1/128")", "text ::ffff:10.0.0.1/128"},
                                     {R"("10.0.0.0/33")", "! bad_value"},
                                     {R"("10.0.0.0/")", "! bad_value"},
                                     {R"("10.0.0.0/-1")", "! bad_value"},
                                     {R"("10.0.0.0/8 ")", "! bad_value"},
                                     {R"("::1/129")", "! bad_value"},
                                     {R"("10.0.0")", "! bad_value"},
                                     {R"("256.0.0.1")", "! bad_value"},
                                     {R"("fe80::1%eth0")", "! bad_value"},
                                     {R"("10.0.0.1\u0000")", "! bad_value"},
                                     {R"("host")", "! bad_value"},
                                     {R"("")", "! bad_value"},
                                     {'"' + std::string(100, '1') + '"', "! bad_value"}});
}

TEST(ConvertJson, keeps_any_value_as_written) {
  expect(of_type(ColumnType::jsonb), {{R"({"a": 1.10})", R"(text {"a": 1.10})"},
                                      {"[]", "text []"},
                                      {R"("\u00e9")", R"(text "\u00e9")"},
                                      {"1.0", "text 1.0"},
                                      {"true", "text true"},
                                      {R"(["\u0000"])", "! nul_character"}});
}

TEST(CanConvert, knows_what_fits_which_type) {
  using enum ColumnType;
  EXPECT_TRUE(can_convert(Origin::body, Convert::none, jsonb));
  EXPECT_TRUE(can_convert(Origin::body, Convert::major_version, bigint));
  EXPECT_FALSE(can_convert(Origin::body, Convert::major_version, text));
  EXPECT_TRUE(can_convert(Origin::sent_at, Convert::date_utc, date));
  EXPECT_FALSE(can_convert(Origin::sent_at, Convert::none, date));
  EXPECT_TRUE(can_convert(Origin::received_at, Convert::none, timestamptz));
  EXPECT_FALSE(can_convert(Origin::received_at, Convert::none, text));
  EXPECT_TRUE(can_convert(Origin::message_id, Convert::none, uuid));
  EXPECT_FALSE(can_convert(Origin::message_id, Convert::date_utc, date));
  EXPECT_FALSE(can_convert(Origin::message_id, Convert::none, integer));
}

TEST(ConvertAttribute, checks_a_message_id_like_any_text) {
  Column column = of_type(ColumnType::varchar);
  column.origin = Origin::message_id;
  column.width = 4;
  Message message;
  Event event;
  event.reset(1);

  message.id = "abcd";
  EXPECT_TRUE(convert_attribute(message, column, 0, event));
  EXPECT_EQ(event[0].text, "abcd");

  message.id = "abcde";
  EXPECT_EQ(convert_attribute(message, column, 0, event).error(), Reason::too_long);

  column = of_type(ColumnType::uuid);
  column.origin = Origin::message_id;
  EXPECT_EQ(convert_attribute(message, column, 0, event).error(), Reason::bad_value);
}

}  // namespace moretta
