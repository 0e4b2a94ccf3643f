#include "record/trace_context.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

constexpr std::string_view w3c = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr std::string_view xray =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

// The example of the W3C recommendation, section 3.2.
TEST(TraceContext, is_read_from_traceparent) {
  const TraceContext sampled{.trace_id = "0af7651916cd43dd8448eb211c80319c",
                             .span_id = "b7ad6b7169203331",
                             .is_sampled = true};
  TraceContext unsampled = sampled;
  unsampled.is_sampled = false;

  EXPECT_EQ(parse_traceparent(w3c), sampled);
  EXPECT_EQ(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
            unsampled);
  EXPECT_EQ(parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-later"),
            sampled);
}

TEST(TraceContext, is_none_if_traceparent_is_not_well_formed) {
  for (const std::string_view wrong :
       {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", "secret@example.com"}) {
    EXPECT_EQ(parse_traceparent(wrong), std::nullopt) << wrong;
  }
}

// The example of X-Ray's developer guide.
TEST(TraceContext, is_read_from_the_trace_header_of_aws) {
  const TraceContext all{.trace_id = "5759e988bd862e3fe1be46a994272793",
                         .span_id = "53995c3f42cd8ad8",
                         .is_sampled = true};

  EXPECT_EQ(parse_trace_header(xray), all);
  EXPECT_EQ(parse_trace_header("Self=1-67891234-12456789abcdef012345678;Sampled=1;Lineage=a:0;"
                               "Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793"),
            all);
  EXPECT_EQ(parse_trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?"),
            (TraceContext{.trace_id = all.trace_id}));
}

TEST(TraceContext, is_none_if_the_trace_header_has_no_root) {
  for (const std::string_view wrong :
       {"", "Sampled=1", "Root=", "Root=1-5759e988-bd862e3fe1be46a99427279",
        "Root=2-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e98-bbd862e3fe1be46a994272793",
        "Root=1-5759e988bd862e3fe1be46a994272793", "Root=1-5759e988-bd862e3fe1be46a99427279G",
        "Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8"}) {
    EXPECT_EQ(parse_trace_header(wrong), std::nullopt) << wrong;
  }
}

TEST(TraceContext, of_a_message_is_what_its_sender_set_on_purpose) {
  Message message;
  message.attributes = {{.name = "traceparent", .type = "String", .value = "damaged"}};
  message.trace_header = xray;
  EXPECT_EQ(trace_context(message), parse_trace_header(xray));

  message.attributes[0].value = w3c;
  EXPECT_EQ(trace_context(message), parse_traceparent(w3c));
  EXPECT_EQ(trace_context(Message{}), std::nullopt);
}

}  // namespace
}  // namespace moretta
