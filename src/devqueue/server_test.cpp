#include "devqueue/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.hpp"

namespace moretta::devqueue {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// One keep-alive connection that sends bytes and reads answers with a Content-Length.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{.tv_sec = 20, .tv_usec = 0};  // a hang must fail, not stop the suite
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    is_connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Wire() { ::close(socket_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] bool is_connected() const { return is_connected_; }

  void send(const std::string& bytes) const {
    ASSERT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  void send_call(const std::string& operation, const std::string& body) const {
    send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: "
        "AmazonSQS." +
        operation + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  // The next answer, or what there was when the connection ended.
  std::string read() {
    while (true) {
      const std::size_t end = in_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = in_.find("Content-Length: ");
        const std::size_t size = end + 4 + std::stoul(in_.substr(at + 16));
        if (in_.size() >= size) {
          std::string answer = in_.substr(0, size);
          in_.erase(0, size);
          return answer;
        }
      }
      char chunk[4096];
      const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
      if (got <= 0) {
        return std::exchange(in_, {});
      }
      in_.append(chunk, static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_;
  bool is_connected_ = false;
  std::string in_;
};

class ServerTest : public testing::Test {
 protected:
  static Server::Options with_queue() {
    Server::Options options;
    options.queues.push_back({"q", {}});
    return options;
  }

  SystemClock clock;
  Log log{LogFormat::json, LogLevel::off};
  const std::string receive =
      R"({"QueueUrl":"http://x/000000000000/q","MaxNumberOfMessages":10,"WaitTimeSeconds":)";
};

TEST_F(ServerTest, answers_many_calls_on_one_connection) {
  Server server(with_queue(), clock, log);
  server.send("q", std::vector<std::string>{"a", "b"});
  Wire wire(server.port());

  wire.send_call("ReceiveMessage", receive + "0}");
  const std::string first = wire.read();
  wire.send_call("ReceiveMessage", receive + "0}");
  const std::string second = wire.read();

  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr(R"("Body":"b")"));
  EXPECT_THAT(first, HasSubstr("Date: "));
  EXPECT_THAT(second, HasSubstr("\r\n\r\n{}"));
  EXPECT_EQ(server.counts("q").in_flight, 2U);
}

TEST_F(ServerTest, answers_requests_that_come_together_one_after_the_other) {
  Server server(with_queue(), clock, log);
  server.send("q", std::vector<std::string>{"a"});
  Wire wire(server.port());
  const std::string list = "GET /?Action=ListQueues&Version=2012-11-05 HTTP/1.1\r\nHost: x\r\n\r\n";

  wire.send(list + list);
  wire.send_call("ReceiveMessage", receive + "20}");
  wire.send_call("ReceiveMessage", receive + "1}");
  wire.send(list);

  EXPECT_THAT(wire.read(), HasSubstr("ListQueuesResponse"));
  EXPECT_THAT(wire.read(), HasSubstr("ListQueuesResponse"));
  EXPECT_THAT(wire.read(), HasSubstr(R"("Body":"a")"));
  EXPECT_THAT(wire.read(), HasSubstr("\r\n\r\n{}"));
  EXPECT_THAT(wire.read(), HasSubstr("ListQueuesResponse"));
}

TEST_F(ServerTest, gives_no_message_to_a_client_that_hung_up_while_it_waited) {
  Server server(with_queue(), clock, log);
  Wire other(server.port());
  {
    Wire gone(server.port());
    gone.send_call("ReceiveMessage", receive + "20}");
    gone.send("x");
    other.send_call("ListQueues", "{}");
    other.read();
  }
  other.send_call("ListQueues", "{}");
  other.read();

  other.send_call("SendMessage", R"({"QueueUrl":"http://x/000000000000/q","MessageBody":"x"})");
  other.read();
  other.send_call("ReceiveMessage", receive + "20}");

  EXPECT_THAT(other.read(), HasSubstr(R"("Body":"x")"));
}

TEST_F(ServerTest, waits_for_a_client_that_does_not_read_its_answers) {
  constexpr int messages = 300;  // more than the kernel keeps for a socket
  Server server(with_queue(), clock, log);
  server.send("q", std::vector<std::string>(messages, std::string(100'000, 'x')));
  Wire slow(server.port());
  Wire other(server.port());

  for (int i = 0; i < messages / 10; ++i) {
    slow.send_call("ReceiveMessage", receive + "0}");
  }
  other.send_call("ListQueues", "{}");

  EXPECT_THAT(other.read(), HasSubstr("/000000000000/q"));
  for (int i = 0; i < messages / 10; ++i) {
    EXPECT_GT(slow.read().size(), 1'000'000U);
  }
  EXPECT_EQ(server.counts("q").in_flight, std::size_t{messages});
}

TEST_F(ServerTest, refuses_what_is_not_http_and_hangs_up) {
  Server server(with_queue(), clock, log);
  Wire wire(server.port());

  wire.send("EHLO x\r\n\r\n");

  EXPECT_THAT(wire.read(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(wire.read(), "");
}

TEST_F(ServerTest, wakes_a_long_poll_when_a_message_is_sent_in_process) {
  Server server(with_queue(), clock, log);
  Wire wire(server.port());
  wire.send_call("ReceiveMessage", receive + "20}");

  server.send("q", std::vector<std::string>{"woken"});

  EXPECT_THAT(wire.read(), HasSubstr(R"("Body":"woken")"));
}

TEST_F(ServerTest, wakes_a_long_poll_when_another_client_sends) {
  Server server(with_queue(), clock, log);
  Wire waiting(server.port());
  Wire sending(server.port());
  waiting.send_call("ReceiveMessage", receive + "20}");
  sending.send_call("ListQueues", "{}");
  sending.read();

  sending.send_call("SendMessage", R"({"QueueUrl":"http://x/000000000000/q","MessageBody":"x"})");

  EXPECT_THAT(waiting.read(), HasSubstr(R"("Body":"x")"));
}

TEST_F(ServerTest, ends_while_clients_wait) {
  auto server = std::make_unique<Server>(with_queue(), clock, log);
  Wire wire(server->port());
  Wire other(server->port());
  wire.send_call("ReceiveMessage", receive + "20}");
  other.send_call("ListQueues", "{}");
  EXPECT_THAT(other.read(), HasSubstr("/000000000000/q"));

  server.reset();

  EXPECT_EQ(wire.read(), "");
}

TEST_F(ServerTest, loses_the_reply_but_not_the_message_when_told_to) {
  Server server(with_queue(), clock, log);
  FaultPlan plan;
  plan.drop_after.next = 1;
  server.set_faults(plan);
  Wire wire(server.port());

  wire.send_call("SendMessage", R"({"QueueUrl":"http://x/000000000000/q","MessageBody":"x"})");

  EXPECT_EQ(wire.read(), "");
  EXPECT_EQ(server.counts("q").sent, 1U);
}

TEST_F(ServerTest, closes_after_each_reply_as_localstack_does) {
  Server::Options options = with_queue();
  options.personality = Personality::localstack_0_14_3;
  Server server(std::move(options), clock, log);
  Wire wire(server.port());

  wire.send("GET /?Action=ListQueues&Version=2012-11-05 HTTP/1.1\r\nHost: h:1\r\n\r\n");

  const std::string answer = wire.read();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, HasSubstr("<QueueUrl>http://h:1/000000000000/q</QueueUrl>"));
  EXPECT_EQ(wire.read(), "");
}

TEST_F(ServerTest, refuses_a_taken_port_and_wrong_attributes) {
  Server server({}, clock, log);
  Server::Options taken;
  taken.port = server.port();
  Server::Options wrong;
  wrong.queues.push_back({"q", {{"DelaySeconds", "soon"}}});

  EXPECT_THROW(Server(std::move(taken), clock, log), Refused);
  EXPECT_THROW(Server(std::move(wrong), clock, log), Refused);
}

TEST_F(ServerTest, listens_on_loopback_only) {
  Server server(with_queue(), clock, log);

  EXPECT_EQ(server.endpoint(), "http://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(server.queue_url("q"), server.endpoint() + "/000000000000/q");
  EXPECT_TRUE(Wire(server.port()).is_connected());
}

}  // namespace
}  // namespace moretta::devqueue
