// Builds the real world of moretta-unmask and enters it.

#include <csignal>
#include <iostream>

#include <unistd.h>

#include "app/hardening.hpp"
#include "app/unmask/unmask.hpp"

int main(int argc, char** argv) {
  moretta::app::keep_memory_private();
  // A reader that goes away is an error of the write, not the end of the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  std::ios::sync_with_stdio(false);

  moretta::SystemClock clock;
  moretta::SystemRandom random;
  moretta::app::World world{
      .environment = moretta::app::process_environment(),
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .clock = clock,
      .random = random,
      .terminal = {.out = ::isatty(STDOUT_FILENO) == 1, .err = ::isatty(STDERR_FILENO) == 1},
      .forget_variable = moretta::app::forget_variable};
  return moretta::app::enter_unmask(std::vector<std::string>(argv + 1, argv + argc), world);
}
