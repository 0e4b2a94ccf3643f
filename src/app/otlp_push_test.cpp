#include "app/otlp_push.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

TEST(OtlpTarget, is_what_the_variables_of_opentelemetry_say) {
  CommandWorld world;
  EXPECT_FALSE(otlp_target(world.environment(), OtlpSignal::metrics));

  world.variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318/";
  const auto plain = otlp_target(world.environment(), OtlpSignal::metrics);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->url, "http://127.0.0.1:4318/v1/metrics");
  EXPECT_EQ(plain->every, Millis{60'000});

  world.variables["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "https://c.example/otlp";
  world.variables["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=abc=,x=1";
  world.variables["OTEL_METRIC_EXPORT_INTERVAL"] = "5000";
  const auto full = otlp_target(world.environment(), OtlpSignal::metrics);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->url, "https://c.example/otlp");
  EXPECT_EQ(full->every, Millis{5000});
  ASSERT_EQ(full->headers.size(), 3U);
  EXPECT_EQ(full->headers[0], (aws::HttpHeader{.name = "api-key", .value = "abc="}));
}

TEST(OtlpTarget, of_traces_has_an_address_and_an_interval_of_its_own) {
  CommandWorld world;
  world.variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318";
  world.variables["OTEL_METRIC_EXPORT_INTERVAL"] = "9000";

  const auto plain = otlp_target(world.environment(), OtlpSignal::traces);
  world.variables["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "https://t.example/traces";
  world.variables["OTEL_BSP_SCHEDULE_DELAY"] = "2000";
  const auto full = otlp_target(world.environment(), OtlpSignal::traces);

  ASSERT_TRUE(plain && full);
  EXPECT_EQ(plain->url, "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(plain->every, Millis{5000});
  EXPECT_EQ(full->url, "https://t.example/traces");
  EXPECT_EQ(full->every, Millis{2000});
}

TEST(OtlpTarget, is_refused_if_it_is_no_such_thing_without_repeating_a_secret) {
  const std::pair<std::string, std::string> cases[] = {
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "sesame"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "a=b\r\nsesame: c"},
      {"OTEL_METRIC_EXPORT_INTERVAL", "10"}};

  for (const auto& [variable, value] : cases) {
    CommandWorld world;
    world.variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318";
    world.variables[variable] = value;
    try {
      static_cast<void>(otlp_target(world.environment(), OtlpSignal::metrics));
      ADD_FAILURE() << variable << "=" << value;
    } catch (const Refused& error) {
      EXPECT_EQ(std::string(error.what()).find("sesame"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace moretta::app
