#pragma once

// How a set of SQS calls gets its answers: which wire the endpoint speaks, signing, and what is
// tried again in the same call. Knows no operation in particular.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/http.hpp"
#include "aws/region.hpp"
#include "aws/sigv4.hpp"
#include "aws/sqs_error.hpp"
#include "aws/sqs_usage.hpp"
#include "aws/sqs_wire.hpp"
#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace moretta::aws {

// A queue that does not exist may be on its way: a service waits for it, a tool says so and ends.
enum class MissingQueue { wait, refuse };

struct SqsSettings {
  Endpoint endpoint;
  std::optional<Protocol> protocol;  // absent: JSON on AWS, found out by the first call elsewhere
  MissingQueue missing_queue = MissingQueue::wait;
  Millis request_timeout{10'000};  // on top of what a long poll waits
};

// What an SQS client needs of the world; all outlive it.
struct SqsWorld {
  Http& http;
  CredentialsSource& credentials;
  Clock& clock;
  Random& random;
  Log& log;
};

struct SqsAnswer {
  Protocol protocol;
  const std::string& body;
  SteadyTime asked_at;  // when the request left
};

struct SqsCall {
  std::string_view operation;
  std::string_view queue;  // its name, for errors
  std::function<std::string(Protocol)> write;
  std::function<bool(const SqsAnswer&)> read;  // false: that is not an answer to this operation
  Seconds wait{0};                             // of a long poll
  std::stop_token stop{};                      // gives it up

  // What the channel makes of it.
  bool done = false;
  std::optional<SqsError> error{};      // of the last try, unless done
  std::optional<Millis> clock_drift{};  // the server's clock minus the time signed with
  std::optional<Millis> retry_after{};  // as the server wishes
};

// For one thread.
class SqsChannel {
 public:
  SqsChannel(SqsWorld world, SqsSettings settings);

  // When it returns, each call is done or has an error. Three tries each at most; stops trying when
  // `enough` says so or `stop` is requested. Throws what the credentials throw.
  void run(std::span<SqsCall> calls, const std::function<bool()>& enough = {},
           const std::stop_token& stop = {});

  // REQUIRED: call.error.
  [[noreturn]] void raise(const SqsCall& call) const;

  // Absent until the first answer if the settings did not say.
  [[nodiscard]] std::optional<Protocol> protocol() const { return protocol_; }
  [[nodiscard]] bool is_aws() const { return is_aws_; }

  // From any thread.
  [[nodiscard]] const SqsUsage& usage() const { return usage_; }
  void note_empty_receive() { usage_.empty_receive(); }

 private:
  using OpenCalls = std::vector<SqsCall*>;

  void exchange(std::span<SqsCall> calls);
  void attempt(const OpenCalls& calls);
  bool find_protocol(SqsCall& call);
  std::vector<HttpResponse> perform(std::span<SqsCall* const> calls, Protocol protocol);
  void take(SqsCall& call, const HttpResponse& response, Protocol protocol, SteadyTime asked_at);
  bool correct_clock(std::span<SqsCall> calls);
  bool renew_credentials(std::span<SqsCall> calls);
  void excuse_signatures(std::span<SqsCall> calls) const;
  bool pause(std::span<const SqsCall> calls, Backoff& quick, Backoff& slow,
             const std::stop_token& stop);

  SqsWorld world_;
  SqsSettings settings_;
  Signer signer_;
  SqsReader reader_;
  bool is_aws_ = false;
  std::optional<Protocol> protocol_;
  Credentials used_;        // for the last request
  bool is_proven_ = false;  // the server has taken a request signed with them
  SqsUsage usage_;
  Millis clock_offset_{0};  // the server's clock minus ours, once a signature failed over it
};

}  // namespace moretta::aws
