#pragma once

// Whether the queue or the database is away, seen by all lanes together: said once when the first
// lane notices, once when the last one is over it. Thread-safe.

#include <atomic>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace moretta {

class Outage {
 public:
  // `what` is "queue" or "database"; it stands in the log lines. `log` must outlive this.
  Outage(std::string_view what, Log& log) : what_(what), log_(log) {}

  void began(std::string_view reason) {
    if (lanes_.fetch_add(1) == 0) {
      log_.warn("unavailable",
                {{"what", what_}, {"reason", reason}, {"doing", "waiting, will resume"}});
    }
  }
  void recovered() {
    is_open_ = false;
    if (lanes_.fetch_sub(1) == 1) {
      log_.info("recovered", {{"what", what_}});
    }
  }
  // A lane stopped while it waited: nothing is known to be well.
  void given_up() {
    is_open_ = true;
    lanes_.fetch_sub(1);
  }
  [[nodiscard]] bool is_on() const { return lanes_.load() > 0; }
  // On, or nobody has seen its end.
  [[nodiscard]] bool may_be_on() const { return is_on() || is_open_; }

 private:
  std::string_view what_;
  Log& log_;
  std::atomic<int> lanes_ = 0;
  std::atomic<bool> is_open_ = false;
};

// One lane's part in an outage: begins at most once; over when the lane says so, else given up.
class OutageSpell {
 public:
  explicit OutageSpell(Outage& outage) : outage_(outage) {}
  OutageSpell(const OutageSpell&) = delete;
  OutageSpell& operator=(const OutageSpell&) = delete;
  ~OutageSpell() {
    if (begun_) {
      outage_.given_up();
    }
  }

  void over() {
    if (begun_) {
      begun_ = false;
      outage_.recovered();
    }
  }

  void begin(std::string_view reason) {
    if (!begun_) {
      begun_ = true;
      outage_.began(reason);
    }
  }

 private:
  Outage& outage_;
  bool begun_ = false;
};

}  // namespace moretta
