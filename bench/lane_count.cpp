// A lane's own work on fixed input, for instruction counts (bench/count.py): receive, decode, mask,
// encode and settle the same thousand logins so many times, with answers of SQS from memory and
// without a server of Postgres.
//   bench_lane_count TURNS           without any counter of messages or clock
//   bench_lane_count TURNS metered   as a lane runs: with all that its metrics are made of

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "app/config_load.hpp"
#include "app/job.hpp"
#include "app/presets.hpp"
#include "aws/credentials.hpp"
#include "aws/http_wire.hpp"
#include "aws/sqs_client.hpp"
#include "aws/sqs_source.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "core/metered.hpp"
#include "core/tally.hpp"
#include "core/transform.hpp"
#include "core/turn.hpp"
#include "devqueue/generate.hpp"
#include "pg/turn_parameters.hpp"

namespace moretta {
namespace {

constexpr int messages_per_request = 10;
constexpr int requests_per_turn = 100;
constexpr std::size_t receipt_chars = 184;  // as SQS gives them

// Answers whole requests with prepared bytes, by way of the real writer and reader of HTTP.
class CannedSqs final : public aws::Http {
 public:
  CannedSqs() {
    devqueue::LoginGenerator logins(1, {.duplicate = 0.02, .malformed = 0});
    for (int i = 0; i < requests_per_turn; ++i) {
      receives_.push_back(with_head(receive_answer(logins)));
    }
    std::string deleted;
    for (int i = 0; i < messages_per_request; ++i) {
      deleted += fmt::format("{}{{\"Id\":\"{}\"}}", i == 0 ? "" : ",", i);
    }
    delete_ = with_head(fmt::format(R"({{"Successful":[{}],"Failed":[]}})", deleted));
  }

  std::vector<aws::HttpResponse> perform(std::span<const aws::HttpRequest> requests) override {
    std::vector<aws::HttpResponse> responses(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const aws::HttpRequest& request = requests[i];
      out_.clear();
      ENSURE(aws::append_request(request, *aws::split_url(request.url), out_));
      const bool is_receive = request.headers.at(1).value.ends_with("ReceiveMessage");
      reader_.begin(responses[i], response_bytes_max);
      reader_.take(is_receive ? receives_[i] : delete_);
      ENSURE(reader_.state() == aws::ResponseReader::State::done);
    }
    return responses;
  }

 private:
  static constexpr std::size_t response_bytes_max = 1 << 20U;

  static std::string with_head(const std::string& body) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nx-amzn-RequestId: 5a1f1f1c-6b5a-5c3a-8a52-7e5c0b1f2d3e\r\n"
        "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "Content-Length: {}\r\nconnection: keep-alive\r\n\r\n{}",
        body.size(), body);
  }

  std::string receive_answer(devqueue::LoginGenerator& logins) {
    std::string messages;
    for (int i = 0; i < messages_per_request; ++i, ++made_) {
      const std::string body = logins.next();
      messages += fmt::format(
          R"({}{{"MessageId":"424cdd21-063a-43a7-b91b-{:012}","ReceiptHandle":"{:A<{}}",)"
          R"("MD5OfBody":"{}","Body":{},"Attributes":{{"SenderId":"AIDAIT2UOQQY3AUEKVGXU",)"
          R"("ApproximateFirstReceiveTimestamp":"1700000000{:03}","ApproximateReceiveCount":"1",)"
          R"("SentTimestamp":"1700000000{:03}"}}}})",
          i == 0 ? "" : ",", made_, made_, receipt_chars, hex(md5(body)), json_string(body),
          made_ % 1000, made_ % 1000);
    }
    return fmt::format(R"({{"Messages":[{}]}})", messages);
  }

  std::vector<std::string> receives_;
  std::string delete_;
  std::string out_;
  aws::ResponseReader reader_;
  int made_ = 0;
};

