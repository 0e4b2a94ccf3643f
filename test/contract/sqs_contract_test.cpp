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
  SqsQueue(aws::Protocol protocol, devqueue::Personality personality, Order order)
      : server_({.personality = personality, .queues = {queue_to_make(order)}}, clock_, log_),
        client_({.http = http_,
                 .credentials = credentials_,
                 .clock = clock_,
                 .random = random_,
                 .log = log_},
                {.endpoint = {.url = server_.endpoint() + "/", .region = "us-east-1"},
                 .protocol = protocol}),
        url_(server_.queue_url(queue_to_make(order).name)),
        source_(client_, clock_, url_) {}

  Source& source() override { return source_; }
  using SourceUnderTest::send;
  void send(const std::string& body, const std::string& group) override {
    const std::string number = group.empty() ? "" : std::to_string(++sent_);
    const aws::SendEntry entry{.body = body, .group_id = group, .deduplication_id = number};
    ASSERT_TRUE(client_.send(url_, std::span(&entry, 1)).left.empty());
  }
  void advance(Seconds time) override { clock_.advance(time); }

 private:
  static devqueue::Server::QueueOrder queue_to_make(Order order) {
    if (order == Order::any) {
      return {.name = "q", .attributes = {{"VisibilityTimeout", "30"}}};
    }
    return {.name = "q.fifo", .attributes = {{"VisibilityTimeout", "30"}, {"FifoQueue", "true"}}};
  }

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
  std::string url_;
  aws::SqsSource source_;
  int sent_ = 0;
};

SourceCase sqs_case(const char* name, aws::Protocol protocol, devqueue::Personality personality,
                    Order order = Order::any) {
  return {name, [=] {
            return std::make_unique<SqsQueue>(protocol, personality, order);
          }};
}

INSTANTIATE_TEST_SUITE_P(
    Sqs, SourceContract,
    testing::Values(sqs_case("json", aws::Protocol::json, devqueue::Personality::aws),
                    sqs_case("query", aws::Protocol::query, devqueue::Personality::aws),
                    sqs_case("localstack_0_14_3", aws::Protocol::query,
                             devqueue::Personality::localstack_0_14_3)),
    SourceCaseName{});

// Not LocalStack 0.14.3, which neither locks groups nor knows when a receipt has expired.
INSTANTIATE_TEST_SUITE_P(Sqs, FifoSourceContract,
                         testing::Values(sqs_case("json", aws::Protocol::json,
                                                  devqueue::Personality::aws, Order::by_group),
                                         sqs_case("query", aws::Protocol::query,
                                                  devqueue::Personality::aws, Order::by_group)),
                         SourceCaseName{});

}  // namespace
}  // namespace moretta
