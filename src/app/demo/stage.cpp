#include "app/demo/stage.hpp"

#include <algorithm>
#include <ostream>

#include "app/config_load.hpp"
#include "app/job.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/take.hpp"
#include "demo_messages.hpp"
#include "pg/schema.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view queue_name = "login-queue";  // as the first user calls it

}  // namespace

std::vector<std::string> demo_messages() {
  std::vector<std::string> lines;
  std::string_view rest = embedded::logins_jsonl;
  while (!rest.empty()) {
    lines.emplace_back(take_until(rest, '\n'));
  }
  return lines;
}

DemoStage::DemoStage(World& world, Log& log, const std::string& preset) : world_(world), log_(log) {
  environment_ = [this](const std::string& name) -> std::optional<std::string> {
    const auto found =
        std::ranges::find(variables_, name, &std::pair<std::string, std::string>::first);
    return found != variables_.end() ? found->second : world_.environment(name);
  };
  choose_key();
  open_queue();
  open_database();
  Overrides overrides;
  overrides.preset = preset;
  config_ = load_config(overrides, environment_,
                        {.queue = Need::yes, .database = Need::yes, .key = KeyUse::all});
  config_->lanes.count = std::min(config_->lanes.count, 2);  // a hundred messages do not need more
  config_->keys.life = is_key_ours_ ? KeyLife::throwaway : KeyLife::kept;
  config_->log.level = LogLevel::error;  // the demo tells the story itself

  pg::Connection connection(pg::Conninfo(database_), {.purpose = "moretta demo"});
  pg::apply_schema(connection, pg::tables_beside(pg::parse_table_name(config_->table.name)),
                   config_->table.mapping, {}, world_.clock.wall());
}

DemoStage::~DemoStage() = default;

void DemoStage::choose_key() {
  secret_key_ = environment_("SECRET_KEY").value_or("");
  if (secret_key_.empty()) {
    SecretBytes key(mask::master_key_bytes);
    world_.random.fill(key.bytes());
    secret_key_ = hex(key.bytes());
    variables_.emplace_back("SECRET_KEY", secret_key_);
    is_key_ours_ = true;
    if (!environment_("DATABASE_URL").value_or("").empty()) {
      world_.err << "SECRET_KEY is not set: this demo masks with a random key that nobody has "
                    "afterwards, so what it writes into your database can never be recovered\n"
                 << std::flush;
    }
  }
}

void DemoStage::open_queue() {
  queue_url_ = environment_("QUEUE_URL").value_or("");
  if (!queue_url_.empty()) {
    return;
  }
  devqueue_ = std::make_unique<devqueue::Server>(
      devqueue::Server::Options{.queues = {{.name = std::string(queue_name), .attributes = {}}}},
      world_.clock, log_);
  queue_url_ = devqueue_->queue_url(queue_name);
  for (const auto& [name, value] :
       {std::pair("QUEUE_URL", queue_url_), std::pair("AWS_REGION", std::string("us-east-1")),
        std::pair("AWS_ENDPOINT_URL", devqueue_->endpoint()),
        std::pair("AWS_ENDPOINT_URL_SQS", devqueue_->endpoint()),
        std::pair("AWS_ACCESS_KEY_ID", std::string("demo")),
        std::pair("AWS_SECRET_ACCESS_KEY", std::string("demo")),
        std::pair("AWS_SESSION_TOKEN", std::string())}) {
    variables_.emplace_back(name, value);
  }
}

void DemoStage::open_database() {
  database_ = environment_("DATABASE_URL").value_or("");
  if (!database_.empty()) {
    return;
  }
  pg::Throwaway::Options options;
  options.search_path = environment_("PATH").value_or("");
  options.fsync = pg::Fsync::on;
  postgres_ = std::make_unique<pg::Throwaway>(options, world_.clock);
  database_ = postgres_->conninfo();
  variables_.emplace_back("DATABASE_URL", database_);
}

std::int64_t DemoStage::fill_queue() {
  const std::vector<std::string> messages = demo_messages();
  if (devqueue_ != nullptr) {
    devqueue_->send(queue_name, messages);
    sent_ = devqueue_->copies(queue_name);
    return static_cast<std::int64_t>(sent_.size());
  }
  QueueAccess access(*config_, environment_, aws::MissingQueue::refuse, world_.clock, log_);
  QueueConnection connection(access, world_.clock, log_);
  const std::int64_t waiting = connection.depth().total();
  if (waiting > 0) {
    return waiting;
  }
  std::vector<aws::SendEntry> entries;
  for (const std::string& message : messages) {
    entries.emplace_back().body = message;
  }
  const aws::BatchResult sent = connection.client().send(connection.url(), entries);
  if (!sent.left.empty()) {
    throw Unavailable("cannot send the demo's messages to the queue: " + sent.reason);
  }
  return static_cast<std::int64_t>(messages.size());
}

void DemoStage::redeliver() {
  devqueue_->redeliver(queue_name, std::move(sent_));
}

}  // namespace moretta::app
