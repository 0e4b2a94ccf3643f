#include "app/subprocess.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t output_bytes_max = 1U << 20;  // far more than any of our programs prints

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    std::array<int, 2> ends{};
    ENSURE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    ::close(read_end);
    close_write_end();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_write_end() {
    if (write_end >= 0) {
      ::close(std::exchange(write_end, -1));
    }
  }
};

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    entries.emplace_back(*entry);
  }
  for (const auto& [name, value] : variables) {
    std::erase_if(entries, [&](const std::string& entry) { return entry.starts_with(name + "="); });
    entries.push_back(name + "=" + value);
  }
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

// Both outputs until both are closed.
void read_all(const Pipe& out, const Pipe& err, SubprocessResult& result) {
  std::array<pollfd, 2> ends = {{{.fd = out.read_end, .events = POLLIN, .revents = 0},
                                 {.fd = err.read_end, .events = POLLIN, .revents = 0}}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  std::array<char, 4096> buffer{};
  for (int open = 2; open > 0;) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) {
      return;
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) {
        continue;
      }
      const ssize_t count = ::read(ends[i].fd, buffer.data(), buffer.size());
      if (count <= 0) {
        ends[i].fd = -1;
        --open;
      } else if (texts[i]->size() < output_bytes_max) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      }
    }
  }
}

}  // namespace

SubprocessResult run_program(const std::vector<std::string>& command,
                             const std::vector<std::pair<std::string, std::string>>& variables) {
  Pipe out;
  Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);

  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(variables);
  pid_t pid = -1;
  const int failure = ::posix_spawn(&pid, command.front().c_str(), &actions, nullptr,
                                    pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw Refused(
        fmt::format("cannot start {}: {}", command.front(), std::strerror(failure)),  // NOLINT
        "build it with ./dev build");
  }
  out.close_write_end();
  err.close_write_end();

  SubprocessResult result;
  read_all(out, err, result);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string program_beside_us(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

}  // namespace moretta::app
