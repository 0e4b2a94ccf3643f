#include "app/lambda/invocation_metrics.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

std::string embedded_metrics(const InvocationMetrics& metrics) {
  const Totals& totals = metrics.totals;
  const std::array<std::pair<std::string_view, std::int64_t>, 5> counts = {
      {{"received", totals.received},
       {"stored", totals.stored},
       {"duplicate", totals.duplicate},
       {"quarantined", totals.quarantined},
       {"returned", totals.returned}}};
  std::string definitions;
  std::string values;
  for (const auto& [name, count] : counts) {
    definitions += fmt::format(R"({{"Name":"{}","Unit":"Count"}},)", name);
    values += fmt::format(R"(,"{}":{})", name, count);
  }
  return fmt::format(R"({{"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":"moretta",)"
                     R"("Dimensions":[["function"]],)"
                     R"("Metrics":[{}{{"Name":"invocation_ms","Unit":"Milliseconds"}}]}}]}},)"
                     R"("function":{}{},"invocation_ms":{:.3f}}})",
                     metrics.now.time_since_epoch().count(), definitions,
                     json_string(metrics.function), values, metrics.milliseconds);
}

}  // namespace moretta::app
