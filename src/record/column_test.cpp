#include "record/column.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

constexpr int type_count = static_cast<int>(ColumnType::jsonb) + 1;

}  // namespace

TEST(ColumnType, is_found_again_by_its_name) {
  for (int i = 0; i < type_count; ++i) {
    const auto type = static_cast<ColumnType>(i);
    EXPECT_EQ(column_type(type_name(type)), type) << type_name(type);
  }
}

TEST(ColumnType, is_found_by_what_postgres_also_calls_it) {
  EXPECT_EQ(column_type("character varying"), ColumnType::varchar);
  EXPECT_EQ(column_type("timestamp with time zone"), ColumnType::timestamptz);
  EXPECT_EQ(column_type("int4"), ColumnType::integer);
  EXPECT_EQ(column_type("float8"), ColumnType::double_precision);
  EXPECT_EQ(column_type("timestamp"), std::nullopt);
  EXPECT_EQ(column_type("TEXT"), std::nullopt);
  EXPECT_EQ(column_type(""), std::nullopt);
}

TEST(ColumnType, travels_as_text_if_the_server_casts_it) {
  for (const ColumnType type : {ColumnType::text, ColumnType::varchar, ColumnType::numeric,
                                ColumnType::uuid, ColumnType::inet, ColumnType::jsonb}) {
    EXPECT_TRUE(is_text_like(type)) << type_name(type);
  }
  for (const ColumnType type :
       {ColumnType::smallint, ColumnType::integer, ColumnType::bigint, ColumnType::boolean,
        ColumnType::double_precision, ColumnType::date, ColumnType::timestamptz}) {
    EXPECT_FALSE(is_text_like(type)) << type_name(type);
  }
}

TEST(Column, is_declared_with_its_width) {
  Column column;
  column.type = ColumnType::varchar;
  EXPECT_EQ(declared_type(column), "varchar");

  column.width = 128;

  EXPECT_EQ(declared_type(column), "varchar(128)");
}

TEST(Convert, has_a_name) {
  EXPECT_EQ(convert_name(Convert::none), "none");
  EXPECT_EQ(convert_name(Convert::major_version), "major_version");
  EXPECT_EQ(convert_name(Convert::date_utc), "date_utc");
}

}  // namespace moretta
