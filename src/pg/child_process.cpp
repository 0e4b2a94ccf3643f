#include "pg/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.hpp"

namespace moretta::pg {

namespace {

constexpr Millis look_interval{5};  // between looks at a child that is to end
constexpr int cannot_start = 127;   // as a shell has it

struct Prepared {
  const ChildProcess::Options& options;
  std::vector<char*> arguments;
  std::array<char*, 4> environment;
};

// Between fork and exec: only calls that are safe there, everything is prepared.
[[noreturn]] void become(const Prepared& prepared, pid_t parent) {
  const ChildProcess::Options& options = prepared.options;
  setsid();
  const int input = open("/dev/null", O_RDONLY);
  const int log = open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  bool ok = input >= 0 && log >= 0 && dup2(input, 0) == 0 && dup2(log, 1) == 1 && dup2(log, 2) == 2;
  if (options.identity) {
    const auto [user, group] = *options.identity;
    ok = ok && setgroups(1, &group) == 0 && setgid(group) == 0 && setuid(user) == 0;
  }
  // After the change of user, which clears it.
  ok = ok && prctl(PR_SET_PDEATHSIG, options.signal_when_we_die) == 0 && getppid() == parent;
  ok = ok && chdir(options.working_directory.c_str()) == 0;
  if (ok) {
    execve(options.program.c_str(), prepared.arguments.data(), prepared.environment.data());
  }
  _exit(cannot_start);
}

}  // namespace

std::optional<Identity> unprivileged_identity() {
  if (geteuid() != 0) {
    return std::nullopt;
  }
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* user = getpwnam(name); user != nullptr) {
      return Identity{.user = user->pw_uid, .group = user->pw_gid};
    }
  }
  throw Refused("cannot run postgres as root, and there is no user 'postgres' or 'nobody'",
                "run as another user, or install postgresql");
}

ChildProcess::ChildProcess(const Options& options) {
  std::string program = options.program.string();
  std::vector<std::string> arguments = options.arguments;
  std::string path = "PATH=/usr/bin:/bin";
  std::string locale = "LC_ALL=C";
  std::string zone = "TZ=UTC";
  Prepared prepared{.options = options,
                    .arguments = {program.data()},
                    .environment = {path.data(), locale.data(), zone.data(), nullptr}};
  for (std::string& argument : arguments) {
    prepared.arguments.push_back(argument.data());
  }
  prepared.arguments.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    become(prepared, parent);
  }
  if (pid_ < 0) {
    throw Unavailable("cannot start " + program + ": fork: " + std::strerror(errno));
  }
}

ChildProcess::~ChildProcess() {
  if (!status()) {
    send(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void ChildProcess::send(int signal) const {
  if (!status_) {
    kill(pid_, signal);
  }
}

std::optional<int> ChildProcess::status() {
  int how = 0;
  if (!status_ && waitpid(pid_, &how, WNOHANG) == pid_) {
    status_ = how;
  }
  return status_;
}

std::optional<int> ChildProcess::wait(Clock& clock, Millis time) {
  const SteadyTime end = clock.steady() + time;
  while (!status() && clock.steady() < end) {
    clock.sleep(look_interval, {});
  }
  return status_;
}

}  // namespace moretta::pg
