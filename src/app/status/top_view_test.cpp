#include "app/status/top_view.hpp"

#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"
#include "app/status/status_json.hpp"

namespace moretta::app {
namespace {

std::string sample_status() {
  Readings later = sample_readings();
  later.steady += Seconds{10};
  later.totals.received += 1000;
  later.totals.stored += 1000;
  later.lanes[1] = {.phase = Phase::write, .since = sample_readings().steady, .messages = 7};
  return status_json(sample_facts(), later, flow_between(sample_readings(), later));
}

TEST(TopView, shows_stages_lanes_rejects_and_where_back_pressure_starts) {
  const auto view = top_view(sample_status(), Colours::no);

  ASSERT_TRUE(view);
  EXPECT_NE(view->find("100 messages/s"), std::string::npos) << *view;
  EXPECT_NE(view->find("3 of them met a row of their business key"), std::string::npos) << *view;
  EXPECT_NE(view->find("0:write(10)  1:write(7)"), std::string::npos) << *view;
  EXPECT_NE(view->find("too_long           masked_ip                    3"), std::string::npos)
      << *view;
  const std::size_t write = view->find("\nwrite ");
  EXPECT_NE(view->substr(write, view->find('\n', write + 1) - write).find("back-pressure"),
            std::string::npos)
      << *view;
}

TEST(TopView, has_escape_sequences_only_with_colours) {
  EXPECT_EQ(top_view(sample_status(), Colours::no)->find('\033'), std::string::npos);
  EXPECT_NE(top_view(sample_status(), Colours::yes)->find('\033'), std::string::npos);
}

TEST(TopView, takes_nothing_that_is_not_a_status) {
  for (const std::string_view text : {"", "{", "{}", "[]", "<html>", R"({"state":7})"}) {
    EXPECT_FALSE(top_view(text, Colours::no)) << text;
  }
}

}  // namespace
}  // namespace moretta::app
