#pragma once

// A job is a queue, a table and the lanes between them, built from the configuration. Nobody else
// constructs adapters.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/aws_access.hpp"
#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/status/readings.hpp"
#include "app/world.hpp"
#include "aws/credentials.hpp"
#include "aws/region.hpp"
#include "aws/sqs_client.hpp"
#include "core/lane.hpp"
#include "core/trace_log.hpp"
#include "pg/pg_sink.hpp"

namespace moretta::app {

// The queue's address and the right to use it, shared by everybody who talks to it.
class QueueAccess {
 public:
  // `clock` and `log` outlive it. Throws Refused if no credentials or no region are known.
  QueueAccess(const Config& config, const Environment& environment, aws::MissingQueue missing,
              Clock& clock, Log& log);

  [[nodiscard]] const std::string& queue() const { return queue_; }  // URL or name
  [[nodiscard]] std::string shown() const;                           // for people
  [[nodiscard]] aws::SenderAttributes attributes() const { return attributes_; }

  // A client of one's own: it is for one thread.
  [[nodiscard]] aws::SqsSettings settings() const;
  aws::CredentialsSource& credentials() { return aws_.credentials(); }
  [[nodiscard]] std::unique_ptr<aws::Http> open_http() const;
  // From now on, what is opened gives every request up once that is requested.
  void stop_with(const std::stop_token& stop) { stop_ = stop; }
  // Null if the configuration names no buckets. Throws Refused if their region is not known.
  std::unique_ptr<Payloads> open_payloads(const Config& config, Clock& clock, Log& log);

 private:
  std::string queue_;
  aws::SenderAttributes attributes_;  // asked for only if a column reads one
  aws::Endpoint endpoint_;
  std::optional<aws::Protocol> protocol_;
  aws::MissingQueue missing_;
  std::stop_token stop_;
  AwsAccess aws_;
};

// A connection to the queue for one thread: HTTP, client, source. Finds the queue's URL by its name
// if that is all it was given.
class QueueConnection final : public Source {
 public:
  QueueConnection(QueueAccess& access, Clock& clock, Log& log);
  ~QueueConnection() override;

  std::vector<Message> receive(const Ask& ask) override;
  std::size_t settle(std::span<const Message> messages, std::span<const Outcome> outcomes) override;
  std::size_t hold(std::span<const Message> messages, Seconds lease) override;
  Seconds lease() override;
  Depth depth() override;

  aws::SqsClient& client() { return client_; }
  [[nodiscard]] const aws::SqsUsage& usage() const { return client_.channel().usage(); }
  const std::string& url();

 private:
  Source& source();

  QueueAccess& access_;
  Clock& clock_;
  SystemRandom random_;
  std::unique_ptr<aws::Http> http_;
  aws::SqsClient client_;
  std::string url_;
  std::unique_ptr<Source> source_;
};

// By the queue's name alone: groups on a standard queue make it a fair one, not a FIFO queue.
Order queue_order(const Config& config);

// Nothing if the queue cannot be asked now.
std::optional<Depth> depth_if_known(Source& source);

std::vector<std::string> column_names(const Mapping& mapping);

// Of what a message holds or points to.
std::size_t event_bytes_max(const Config& config);

// As QueueAccess's; `region` is the queue's, or empty. All but the configuration must outlive it.
std::unique_ptr<Payloads> open_payloads(const Config& config, AwsAccess& aws,
                                        const std::string& region, Clock& clock, Log& log);

// What makes rows as the configuration says, which must outlive it.
Transform::Parts transform_parts(const Config& config);

pg::SinkOptions sink_options(const Config& config, const std::string& purpose);

class Job {
 public:
  // `config`, `access`, what `shared` names and `traces` must outlive the job. `traces`: where
  // lanes write their turns down; null: nowhere.
  Job(const Config& config, QueueAccess& access, const Lane::Shared& shared,
      const LaneSettings& settings, TraceLog* traces = nullptr);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Until the lanes are done or stop is requested. Throws Refused.
  void run(const std::stop_token& stop);

  // Of all lanes; from any thread.
  [[nodiscard]] Totals totals() const;
  [[nodiscard]] SteadyTime last_turn() const;
  // All but time, outages, depth and process, which it does not know.
  [[nodiscard]] Readings readings() const;

 private:
  struct Worker;

  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace moretta::app
