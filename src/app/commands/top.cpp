#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/signals.hpp"
#include "app/status/top_view.hpp"
#include "app/status_client.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr Millis redraw_every{1000};
constexpr std::string_view to_the_top = "\033[H\033[J";

}  // namespace

int top(const TopOptions& options, World& world) {
  const StopSignals signals;
  StatusClient client(options.address, world.clock);
  const bool on_terminal = world.terminal.out && options.output == Output::people;
  const bool plain = !world.environment("NO_COLOR").value_or("").empty();
  const Colours colours = on_terminal && !plain ? Colours::yes : Colours::no;
  do {
    const std::string status = client.get("/api/status");
    if (options.output == Output::json) {
      world.out << status << std::endl;
      continue;
    }
    const auto view = top_view(status, colours);
    if (!view) {
      throw Refused(fmt::format("what {} says is not moretta's status", options.address),
                    "name the address of status.listen; both should be of one version");
    }
    world.out << (on_terminal ? to_the_top : "") << *view << std::flush;
  } while (on_terminal && options.once == Once::no &&
           world.clock.sleep(redraw_every, signals.token()));
  return exit_done;
}

}  // namespace moretta::app
