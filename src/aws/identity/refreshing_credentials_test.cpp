#include "aws/identity/refreshing_credentials.hpp"

#include <atomic>
#include <deque>
#include <latch>
#include <thread>

#include "support/identity_world.hpp"
#include "support/locked_clock.hpp"

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

// Gives the next of a list of keys; an empty id fails.
class ListedKeys final : public KeyFetcher {
 public:
  struct Entry {
    std::string id;
    std::optional<WallTime> end;
  };

  [[nodiscard]] std::string name() const override { return "the list"; }
  [[nodiscard]] bool outlives_expiry() const override { return outlives; }

  Credentials fetch() override {
    ++fetches;
    if (meanwhile) {
      meanwhile();
    }
    if (entries.empty() || entries.front().id.empty()) {
      if (!entries.empty()) {
        entries.pop_front();
      }
      throw Unavailable("the list is away");
    }
    const Entry entry = entries.front();
    entries.pop_front();
    return {.access_key_id = entry.id,
            .secret_access_key = SecretBytes(std::string_view("hush")),
            .session_token = SecretBytes(std::string_view("token-of-" + entry.id)),
            .expires_at = entry.end};
  }

  std::deque<Entry> entries;
  std::function<void()> meanwhile;
  std::atomic<int> fetches = 0;
  bool outlives = false;
};

class Refreshing : public testing::Test {
 protected:
  Refreshing() {
    log.capture(&log_lines);
    auto owned = std::make_unique<ListedKeys>();
    list = owned.get();
    keys = std::make_unique<RefreshingCredentials>(nullptr, std::move(owned), clock, random, log);
  }

  void will_give(const std::string& id, std::optional<Millis> life = std::nullopt) {
    list->entries.push_back(
        {.id = id, .end = life ? std::optional(clock.wall() + *life) : std::nullopt});
  }

  std::string current() { return keys->current().access_key_id; }

  LockedClock clock;
  SeededRandom random{7};
  std::string log_lines;
  Log log{LogFormat::json, LogLevel::debug};
  ListedKeys* list = nullptr;
  std::unique_ptr<RefreshingCredentials> keys;
};

TEST_F(Refreshing, asks_once_for_keys_without_an_end) {
  will_give("A");

  EXPECT_EQ(current(), "A");
  clock.advance(24h * 365);
  EXPECT_EQ(current(), "A");
  EXPECT_EQ(list->fetches, 1);
}

TEST_F(Refreshing, replaces_keys_15_to_19_minutes_before_their_end) {
  will_give("A", 1h);
  EXPECT_EQ(current(), "A");
  will_give("B", 2h);

  clock.advance(41min);
  EXPECT_EQ(current(), "A");
  clock.advance(4min);
  EXPECT_EQ(current(), "B");
  EXPECT_EQ(list->fetches, 2);
}

TEST_F(Refreshing, replaces_short_lived_keys_half_way) {
  will_give("A", 8s);
  EXPECT_EQ(current(), "A");
  will_give("B", 1h);

  clock.advance(2900ms);
  EXPECT_EQ(current(), "A");
  clock.advance(1100ms);
  EXPECT_EQ(current(), "B");
}

TEST_F(Refreshing, keeps_the_old_keys_while_a_refresh_fails_and_not_a_moment_longer) {
  will_give("A", 1h);
  EXPECT_EQ(current(), "A");

  clock.advance(50min);
  EXPECT_EQ(current(), "A");
  EXPECT_EQ(list->fetches, 2);
  EXPECT_NE(log_lines.find("aws_keys_not_refreshed"), std::string::npos);
  clock.advance(599s);
  EXPECT_EQ(current(), "A");
  clock.advance(1s);
  EXPECT_THROW(current(), Unavailable);
  will_give("B", 1h);
  EXPECT_EQ(current(), "B");
}

TEST_F(Refreshing, does_not_ask_again_at_once_after_a_refresh_that_failed) {
  will_give("A", 1h);
  EXPECT_EQ(current(), "A");
  clock.advance(50min);

  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(current(), "A");
  }

  EXPECT_LE(list->fetches, 3);
}

TEST_F(Refreshing, tells_everybody_who_waits_of_a_first_failure_after_one_fetch) {
  constexpr int threads_count = 4;
  std::latch go(threads_count);
  std::latch inside(1);
  list->meanwhile = [&] {
    inside.wait();
  };
  std::atomic<int> failures = 0;
  std::atomic<int> began = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < threads_count; ++i) {
      threads.emplace_back([&] {
        go.arrive_and_wait();
        ++began;
        try {
          keys->current();
        } catch (const Unavailable&) {
          ++failures;
        }
      });
    }
    while (began < threads_count) {
      std::this_thread::yield();
    }
    inside.count_down();
  }

  EXPECT_EQ(failures, threads_count);
  EXPECT_LE(list->fetches, threads_count);
}

TEST_F(Refreshing, lets_others_go_on_with_the_old_keys_while_one_fetches) {
  will_give("A", 1h);
  EXPECT_EQ(current(), "A");
  will_give("B", 2h);
  std::latch inside(1);
  std::latch finish(1);
  list->meanwhile = [&] {
    inside.count_down();
    finish.wait();
  };
  clock.advance(50min);

  std::jthread fetching([&] { EXPECT_EQ(current(), "B"); });
  inside.wait();
  EXPECT_EQ(current(), "A");
  EXPECT_EQ(current(), "A");
  finish.count_down();
  fetching.join();

  EXPECT_EQ(current(), "B");
  EXPECT_EQ(list->fetches, 2);
}

TEST_F(Refreshing, fetches_at_once_when_the_server_says_that_keys_have_expired) {
  will_give("A", 1h);
  const Credentials refused = keys->current();
  will_give("B", 1h);

  EXPECT_EQ(keys->renewed(refused).access_key_id, "B");
  EXPECT_EQ(keys->renewed(refused).access_key_id, "B");
  EXPECT_EQ(list->fetches, 2);
}

TEST_F(Refreshing, refuses_keys_that_come_expired) {
  will_give("A", -1s);

  EXPECT_THROW(current(), Unavailable);
}

TEST_F(Refreshing, uses_stale_keys_of_the_instance_and_asks_again_in_17_to_25_minutes) {
  list->outlives = true;
  will_give("A", -1h);
  EXPECT_EQ(current(), "A");
  will_give("B", 6h);

  clock.advance(17min - 1s);
  EXPECT_EQ(current(), "A");
  clock.advance(8min + 1s);
  EXPECT_EQ(current(), "B");
}

TEST_F(Refreshing, logs_no_key) {
  will_give("AKIDVISIBLE", 1h);
  current();
  clock.advance(50min);
  current();

  EXPECT_EQ(log_lines.find("hush"), std::string::npos) << log_lines;
  EXPECT_EQ(log_lines.find("token-of"), std::string::npos) << log_lines;
}

}  // namespace
}  // namespace moretta::aws
