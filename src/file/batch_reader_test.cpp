#include "file/batch_reader.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::file {
namespace {

constexpr BatchLimits small = {.lines_max = 3, .bytes_max = 16, .line_bytes_max = 8};

BatchReader::Read reader_of(const std::string& input, std::int64_t from) {
  return [&input, at = static_cast<std::size_t>(from)](std::span<char> into) mutable {
    const std::size_t got = input.copy(into.data(), into.size(), at);
    at += got;
    return got;
  };
}

struct Got {
  std::int64_t offset = 0;
  std::size_t bytes = 0;
  std::string text;

  bool operator==(const Got&) const = default;
};

std::vector<Got> read_from(const std::string& input, Range range, std::int64_t start,
                           const BatchLimits& limits = small) {
  BatchReader reader(reader_of(input, BatchReader::first_byte(start, range)), range, start, limits);
  std::vector<Got> got;
  for (auto lines = reader.next(); !lines.empty(); lines = reader.next()) {
    EXPECT_LE(lines.size(), limits.lines_max);
    for (const PlacedLine& line : lines) {
      got.push_back({.offset = line.offset, .bytes = line.bytes, .text = std::string(line.text)});
    }
  }
  return got;
}

std::vector<Got> read_all(const std::string& input) {
  return read_from(input, {.begin = 0, .end = static_cast<std::int64_t>(input.size())}, 0);
}

TEST(BatchReader, gives_lines_with_their_places) {
  const std::pair<std::string, std::vector<Got>> cases[] = {
      {"", {}},
      {"\n\r\n\n", {}},
      {"a", {{0, 1, "a"}}},
      {"a\nbc\r\n\nd\n", {{0, 1, "a"}, {2, 2, "bc"}, {7, 1, "d"}}},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n",
       {{0, 1, "1"},
        {2, 1, "2"},
        {4, 1, "3"},
        {6, 1, "4"},
        {8, 1, "5"},
        {10, 1, "6"},
        {12, 1, "7"},
        {14, 1, "8"},
        {16, 1, "9"},
        {18, 1, "0"}}},
      {"12345678\n123456789\n1\n", {{0, 8, "12345678"}, {9, 9, ""}, {19, 1, "1"}}},
      {"1\n" + std::string(100, 'x') + "\n2", {{0, 1, "1"}, {2, 100, ""}, {103, 1, "2"}}},
      {std::string(100, 'x'), {{0, 100, ""}}},
      {"\n\n\n\n\n\n\n\n\n\n1234567\n", {{10, 7, "1234567"}}},
  };

  for (const auto& [input, want] : cases) {
    EXPECT_EQ(read_all(input), want) << input;
  }
}

TEST(BatchReader, gives_each_line_in_exactly_one_range_however_the_input_is_cut) {
  const std::string input = "1\n22\n\n333\r\n" + std::string(40, 'x') + "\n5\n666666\n7";
  const auto size = static_cast<std::int64_t>(input.size());

  for (std::int64_t first = 0; first <= size; ++first) {
    for (std::int64_t second = first; second <= size; ++second) {
      std::vector<Got> got;
      for (const Range range : {Range{0, first}, Range{first, second}, Range{second, size}}) {
        if (range.begin < range.end) {
          std::ranges::copy(read_from(input, range, range.begin), std::back_inserter(got));
        }
      }
      EXPECT_EQ(got, read_all(input)) << first << " " << second;
    }
  }
}

TEST(BatchReader, goes_on_where_any_earlier_batch_ended) {
  const std::string input = "1\n22\n\n333\r\n" + std::string(40, 'x') + "\n5\n666666\n7\n";
  const Range range{.begin = 3, .end = static_cast<std::int64_t>(input.size())};
  const std::vector<Got> whole = read_from(input, range, range.begin);

  for (std::size_t batches = 0; batches <= whole.size(); ++batches) {
    BatchReader reader(reader_of(input, BatchReader::first_byte(3, range)), range, 3,
                       {.lines_max = 1, .bytes_max = 16, .line_bytes_max = 8});
    for (std::size_t i = 0; i < batches; ++i) {
      reader.next();
    }

    const std::vector<Got> rest = read_from(input, range, reader.end());

    EXPECT_THAT(rest,
                testing::ElementsAreArray(whole.begin() + static_cast<long>(batches), whole.end()));
  }
}

TEST(BatchReader, ends_behind_the_range_when_a_line_reaches_over_it) {
  const std::string input = "1\n" + std::string(60, 'x') + "\n2\n";
  BatchReader reader(reader_of(input, 9), {.begin = 10, .end = 20}, 10, small);

  EXPECT_TRUE(reader.next().empty());
  EXPECT_EQ(reader.end(), 63);
}

}  // namespace
}  // namespace moretta::file
