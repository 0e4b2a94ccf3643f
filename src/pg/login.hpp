#pragma once

// Who knows user and password at the moment of a connect, where they change while we run.

#include <string>

namespace moretta::pg {

class Conninfo;

// For any thread: the lanes share one.
class Login {
 public:
  Login() = default;
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;
  virtual ~Login() = default;

  // Called before each physical connect. Throws Unavailable, Refused.
  virtual void fill(Conninfo& conninfo) = 0;

  // The server refused what `conninfo` has: looks for something else, and fills that in. False if
  // there is nothing else. `looked` counts where it has looked during this connect, from 0; it has
  // an end. Throws Unavailable, Refused.
  virtual bool renew(Conninfo& conninfo, int& looked) = 0;

  // What to do when the server refuses the newest.
  [[nodiscard]] virtual std::string hint() const = 0;
};

}  // namespace moretta::pg
