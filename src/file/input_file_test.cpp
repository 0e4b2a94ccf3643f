#include "file/input_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "base/random.hpp"

namespace moretta::file {
namespace {

using testing::HasSubstr;

class InputFileTest : public testing::Test {
 protected:
  InputFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "moretta-file.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~InputFileTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  std::string refusal(const std::string& path) {
    try {
      const InputFile file(path);
    } catch (const Refused& error) {
      return std::string(error.what()) + "; " + error.hint();
    }
    return {};
  }

  std::filesystem::path folder_;
};

TEST_F(InputFileTest, knows_a_file_by_path_size_and_bytes_and_not_by_its_times) {
  const std::string path = write("a", "{}\n");
  const FileIdentity before = InputFile(path).identity();
  std::filesystem::last_write_time(path, std::filesystem::file_time_type{});

  EXPECT_EQ(InputFile(path).identity(), before);
  EXPECT_EQ(before.bytes, 3);
  EXPECT_NE(InputFile(write("a", "[]\n")).identity(), before);
  EXPECT_NE(InputFile(write("a", "{}\n\n")).identity(), before);
  EXPECT_EQ(InputFile(write("b", "{}\n")).identity().digest, before.digest);
}

TEST_F(InputFileTest, follows_links_to_the_one_path) {
  const std::string path = write("a", "{}\n");
  std::filesystem::create_symlink(path, folder_ / "link");

  EXPECT_EQ(InputFile((folder_ / "link").string()).identity(), InputFile(path).identity());
}

TEST_F(InputFileTest, notices_a_large_file_that_grew_or_begins_or_ends_otherwise) {
  std::string text(5'000'000, 'x');
  const std::string digest = InputFile(write("a", text)).identity().digest;

  for (const std::size_t place : {std::size_t{0}, std::size_t{60'000}, std::size_t{4'999'999}}) {
    std::string other = text;
    other[place] = 'y';
    EXPECT_NE(InputFile(write("a", other)).identity().digest, digest) << place;
  }
  EXPECT_NE(InputFile(write("a", text + "x")).identity().digest, digest);
}

TEST_F(InputFileTest, refuses_what_is_no_readable_file_of_lines) {
  EXPECT_THAT(refusal((folder_ / "none").string()), HasSubstr("No such file"));
  EXPECT_THAT(refusal(folder_.string()), HasSubstr("not a regular file"));
  EXPECT_THAT(refusal(write("a.gz", "\x1f\x8b\x08")), HasSubstr("zcat"));
}

TEST(Ranges, cover_a_file_of_any_size_once) {
  for (const std::int64_t bytes : {std::int64_t{0}, std::int64_t{1}, range_bytes - 1, range_bytes,
                                   range_bytes + 1, 7 * range_bytes + 5}) {
    std::int64_t covered = 0;
    for (const Range& range : ranges_of(bytes)) {
      EXPECT_EQ(range.begin, covered);
      EXPECT_GT(range.end, range.begin);
      covered = range.end;
    }
    EXPECT_EQ(covered, bytes);
  }
}

}  // namespace
}  // namespace moretta::file
