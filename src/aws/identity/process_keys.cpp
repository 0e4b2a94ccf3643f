#include "aws/identity/process_keys.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/identity/key_document.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

// Of one wait for its output: it may ask a person's hardware token, but not for ever.
constexpr Millis wait_max{60'000};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// What it prints goes to the pipe; what it complains of goes nowhere, for it may hold a secret.
int start(const std::vector<std::string>& command, int write_end, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const int error =
      ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

enum class ReadEnd { closed, too_much, silent };

ReadEnd read_all(int from, std::string& out) {
  out.reserve(key_document_bytes_max + 1);  // it must not move and leave a copy
  char buffer[4096];
  for (;;) {
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(wait_max.count()));
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      return ReadEnd::silent;
    }
    const ssize_t got = ::read(from, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      wipe(std::as_writable_bytes(std::span(buffer)));
      return ReadEnd::closed;
    }
    if (out.size() + static_cast<std::size_t>(got) > key_document_bytes_max) {
      return ReadEnd::too_much;
    }
    out.append(buffer, static_cast<std::size_t>(got));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::optional<std::vector<std::string>> split_command(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\0' && (c == ' ' || c == '\t')) {
      if (in_word) {
        words.push_back(std::move(word));
        word.clear();
        in_word = false;
      }
    } else if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      in_word = true;
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size() &&
               (quote == '\0' || line[i + 1] == '"' || line[i + 1] == '\\')) {
      word.push_back(line[++i]);
      in_word = true;
    } else {
      word.push_back(c);
      in_word = true;
    }
  }
  if (in_word) {
    words.push_back(std::move(word));
  }
  return quote == '\0' && !words.empty() ? std::optional(std::move(words)) : std::nullopt;
}

ProcessKeys::ProcessKeys(std::string profile, std::string_view command_line)
    : profile_(std::move(profile)) {
  auto words = split_command(command_line);
  if (!words) {
    throw Refused("cannot run the " + name() + ": a quote in it is not closed",
                  "write the program and its words, those with blanks in quotes");
  }
  command_ = std::move(*words);
}

Credentials ProcessKeys::fetch() {
  const auto fail = [this](const std::string& why) {
    throw Refused("cannot use the " + name() + ": " + why,
                  "run it by hand: it must print the JSON of docs/credentials.md");
  };
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Unavailable("cannot run the " + name() + ": no pipe can be made");
  }
  const Descriptor from(ends[0]);
  pid_t child = 0;
  int error = 0;
  {
    const Descriptor to(ends[1]);
    error = start(command_, to.number(), child);
  }
  if (error != 0) {
    fail("the program cannot be started");
  }
  std::string out;
  const ReadEnd end = read_all(from.number(), out);
  if (end != ReadEnd::closed) {
    ::kill(child, SIGKILL);
  }
  const int code = wait_for(child);
  const auto document = read_key_document(out, TokenName::session_token);
  wipe(out);
  if (end == ReadEnd::silent) {
    throw Unavailable("cannot use the " + name() + ": it printed nothing for " +
                      std::to_string(wait_max.count() / 1000) + " s");
  }
  if (end == ReadEnd::too_much) {
    fail("it printed more than 64 kB");
  }
  if (code != 0) {
    fail("it ended with code " + std::to_string(code));
  }
  if (!document) {
    fail(document.error());
  }
  if (document.value().version != 1) {
    fail("the answer's Version is not 1");
  }
  return document.value().keys.clone();
}

}  // namespace moretta::aws
