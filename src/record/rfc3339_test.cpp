#include "record/rfc3339.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace moretta {

TEST(Date, is_counted_in_days_since_1970) {
  const std::vector<std::pair<const char*, std::int64_t>> cases = {
      {"1970-01-01", 0},      {"1969-12-31", -1},       {"2000-02-29", 11'016},
      {"2024-02-29", 19'782}, {"0001-01-01", -719'162}, {"9999-12-31", 2'932'896},
  };

  for (const auto& [text, days] : cases) {
    EXPECT_EQ(days_of(text), days) << text;
  }
}

TEST(Date, exists_in_the_calendar_and_has_one_spelling) {
  for (const char* text : {"",
                           "2023-02-29",
                           "1900-02-29",
                           "2024-02-30",
                           "2024-04-31",
                           "2024-00-10",
                           "2024-13-01",
                           "2024-01-00",
                           "2024-01-32",
                           "0000-01-01",
                           "2024-1-1",
                           "24-01-01",
                           "2024/01/01",
                           "20240101",
                           "2024-01-01 ",
                           " 2024-01-01",
                           "2024-01-01T00:00:00Z",
                           "-024-01-01",
                           "+2024-01-01",
                           "2024-01",
                           "2024-W01-1",
                           "2024-001",
                           "today"}) {
    EXPECT_EQ(days_of(text), std::nullopt) << text;
  }
}

// The first five are RFC 3339 section 5.8's own examples.
TEST(Time, is_counted_in_microseconds_of_utc) {
  const std::vector<std::pair<const char*, std::int64_t>> cases = {
      {"1985-04-12T23:20:50.52Z", 482'196'050'520'000},
      {"1996-12-19T16:39:57-08:00", 851'042'397'000'000},
      {"1990-12-31T23:59:60Z", 662'687'999'999'999},
      {"1990-12-31T15:59:60-08:00", 662'687'999'999'999},
      {"1937-01-01T12:00:27.87+00:20", -1'041'337'172'130'000},
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01t00:00:00z", 0},
      {"1970-01-01 00:00:00-00:00", 0},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2023-11-14T22:13:20.123456789+00:00", 1'700'000'000'123'456},
      {"2023-11-15T00:13:20+02:00", 1'700'000'000'000'000},
      {"9999-12-31T23:59:59.999999Z", 253'402'300'799'999'999},
  };

  for (const auto& [text, micros] : cases) {
    EXPECT_EQ(micros_of(std::string_view(text)), micros) << text;
  }
}

TEST(Time, needs_its_offset_and_every_part_in_range) {
  for (const char* text : {"",
                           "2024-01-01",
                           "2024-01-01T00:00:00",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:61Z",
                           "2024-01-01T12:00:60Z",
                           "2024-01-01T23:59:60+01:00",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00.1234567890Z",
                           "2024-01-01T00:00:00,5Z",
                           "2024-01-01T00:00Z",
                           "2024-01-01T00:00:00+24:00",
                           "2024-01-01T00:00:00+00:60",
                           "2024-01-01T00:00:00+0000",
                           "2024-01-01T00:00:00+00",
                           "2024-01-01T00:00:00ZZ",
                           "2024-01-01T00:00:00 Z",
                           "2024-01-01_00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "20240101T000000Z",
                           "2024-01-01T00:00:00 UTC"}) {
    EXPECT_EQ(micros_of(std::string_view(text)), std::nullopt) << text;
  }
}

TEST(Time, falls_on_the_day_it_has_in_utc) {
  EXPECT_EQ(day_of_micros(0), 0);
  EXPECT_EQ(day_of_micros(-1), -1);
  EXPECT_EQ(day_of_micros(86'399'999'999), 0);
  EXPECT_EQ(day_of_micros(86'400'000'000), 1);
  EXPECT_EQ(day_of_micros(-86'400'000'000), -1);
}

}  // namespace moretta
