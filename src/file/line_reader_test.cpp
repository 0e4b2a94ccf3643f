#include "file/line_reader.hpp"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace moretta::file {
namespace {

std::vector<std::string> texts(const std::string& input, std::size_t line_bytes_max = 100) {
  std::istringstream in(input);
  LineReader reader(in, line_bytes_max);
  std::vector<std::string> texts;
  while (const auto line = reader.next()) {
    EXPECT_EQ(line->number, std::ssize(texts) + 1);
    texts.push_back(line->is_cut() ? "(cut)" : std::string(line->text));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(LineReader, gives_lines_without_their_ends) {
  const std::pair<std::string, Texts> cases[] = {
      {"", {}},
      {"\n", {""}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"a\n\nb\n", {"a", "", "b"}},
      {"a\r", {"a"}},
      {"a\rb\n", {"a\rb"}},
      {std::string("a\0b\n", 4), {std::string("a\0b", 3)}},
  };

  for (const auto& [input, want] : cases) {
    EXPECT_EQ(texts(input), want) << input;
  }
}

TEST(LineReader, cuts_only_lines_over_the_limit_and_keeps_counting) {
  const std::pair<std::string, Texts> cases[] = {
      {"12345\n", {"12345"}},
      {"12345\r\n", {"12345"}},
      {"123456\n", {"(cut)"}},
      {"123456\r\nx\n", {"(cut)", "x"}},
      {"123456", {"(cut)"}},
      {std::string(300'000, 'a') + "\nx", {"(cut)", "x"}},
      {"x\n" + std::string(300'000, 'a'), {"x", "(cut)"}},
  };

  for (const auto& [input, want] : cases) {
    EXPECT_EQ(texts(input, 5), want) << input.substr(0, 20);
  }
}

TEST(LineReader, says_how_long_a_cut_line_was) {
  std::istringstream in(std::string(300'000, 'a') + "\n");
  LineReader reader(in, 5);

  EXPECT_EQ(reader.next()->bytes, 300'000U);
}

// Gives one piece at a time, as a pipe does.
class Pieces : public std::streambuf {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

 private:
  int_type underflow() override {
    if (given_ == pieces_.size()) {
      return traits_type::eof();
    }
    std::string& piece = pieces_[given_++];
    setg(piece.data(), piece.data(), piece.data() + piece.size());
    return traits_type::to_int_type(piece.front());
  }

  std::vector<std::string> pieces_;
  std::size_t given_ = 0;
};

TEST(LineReader, gives_a_line_as_soon_as_it_is_there) {
  Pieces pieces({"a\nb", "c\n", "d"});
  std::istream in(&pieces);
  LineReader reader(in, 100);

  EXPECT_EQ(reader.next()->text, "a");
  EXPECT_FALSE(reader.has_line());
  EXPECT_EQ(reader.next()->text, "bc");
  EXPECT_EQ(reader.next()->text, "d");
  EXPECT_FALSE(reader.next().has_value());
}

class Broken : public std::streambuf {
 private:
  int_type underflow() override { throw std::ios_base::failure("broken"); }
};

TEST(LineReader, refuses_a_stream_that_cannot_be_read) {
  Broken broken;
  std::istream in(&broken);
  LineReader reader(in, 100);

  EXPECT_THROW(reader.next(), Refused);
}

}  // namespace
}  // namespace moretta::file
