#pragma once

// A program that we started and that must not outlive us.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.hpp"

namespace moretta::pg {

// Whom a child runs as. Postgres refuses to run as root.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
};

// For a process that is root: the system's postgres user, or nobody. Otherwise nullopt: as
// ourselves. Throws Refused if root finds neither.
std::optional<Identity> unprivileged_identity();

class ChildProcess {
 public:
  struct Options {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::filesystem::path log;  // both outputs, appended
    std::filesystem::path working_directory = "/";
    std::optional<Identity> identity;
    int signal_when_we_die = 9;  // sent by the kernel when the starting thread ends
  };

  // In a session of its own, so that a Ctrl-C at our terminal leaves its end to us; with an
  // environment of nothing but a PATH and the C locale. Throws Unavailable if it cannot be started.
  explicit ChildProcess(const Options& options);
  ~ChildProcess();  // kills and reaps
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;

  // How it ended, as waitpid says, if it has.
  std::optional<int> status();
  // The same, waiting for at most `time`.
  std::optional<int> wait(Clock& clock, Millis time);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace moretta::pg
