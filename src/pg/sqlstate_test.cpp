#include "pg/sqlstate.hpp"

#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

TEST(SqlState, tells_whose_fault_it_is) {
  const struct {
    std::string_view code;
    Fault want;
  } cases[] = {
      {"08006", Fault::for_now},    {"40001", Fault::for_now},    {"40P01", Fault::for_now},
      {"53300", Fault::for_now},    {"57P01", Fault::for_now},    {"57014", Fault::for_now},
      {"25006", Fault::for_now},    {"25P02", Fault::unexpected}, {"22001", Fault::of_row},
      {"22P02", Fault::of_row},     {"23505", Fault::of_row},     {"23503", Fault::of_row},
      {"54000", Fault::of_row},     {"54001", Fault::unexpected}, {"42P01", Fault::for_good},
      {"42501", Fault::for_good},   {"28P01", Fault::for_good},   {"28000", Fault::for_good},
      {"3D000", Fault::for_good},   {"21000", Fault::of_row},     {"XX000", Fault::unexpected},
      {"", Fault::unexpected},      {"0A000", Fault::unexpected}, {"P0001", Fault::of_row},
      {"P0002", Fault::unexpected},
  };

  for (const auto& [code, want] : cases) {
    EXPECT_EQ(fault_of(code), want) << code;
  }
}

TEST(SqlState, is_named_by_its_code_or_else_by_its_class) {
  EXPECT_EQ(condition_name("23505"), "unique_violation");
  EXPECT_EQ(condition_name("22012"), "data_exception");
  EXPECT_EQ(condition_name("XX000"), "unexpected condition");
}

TEST(SqlState, has_a_hint_for_what_people_meet_first) {
  EXPECT_NE(hint_for("42P01").find("moretta schema --apply"), std::string::npos);
  EXPECT_NE(hint_for("28P01").find("password"), std::string::npos);
  EXPECT_NE(hint_for("3D000").find("database"), std::string::npos);
  EXPECT_NE(hint_for("42501").find("rights"), std::string::npos);
  EXPECT_NE(hint_for("26000").find("session mode"), std::string::npos);
  EXPECT_NE(hint_for("42P05").find("session mode"), std::string::npos);
  EXPECT_NE(hint_for("XX000").find("bug"), std::string::npos);
}

}  // namespace
}  // namespace moretta::pg
