#pragma once

// Keys that end, kept fresh: one thread fetches for all, ahead of the end, and while it cannot the
// old ones serve until they end.

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include "aws/credentials.hpp"
#include "aws/identity/key_fetcher.hpp"
#include "base/backoff.hpp"
#include "base/log.hpp"

namespace moretta::aws {

class RefreshingCredentials final : public CredentialsSource {
 public:
  // `clock`, `random` and `log` outlive it; nobody else draws from `random` while it works. The
  // fetcher may use `http`, which lives as long.
  RefreshingCredentials(std::unique_ptr<Http> http, std::unique_ptr<KeyFetcher> fetcher,
                        Clock& clock, Random& random, Log& log);

  Credentials current() override;
  Credentials renewed(const Credentials& refused) override;

 private:
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] bool is_usable(WallTime now) const;
  void refresh(Lock& lock);
  void take(Credentials keys);
  void keep_old(const std::exception_ptr& why);

  const std::unique_ptr<Http> http_;
  const std::unique_ptr<KeyFetcher> fetcher_;
  Clock& clock_;
  Random& random_;
  Log& log_;

  // Guarded by mutex_; the fetcher and random_ belong to whoever has set is_fetching_.
  std::mutex mutex_;
  std::condition_variable fetched_;
  bool is_fetching_ = false;
  int fetches_ = 0;
  std::exception_ptr failure_;  // of the last fetch
  std::optional<Credentials> keys_;
  WallTime refresh_at_{};
  Backoff retry_;
};

}  // namespace moretta::aws
