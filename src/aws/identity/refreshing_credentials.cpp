#include "aws/identity/refreshing_credentials.hpp"

#include <algorithm>

#include "base/errors.hpp"

namespace moretta::aws {

namespace {

// As the AWS SDKs do; keys that live for less than twice as long are replaced half way.
constexpr std::chrono::minutes ahead_max{15};
constexpr int jitter_parts = 4;  // up to a quarter more, so that a fleet does not ask at once
constexpr BackoffPolicy retry_policy{.base = Millis{2000}, .cap = Millis{60'000}};

// "Static stability": a machine whose metadata is behind is left alone for a while.
constexpr std::chrono::minutes stale_wait{15};
constexpr std::chrono::minutes stale_jitter_min{2};
constexpr std::chrono::minutes stale_jitter_max{10};

constexpr WallTime never = WallTime::max();

Millis part(Millis whole, double unit) {
  return Millis{static_cast<std::int64_t>(static_cast<double>(whole.count()) * unit)};
}

}  // namespace

RefreshingCredentials::RefreshingCredentials(std::unique_ptr<Http> http,
                                             std::unique_ptr<KeyFetcher> fetcher, Clock& clock,
                                             Random& random, Log& log)
    : http_(std::move(http)),
      fetcher_(std::move(fetcher)),
      clock_(clock),
      random_(random),
      log_(log),
      retry_(retry_policy, random) {}

bool RefreshingCredentials::is_usable(WallTime now) const {
  return keys_ && (!keys_->expires_at || now < *keys_->expires_at || fetcher_->outlives_expiry());
}

Credentials RefreshingCredentials::current() {
  Lock lock(mutex_);
  for (;;) {
    const WallTime now = clock_.wall();
    if (is_usable(now) && (now < refresh_at_ || is_fetching_)) {
      return keys_->clone();
    }
    if (!is_fetching_) {
      refresh(lock);
      if (failure_ && !is_usable(clock_.wall())) {
        std::rethrow_exception(failure_);
      }
      return keys_->clone();
    }
    const int seen = fetches_;
    fetched_.wait(lock, [&] { return fetches_ != seen; });
    if (failure_ && !is_usable(clock_.wall())) {
      std::rethrow_exception(failure_);
    }
  }
}

Credentials RefreshingCredentials::renewed(const Credentials& refused) {
  Lock lock(mutex_);
  const auto is_newer = [&] {
    return keys_ && !same_keys(*keys_, refused);
  };
  if (!is_newer() && is_fetching_) {
    const int seen = fetches_;
    fetched_.wait(lock, [&] { return fetches_ != seen; });
  }
  if (!is_newer() && !is_fetching_) {
    refresh(lock);
    if (failure_) {
      std::rethrow_exception(failure_);
    }
  }
  return keys_ ? keys_->clone() : refused.clone();
}

// The lock is open while the fetcher works: who still has usable keys goes on with them.
void RefreshingCredentials::refresh(Lock& lock) {
  is_fetching_ = true;
  failure_ = nullptr;
  lock.unlock();
  std::optional<Credentials> fetched;
  std::exception_ptr failure;
  try {
    fetched = fetcher_->fetch();
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  is_fetching_ = false;
  ++fetches_;
  if (fetched) {
    take(std::move(*fetched));
  } else {
    failure_ = failure;
  }
  if (failure_) {
    keep_old(failure_);
  }
  fetched_.notify_all();
}

void RefreshingCredentials::take(Credentials keys) {
  const WallTime now = clock_.wall();
  if (keys.expires_at && *keys.expires_at <= now && !fetcher_->outlives_expiry()) {
    failure_ = std::make_exception_ptr(
        Unavailable("cannot use the AWS keys of " + fetcher_->name() +
                    ": they have expired already, or this machine's clock is wrong"));
    return;
  }
  retry_.reset();
  refresh_at_ = never;
  if (keys.expires_at) {
    const Millis life = *keys.expires_at - now;
    const Millis ahead = std::min<Millis>(ahead_max, life / 2);
    refresh_at_ = *keys.expires_at - ahead - part(ahead / jitter_parts, random_.unit());
    if (life <= Millis{0}) {
      refresh_at_ = now + stale_wait + stale_jitter_min +
                    part(stale_jitter_max - stale_jitter_min, random_.unit());
      log_.warn("aws_keys_stale", {{"source", fetcher_->name()}});
    }
  }
  log_.debug("aws_keys", {{"source", fetcher_->name()}});
  keys_ = std::move(keys);
}

void RefreshingCredentials::keep_old(const std::exception_ptr& why) {
  const WallTime now = clock_.wall();
  if (!is_usable(now)) {
    return;
  }
  refresh_at_ = now + retry_.next();
  try {
    std::rethrow_exception(why);
  } catch (const std::exception& error) {
    log_.warn("aws_keys_not_refreshed",
              {{"source", fetcher_->name()}, {"error", std::string_view(error.what())}});
  }
}

}  // namespace moretta::aws