// Does what the Postgres sink does short of sending.
class EncodingSink final : public Sink {
 public:
  explicit EncodingSink(Mapping mapping) : parameters_(std::move(mapping)) {}

  void open() override {}

  Fates write(const Writes& writes) override {
    const pg::TurnPlan plan(writes, Order::any);
    const pg::Shape shape{.rows = true,
                          .vault = parameters_.gather_vault(writes, plan.whole(), memory_)};
    parameters_.encode(writes, plan.whole(), shape);
    Fates fates = plan.initial_fates();
    std::ranges::fill(fates.rows, Fate::stored);
    return fates;
  }

 private:
  pg::TurnParameters parameters_;
  pg::VaultMemory memory_;
};

app::Config preset_config() {
  const app::Environment environment = [](const std::string& name) {
    return name == "SECRET_KEY" ? std::optional<std::string>(hex(sha256("count"))) : std::nullopt;
  };
  auto config =
      app::parse_config({.name = "preset", .text = std::string(app::preset_text("logins-keyed"))},
                        {}, environment, {.key = app::KeyUse::all});
  ENSURE(config);
  return std::move(config).value();
}

enum class Metering { off, on };

// As Lane::note.
void count(const TurnResult& result, SteadyTime now, Tally& tally) {
  tally.received(result.outcomes.size());
  for (const Outcome outcome : result.outcomes) {
    tally.settled(outcome);
  }
  tally.conflicted(result.conflicts);
  tally.turn_done(0, now);
}

void run(int turns, Metering metering) {
  const app::Config config = preset_config();
  ManualClock clock;
  SeededRandom random(1);
  Log log(LogFormat::json, LogLevel::error);
  CannedSqs sqs;
  aws::FixedCredentials credentials({.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                     .secret_access_key = SecretBytes(40),
                                     .session_token = {},
                                     .expires_at = {}});
  aws::SqsClient client(
      {.http = sqs, .credentials = credentials, .clock = clock, .random = random, .log = log},
      {.endpoint = {.url = "https://sqs.eu-west-1.amazonaws.com", .region = "eu-west-1"},
       .protocol = aws::Protocol::json});
  aws::SqsSource queue(client, clock, "https://sqs.eu-west-1.amazonaws.com/123456789012/logins");
  EncodingSink table(config.table.mapping);
  const bool is_metered = metering == Metering::on;
  const SystemClock real_clock;
  LaneMeter meter;
  Tally tally(app::column_names(config.table.mapping));
  MeteredSource metered_queue(queue, meter, real_clock);
  MeteredSink metered_table(table, meter, real_clock);
  Source& source = is_metered ? static_cast<Source&>(metered_queue) : queue;
  Sink& sink = is_metered ? static_cast<Sink&>(metered_table) : table;
  Transform transform({.mapping = config.table.mapping,
                       .policies = config.table.policies,
                       .key = &*config.keys.master,
                       .config_fingerprint = app::fingerprint(config.table),
                       .clock = is_metered ? &real_clock : nullptr,
                       .times = is_metered ? &meter.transform : nullptr},
                      random);
  for (int i = 0; i < turns; ++i) {
    std::vector<Message> messages = source.receive({.requests = requests_per_turn});
    ENSURE(messages.size() == std::size_t{requests_per_turn} * messages_per_request);
    const TurnResult result =
        run_turn(messages, transform, {.on_reject = OnReject::quarantine}, sink);
    ENSURE(result.rejects.empty());
    ENSURE(source.settle(messages, result.outcomes) == 0);
    if (is_metered) {
      count(result, real_clock.steady(), tally);
    }
    wipe_bodies(messages);
  }
}

}  // namespace
}  // namespace moretta

int main(int count, char** arguments) {
  const int turns = count > 1 ? static_cast<int>(std::strtol(arguments[1], nullptr, 10)) : 1;
  const bool is_metered = count > 2 && std::string_view(arguments[2]) == "metered";
  moretta::run(turns, is_metered ? moretta::Metering::on : moretta::Metering::off);
}
