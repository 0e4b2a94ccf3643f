#include "app/secret_file.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/descriptor.hpp"

namespace moretta::app {

namespace {

using Read = Result<SecretBytes, std::string>;

constexpr mode_t others_may = S_IRWXG | S_IRWXO;
constexpr mode_t others_may_write = S_IWGRP | S_IWOTH;

// Of one wait for a command. It may ask a hardware token or a vault server, but not for ever.
constexpr std::chrono::milliseconds command_wait_max{30'000};

// Why this file is no place for a secret; empty if it is one.
std::string exposure(const struct stat& facts, const std::string& path, SecretOwner owner) {
  if (S_ISDIR(facts.st_mode)) {
    return fmt::format("{} is a directory, not a file", path);
  }
  if (!S_ISREG(facts.st_mode)) {
    return {};  // a pipe: whoever made it chose who may open it
  }
  if (owner == SecretOwner::system) {
    const bool is_safe = (facts.st_uid == 0 || facts.st_uid == ::geteuid()) &&
                         (facts.st_mode & others_may_write) == 0;
    return is_safe ? std::string()
                   : fmt::format("{} can be changed by others than root and this user", path);
  }
  if (facts.st_uid != ::geteuid()) {
    return fmt::format("{} belongs to user {}, not to user {}, who runs this; run: chown {} {}",
                       path, facts.st_uid, ::geteuid(), ::geteuid(), path);
  }
  if ((facts.st_mode & others_may) != 0) {
    return fmt::format("{0} is open to other users of the machine; run: chmod 600 {0}", path);
  }
  return {};
}

// Waits until there is something to read or `wait` is over; negative waits for ever.
bool is_readable(int fd, int wait) {
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, wait);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

constexpr int no_limit = -1;

Read read_all(int fd, const std::string& place, std::size_t bytes_max, int wait) {
  SecretBytes buffer(bytes_max + 1);
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    if (wait != no_limit && !is_readable(fd, wait)) {
      return Failure{fmt::format("{} said nothing for {} seconds", place, wait / 1000)};
    }
    const auto space = buffer.bytes().subspan(filled);
    const ssize_t got = ::read(fd, space.data(), space.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Failure{fmt::format("cannot read {}: {}", place, std::strerror(errno))};
    }
    if (got == 0) {
      return SecretBytes(buffer.view().substr(0, filled));
    }
    filled += static_cast<std::size_t>(got);
  }
  return Failure{fmt::format("{} holds more than {} bytes; it should hold the secret alone", place,
                             bytes_max)};
}

// A shell that runs the command and writes to the pipe. 0 if it cannot be started.
pid_t start_shell(const std::string& command, int write_end) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = command;
  char* const arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, shell.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? child : 0;
}

// Its exit code; 128 and the signal if one ended it.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Read read_secret_file(const std::string& path, SecretOwner owner, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat facts {};
  if (file.number < 0 || ::fstat(file.number, &facts) != 0) {
    return Failure{fmt::format("cannot open {}: {}", path, std::strerror(errno))};
  }
  if (std::string what = exposure(facts, path, owner); !what.empty()) {
    return Failure{std::move(what)};
  }
  return read_all(file.number, path, bytes_max, no_limit);
}

Read read_secret_descriptor(int number, std::size_t bytes_max) {
  const Descriptor owned(number);
  return read_all(number, fmt::format("descriptor {}", number), bytes_max, no_limit);
}

Read read_secret_command(const std::string& command, std::size_t bytes_max) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Failure{fmt::format("cannot make a pipe: {}", std::strerror(errno))};
  }
  const Descriptor from(ends[0]);
  pid_t child = 0;
  {
    const Descriptor to(ends[1]);
    child = start_shell(command, to.number);
  }
  if (child == 0) {
    return Failure{std::string("cannot start /bin/sh")};
  }
  Read secret =
      read_all(from.number, "the command", bytes_max, static_cast<int>(command_wait_max.count()));
  if (!secret) {
    ::kill(child, SIGKILL);
  }
  const int code = wait_for(child);
  if (secret && code != 0) {
    return Failure{fmt::format("the command ended with code {}", code)};
  }
  return secret;
}

}  // namespace moretta::app
