#include "pg/array_encoder.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace moretta::pg {
namespace {

std::string encoded(ElementType type, std::size_t count,
                    const std::function<void(ArrayEncoder&)>& add) {
  ArrayEncoder array;
  array.begin(type, count);
  add(array);
  return hex(bytes_of(array.bytes()));
}

// dimensions, has nulls, element type; then of the one dimension its length and lower bound.
std::string header(std::string_view nulls, std::string_view type, std::string_view count) {
  return "00000001" + std::string(nulls) + std::string(type) + std::string(count) + "00000001";
}

TEST(ArrayEncoder, writes_texts_and_nulls_as_array_recv_reads_them) {
  const std::string got = encoded(ElementType::text, 3, [](ArrayEncoder& array) {
    array.add_bytes("ab");
    array.add_null();
    array.add_bytes("");
  });

  EXPECT_EQ(got,
            header("00000001", "00000019", "00000003") + "000000026162" + "ffffffff" + "00000000");
}

TEST(ArrayEncoder, writes_an_empty_array_without_dimensions) {
  EXPECT_EQ(encoded(ElementType::int4, 0, [](ArrayEncoder&) {}), "000000000000000000000017");
}

TEST(ArrayEncoder, writes_numbers_in_network_order) {
  const struct {
    ElementType type;
    std::function<void(ArrayEncoder&)> add;
    std::string want;
  } cases[] = {
      {ElementType::int2, [](auto& a) { a.add_integer(-32768); }, "000000028000"},
      {ElementType::int4, [](auto& a) { a.add_integer(2147483647); }, "000000047fffffff"},
      {ElementType::int8, [](auto& a) { a.add_integer(-2); }, "00000008fffffffffffffffe"},
      {ElementType::float8, [](auto& a) { a.add_real(1.0); }, "000000083ff0000000000000"},
      {ElementType::boolean, [](auto& a) { a.add_boolean(true); }, "0000000101"},
      {ElementType::date, [](auto& a) { a.add_date(10'957); }, "0000000400000000"},
      {ElementType::date, [](auto& a) { a.add_date(0); }, "00000004ffffd533"},
      {ElementType::timestamptz, [](auto& a) { a.add_timestamp(946'684'800'000'001); },
       "000000080000000000000001"},
  };

  for (const auto& [type, add, want] : cases) {
    EXPECT_EQ(encoded(type, 1, add).substr(40), want);
  }
}

TEST(ArrayEncoder, makes_times_that_no_server_holds_finite_and_refusable) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  constexpr auto tiny = std::numeric_limits<std::int64_t>::min();

  EXPECT_EQ(encoded(ElementType::date, 1, [](auto& a) { a.add_date(huge); }).substr(40),
            "000000047ffffffe");
  EXPECT_EQ(encoded(ElementType::date, 1, [](auto& a) { a.add_date(tiny); }).substr(40),
            "000000047ffffffe");
  EXPECT_EQ(encoded(ElementType::timestamptz, 1, [](auto& a) { a.add_timestamp(tiny); }).substr(40),
            "000000087ffffffffffffffe");
}

TEST(ArrayEncoder, keeps_nothing_of_the_array_before) {
  ArrayEncoder array;
  array.begin(ElementType::text, 1);
  array.add_null();
  array.begin(ElementType::text, 1);
  array.add_bytes("x");

  EXPECT_EQ(hex(bytes_of(array.bytes())),
            header("00000000", "00000019", "00000001") + "0000000178");
}

TEST(ArrayEncoderDeathTest, does_not_give_half_an_array) {
  ArrayEncoder array;
  array.begin(ElementType::text, 2);
  array.add_bytes("x");

  EXPECT_DEATH(static_cast<void>(array.bytes()), "broken invariant");
}

}  // namespace
}  // namespace moretta::pg
