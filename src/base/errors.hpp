#pragma once

// What the world can do to us. Texts say what was tried, what happened and what to do; they never
// hold a payload or a secret.

#include <stdexcept>
#include <string>

namespace moretta {

// For now: a timeout, a throttle, a lost connection, a commit in doubt. Trying again may help.
class Unavailable : public std::runtime_error {
 public:
  explicit Unavailable(const std::string& what) : std::runtime_error(what) {}
};

// For good: no such queue or table, wrong key, no rights. Somebody has to do what the hint says.
class Refused : public std::runtime_error {
 public:
  Refused(const std::string& what, std::string hint)
      : std::runtime_error(what), hint_(std::move(hint)) {}

  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

}  // namespace moretta
