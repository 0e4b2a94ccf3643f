#pragma once

// The body `lambda`: one invocation's messages through the same turn as everywhere, within its
// deadline. Keeps its database connection from one invocation to the next.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/aws_access.hpp"
#include "app/config.hpp"
#include "app/status/emf.hpp"
#include "app/world.hpp"
#include "aws/lambda_event.hpp"
#include "aws/lambda_runtime.hpp"
#include "base/result.hpp"
#include "core/batch_lane.hpp"
#include "core/lane_meter.hpp"
#include "core/metered.hpp"
#include "core/outage.hpp"
#include "core/transform.hpp"
#include "pg/pg_sink.hpp"

namespace moretta::app {

// Time at the end of an invocation that is kept for its answer: who is late is killed, and all of
// the batch comes again.
inline constexpr Millis answer_reserve{500};

// Why an invocation has no answer. Lambda gives its whole batch back.
struct FailedInvocation {
  std::string type;
  std::string text;
};

class LambdaJob {
 public:
  // Does not connect yet: a database that is away costs items, not the function. `config`, `world`
  // and `log` must outlive the job.
  LambdaJob(const Config& config, World& world, Log& log);

  // The answer. Wipes the event.
  Result<std::string, FailedInvocation> handle(aws::Invocation& invocation);

 private:
  // What is made for the order that the queue keeps, which only its first event tells.
  struct Path {
    Path(Order its_order, LambdaJob& job);

    Order order;
    pg::PgSink sink;
    MeteredSink metered;
    BatchLane lane;
  };

  Path& path_for(Order order);
  std::vector<Message> intact_messages(aws::LambdaEvent& event, Order order,
                                       std::vector<Message>& damaged);
  SteadyTime deadline_of(const aws::Invocation& invocation) const;
  void revive(pg::PgSink& sink);
  [[nodiscard]] bool is_away(const BatchResult& result) const;
  void note_lags(std::span<const Message> messages, std::span<const Outcome> outcomes);
  void log_batch(const aws::Invocation& invocation, const Totals& before, SteadyTime started);
  void write_metrics(std::string_view queue_arn, bool database_away);

  const Config& config_;
  World& world_;
  Log& log_;
  std::unique_ptr<AwsAccess> aws_;  // with payloads_, if messages may point to S3
  std::unique_ptr<Payloads> payloads_;
  Outage database_outage_;
  aws::LambdaEventReader reader_;
  Transform transform_;
  Tally tally_;
  LaneMeter meter_;
  std::optional<EmfWriter> metrics_;
  std::unique_ptr<Path> path_;
  SteadyTime last_steady_{};  // the end of the last invocation; the process may have been frozen
  WallTime last_wall_{};      // since, and one of the clocks with it
};

}  // namespace moretta::app
