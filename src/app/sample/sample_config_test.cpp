#include "app/sample/sample_config.hpp"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.hpp"
#include "app/sample/proposal.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Proposal proposed(const std::string& events, const std::string& pointer) {
  std::istringstream in(events);
  for (const Proposal& proposal : propose(read_sample(in))) {
    if (proposal.pointer == pointer) {
      return proposal;
    }
  }
  ADD_FAILURE() << "no field " << pointer;
  return {};
}

TEST(Proposal, never_keeps_what_looks_or_sounds_personal) {
  const char* personal[] = {
      R"({"a":"192.0.2.7"})",
      R"({"a":"2001:db8::1"})",
      R"({"a":"somebody@example.org"})",
      R"({"a":"+49 30 901820"})",
      R"({"a":"593-47-5928"})",
      R"({"a":"4111 1111 1111 1111"})",
      "{\"a\":\"424cdd21-063a-43a7-b91b-7ca1a833afae\"}\n"
      "{\"a\":\"424cdd21-063a-43a7-b91b-7ca1a833afae\"}",
      "{\"a\":\"x\"}\n{\"a\":\"y\"}\n{\"a\":\"192.0.2.7\"}",
  };
  for (const char* events : personal) {
    const Proposal proposal = proposed(events, "/a");
    EXPECT_EQ(proposal.column, "masked_a") << events;
    EXPECT_THAT(proposal.mask, HasSubstr("aes-siv")) << events;
    EXPECT_THAT(proposal.reason, Not(testing::IsEmpty())) << events;
  }
  for (const char* name : {"clientIp", "first_name", "deviceId", "home-address", "DOB"}) {
    const auto pointer = std::string("/") + name;
    EXPECT_EQ(proposed(std::string("{\"") + name + "\":\"x1\"}", pointer).mask, "aes-siv") << name;
  }
}

TEST(Proposal, gives_types_with_room_and_says_what_may_be_missing) {
  const std::string events =
      R"({"u":"424cdd21-063a-43a7-b91b-7ca1a833afae","n":1,"r":1.5,"b":true,"t":"2026-01-31T00:00:00Z",)"
      R"("d":"2026-01-31","s":"android","big":4000000000,"device_type":"ios","in":{"x":null,"y":"z"}})"
      "\n"
      R"({"u":"524cdd21-063a-43a7-b91b-7ca1a833afae","n":2,"r":2,"b":false,"t":"2026-01-31T00:00:00Z",)"
      R"("d":"2026-01-31","s":null,"big":1,"device_type":"ios","in":{"x":"a"}})";

  EXPECT_EQ(proposed(events, "/u").type, "uuid");
  EXPECT_EQ(proposed(events, "/n").type, "integer");
  EXPECT_EQ(proposed(events, "/r").type, "double precision");
  EXPECT_EQ(proposed(events, "/b").type, "boolean");
  EXPECT_EQ(proposed(events, "/t").type, "timestamptz");
  EXPECT_EQ(proposed(events, "/d").type, "date");
  EXPECT_EQ(proposed(events, "/big").type, "bigint");
  EXPECT_EQ(proposed(events, "/device_type"), (Proposal{.column = "device_type",
                                                        .pointer = "/device_type",
                                                        .type = "varchar(32)",
                                                        .mask = "keep"}));
  EXPECT_EQ(proposed(events, "/s"), (Proposal{.column = "s",
                                              .pointer = "/s",
                                              .type = "varchar(32)",
                                              .mask = "keep",
                                              .is_nullable = true}));
  EXPECT_EQ(proposed(events, "/in/y"), (Proposal{.column = "y",
                                                 .pointer = "/in/y",
                                                 .type = "varchar(32)",
                                                 .mask = "keep",
                                                 .is_required = false,
                                                 .is_nullable = true}));
}

TEST(Proposal, leaves_out_what_no_column_can_hold_and_says_why) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":[1,2]})", "a list"},
      {R"({"a":null})", "always null"},
      {"{\"a\":1}\n{\"a\":\"x\"}", "of several types"},
      {R"({"device":7})", "a number cannot be a token"},
  };
  for (const auto& [events, why] : cases) {
    std::istringstream in(events);
    const Proposal proposal = propose(read_sample(in)).at(0);
    EXPECT_EQ(proposal.type, "") << events;
    EXPECT_THAT(proposal.reason, HasSubstr(why)) << events;
  }
}

