#include "base/log.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/json_text.hpp"

namespace moretta {

TEST(LogLine, is_the_inside_of_a_json_object) {
  EXPECT_EQ(log_line(LogFormat::json, LogLevel::warn, "sink_unavailable",
                     {{"lane", 3}, {"in_doubt", true}, {"wait_s", 0.25}, {"state", "08006"}}),
            R"("level":"warn","event":"sink_unavailable","lane":3,"in_doubt":true,)"
            R"("wait_s":0.25,"state":"08006")");
}

TEST(LogLine, escapes_texts_as_json_wants_it) {
  EXPECT_EQ(
      log_line(LogFormat::json, LogLevel::info, "e", {{"t", "a\"b\\c\n\r\t\x01\x7f\xc3\xa9"}}),
      "\"level\":\"info\",\"event\":\"e\",\"t\":\"a\\\"b\\\\c\\n\\r\\t\\u0001\x7f\xc3\xa9\"");
}

TEST(LogLine, is_readable_on_a_terminal) {
  EXPECT_EQ(log_line(LogFormat::text, LogLevel::info, "started",
                     {{"lanes", 4}, {"queue", "logins"}, {"hint", "two words"}, {"empty", ""}}),
            R"(info  started lanes=4 queue=logins hint="two words" empty="")");
}

TEST(LogLine, cannot_be_broken_in_two_by_a_text) {
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    for (const char* text : {"a\nb", "a\rb", "\n", "a\x1b[31mb", "a\tb"}) {
      const std::string line = log_line(format, LogLevel::info, "e", {{"t", text}});
      for (const char c : line) {
        EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
      }
    }
  }
}

TEST(LogLine, takes_integers_of_every_kind) {
  EXPECT_EQ(log_line(LogFormat::text, LogLevel::debug, "e",
                     {{"a", std::size_t{7}}, {"b", -7L}, {"c", std::uint16_t{65'535}}}),
            "debug e a=7 b=-7 c=65535");
}

TEST(LogLine, writes_no_number_that_json_does_not_know) {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::string line =
      "{" +
      log_line(LogFormat::json, LogLevel::info, "e",
               {{"a", infinite}, {"b", -infinite}, {"c", std::nan("")}, {"d", 1e300}}) +
      "}";
  simdjson::dom::parser parser;
  simdjson::dom::element root;

  EXPECT_EQ(parser.parse(line).get(root), simdjson::SUCCESS) << line;
}

TEST(Log, keeps_to_its_level) {
  std::string lines;
  Log log(LogFormat::text, LogLevel::warn);
  log.capture(&lines);

  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");

  EXPECT_EQ(lines, "warn  c\nerror d\n");
}

TEST(Log, is_silent_when_off) {
  std::string lines;
  Log log(LogFormat::json, LogLevel::off);
  log.capture(&lines);

  log.error("e");

  EXPECT_EQ(lines, "");
}

TEST(Log, writes_whole_json_lines_to_standard_error) {
  Log log(LogFormat::json, LogLevel::info);

  testing::internal::CaptureStderr();
  log.info("started", {{"lanes", 2}});
  std::string line = testing::internal::GetCapturedStderr();

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(line).get(root), simdjson::SUCCESS) << line;
  std::string_view time;
  ASSERT_EQ(root["ts"].get(time), simdjson::SUCCESS);
  EXPECT_EQ(time.size(), std::string_view("2024-01-01T00:00:00.000Z").size());
  EXPECT_TRUE(time.ends_with('Z'));
  EXPECT_TRUE(line.ends_with("}\n"));
}

TEST(Log, keeps_lines_of_many_threads_apart) {
  std::string lines;
  Log log(LogFormat::text, LogLevel::info);
  log.capture(&lines);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&log] {
        for (int j = 0; j < 50; ++j) {
          log.info("turn", {{"messages", 10}});
        }
      });
    }
  }

  std::string want;
  for (int i = 0; i < 200; ++i) {
    want += "info  turn messages=10\n";
  }
  EXPECT_EQ(lines, want);
}

TEST(JsonText, quotes) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a/b"), R"("a/b")");
  EXPECT_EQ(json_string(std::string_view("\0", 1)), R"("\u0000")");
}

}  // namespace moretta
