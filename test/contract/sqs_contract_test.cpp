// The SQS client under the contract of sources, on both wires, against the devqueue. The devqueue
// in turn is judged by outside clients (test/conformance), the client by outside servers (./dev
// compat).

#include "aws/socket_http.hpp"
#include "aws/sqs_source.hpp"
#include "contract/source_contract.hpp"
#include "devqueue/server.hpp"
#include "support/locked_clock.hpp"

namespace moretta {
namespace {

class SqsQueue final : public SourceUnderTest {
 public:
  SqsQueue(aws::Protocol protocol, devqueue::Personality personality)
      : server_({.personality = personality,
                 .queues = {{.name = "q", .attributes = {{"VisibilityTimeout", "30"}}}}},
                clock_, log_),
        client_({.http = http_,
                 .credentials = credentials_,
                 .clock = clock_,
                 .random = random_,
                 .log = log_},
                {.endpoint = {.url = server_.endpoint() + "/", .region = "us-east-1"},
                 .protocol = protocol}),
        source_(client_, clock_, server_.queue_url("q")) {}

  Source& source() override { return source_; }
  void send(const std::string& body) override { server_.send("q", std::span(&body, 1)); }
  void advance(Seconds time) override { clock_.advance(time); }

 private:
  static aws::Credentials some_credentials() {
    return {.access_key_id = "id",
            .secret_access_key = SecretBytes(std::string_view("secret")),
            .session_token = {},
            .expires_at = {}};
  }

  LockedClock clock_;
  Log log_{LogFormat::json, LogLevel::off};
  SeededRandom random_{1};
  devqueue::Server server_;
  aws::FixedCredentials credentials_{some_credentials()};
  SystemClock real_clock_;  // of the sockets: a wait for the server is no wait in its time
  aws::SocketHttp http_{{}, real_clock_};
  aws::SqsClient client_;
  aws::SqsSource source_;
};

SourceCase sqs_case(const char* name, aws::Protocol protocol, devqueue::Personality personality) {
  return {name, [=] {
            return std::make_unique<SqsQueue>(protocol, personality);
          }};
}

INSTANTIATE_TEST_SUITE_P(
    Sqs, SourceContract,
    testing::Values(sqs_case("json", aws::Protocol::json, devqueue::Personality::aws),
                    sqs_case("query", aws::Protocol::query, devqueue::Personality::aws),
                    sqs_case("localstack_0_14_3", aws::Protocol::query,
                             devqueue::Personality::localstack_0_14_3)),
    SourceCaseName{});

}  // namespace
}  // namespace moretta
