#pragma once

// What the demo plays on: a queue with the login events and a database with the first user's table.
// Our own devqueue and a throwaway Postgres, unless QUEUE_URL or DATABASE_URL name others.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/world.hpp"
#include "base/log.hpp"
#include "devqueue/server.hpp"
#include "pg/throwaway.hpp"

namespace moretta::app {

class DemoStage {
 public:
  // Starts what is needed. Throws Refused, Unavailable.
  DemoStage(World& world, Log& log, const std::string& preset);
  ~DemoStage();
  DemoStage(const DemoStage&) = delete;
  DemoStage& operator=(const DemoStage&) = delete;

  [[nodiscard]] const Config& config() const { return *config_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] const std::string& queue_url() const { return queue_url_; }
  [[nodiscard]] const std::string& database() const { return database_; }  // as libpq takes it
  [[nodiscard]] const std::string& secret_key() const { return secret_key_; }
  [[nodiscard]] bool has_own_queue() const { return devqueue_ != nullptr; }
  [[nodiscard]] bool has_own_database() const { return postgres_ != nullptr; }

  // Puts the 100 messages into our own queue, or into one that is empty. Gives the number now
  // waiting.
  std::int64_t fill_queue();

  // Everything once more, as SQS may do, though it was deleted. REQUIRED: has_own_queue().
  void redeliver();

 private:
  void open_queue();
  void open_database();
  void choose_key();

  World& world_;
  Log& log_;
  std::vector<std::pair<std::string, std::string>> variables_;  // over the real environment
  Environment environment_;
  std::string queue_url_;
  std::string database_;
  std::string secret_key_;
  bool is_key_ours_ = false;  // made here, because the user set none
  std::unique_ptr<devqueue::Server> devqueue_;
  std::unique_ptr<pg::Throwaway> postgres_;
  std::vector<devqueue::Message> sent_;  // in our own queue
  std::optional<Config> config_;
};

// The 100 messages, one a line.
std::vector<std::string> demo_messages();

}  // namespace moretta::app
