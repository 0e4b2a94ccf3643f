// Builds the real world and enters it.

#include <csignal>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "app/entry.hpp"
#include "app/hardening.hpp"

namespace {

moretta::app::Terminal terminal() {
  moretta::app::Terminal terminal{.out = ::isatty(STDOUT_FILENO) == 1,
                                  .err = ::isatty(STDERR_FILENO) == 1};
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = size.ws_col;
  }
  return terminal;
}

}  // namespace

int main(int argc, char** argv) {
  moretta::app::keep_memory_private();
  // A reader that goes away is an error of the write, not the end of the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);

  moretta::SystemClock clock;
  moretta::SystemRandom random;
  moretta::app::World world{.environment = moretta::app::process_environment(),
                            .in = std::cin,
                            .out = std::cout,
                            .err = std::cerr,
                            .clock = clock,
                            .random = random,
                            .terminal = terminal(),
                            .forget_variable = moretta::app::forget_variable};
  return moretta::app::enter(std::vector<std::string>(argv + 1, argv + argc), world);
}