TEST(Proposal, takes_a_field_for_required_that_nearly_all_events_have) {
  std::string events;
  for (int i = 0; i < 39; ++i) {
    events += R"({"kind":"a","extra":1})"
              "\n";
  }
  events += R"({"extra":2,"stray":"x"})";

  EXPECT_EQ(proposed(events, "/kind").reason, "1 of 40 events lack it and would be quarantined");
  EXPECT_TRUE(proposed(events, "/kind").is_required);
  EXPECT_EQ(proposed(events, "/extra").reason, "");
  EXPECT_EQ(proposed(events, "/stray").reason, "in 1 of 40 events only");
  EXPECT_EQ(proposed(events, "/stray").type, "");
}

TEST(Proposal, gives_every_field_a_column_of_its_own) {
  std::istringstream in(
      R"({"id":"a","inner":{"id":"b"},"ID":"c","7up":"d","a/b~c":"e","masked_email":"x","email":"y"})");
  std::vector<std::string> columns;
  std::vector<std::string> pointers;
  for (const Proposal& proposal : propose(read_sample(in))) {
    columns.push_back(proposal.column);
    pointers.push_back(proposal.pointer);
  }

  EXPECT_THAT(columns, testing::ElementsAre("id", "inner_id", "id_2", "field_7up", "a_b_c",
                                            "masked_masked_email", "masked_email"));
  EXPECT_EQ(pointers.at(4), "/a~1b~0c");
}

TEST(InitSample, makes_a_configuration_that_takes_the_sample_but_for_what_is_stray_in_it) {
  const TemporaryFolder folder;
  CommandWorld making;
  const std::string sample = in_source_tree("examples/logins.jsonl");
  const std::string config = folder.file("moretta.yaml");
  ASSERT_EQ(making.enter({"init", "--sample", sample, "--table", "logins", "-o", config}),
            exit_done)
      << making.err.str();
  CommandWorld checking;
  ASSERT_EQ(checking.enter({"check", "-c", config}), exit_done)
      << checking.out.str() << checking.err.str() << read_whole(config);

  CommandWorld masking;
  masking.variables["SECRET_KEY"] =
      "9f2c41d07be85a1366d4c0937a2e18fb50c96e37d1428ab5f3097c64e1b8d52a";
  masking.in.str(read_whole(sample));
  EXPECT_EQ(masking.enter({"mask", "-c", config}), exit_rejects);
  EXPECT_THAT(masking.err.str(), HasSubstr(R"("reason":"missing_key","column":"user_id")"));
  const std::string rows = masking.out.str();
  EXPECT_EQ(std::ranges::count(rows, '\n'), 99);
}

TEST(InitSample, holds_nothing_of_a_value) {
  const TemporaryFolder folder;
  CommandWorld world;
  const std::string sample = folder.write(
      "sample.jsonl", "{\"ip\":\"192.0.2.7\",\"who\":\"canary-7f\",\"n\":424242}\nnot json\n");

  EXPECT_EQ(world.enter({"init", "--sample", sample}), exit_done);

  EXPECT_THAT(world.out.str(),
              AllOf(Not(HasSubstr("192.0.2.7")), Not(HasSubstr("canary")), Not(HasSubstr("424242")),
                    HasSubstr("1 lines of the sample are no JSON objects")));
}

TEST(InitSample, says_what_it_cannot_learn_from) {
  const TemporaryFolder folder;
  CommandWorld missing;
  EXPECT_EQ(missing.enter({"init", "--sample", folder.file("none")}), exit_failed);
  EXPECT_THAT(missing.err.str(), HasSubstr("no such file"));

  CommandWorld empty;
  EXPECT_EQ(empty.enter({"init", "--sample", folder.write("empty", "\n[1]\n")}), exit_failed);
  EXPECT_THAT(empty.err.str(), HasSubstr("no line of it is a JSON object"));

  CommandWorld nothing;
  EXPECT_EQ(nothing.enter({"init", "-o", folder.file("x")}), exit_usage);
  EXPECT_THAT(nothing.err.str(), HasSubstr("--output needs --preset or --sample"));
}

}  // namespace
}  // namespace moretta::app
