#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/problem.hpp"
#include "app/signals.hpp"
#include "app/status/status_server.hpp"
#include "app/status/top_view.hpp"
#include "aws/open_http.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr Millis redraw_every{1000};
constexpr Millis patience{3000};
constexpr std::string_view to_the_top = "\033[H\033[J";

std::string status_url(const std::string& address) {
  const auto listen = parse_listen(address);
  if (!listen || listen->port == 0) {
    throw BadUsage(fmt::format(
        "moretta: {} is not an address; write HOST:PORT as in status.listen, e.g. 127.0.0.1:9464",
        address));
  }
  const bool is_v6 = listen->host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/api/status", is_v6 ? "[" : "", listen->host,
                     is_v6 ? "]" : "", listen->port);
}

std::string ask(aws::Http& http, const std::string& url, const std::string& address) {
  const aws::HttpRequest request{.method = aws::HttpMethod::get,
                                 .url = url,
                                 .timeout = patience,
                                 .proxy = aws::ProxyUse::none};
  const aws::HttpResponse answer = std::move(http.perform({&request, 1}).front());
  if (answer.failure || answer.status != 200) {
    throw Refused(fmt::format("cannot read the status at {}: {}", address,
                              answer.failure ? answer.failure->text
                                             : fmt::format("status {}", answer.status)),
                  "start `moretta run` with status.listen in its configuration, and name that "
                  "address here");
  }
  return answer.body;
}

}  // namespace

int top(const TopOptions& options, World& world) {
  const StopSignals signals;
  const std::string url = status_url(options.address);
  const auto http = aws::open_http(aws::Transport::sockets, {}, world.clock);
  const bool on_terminal = world.terminal.out && options.output == Output::people;
  const bool plain = world.environment("NO_COLOR").value_or("") != "";
  const Colours colours = on_terminal && !plain ? Colours::yes : Colours::no;
  do {
    const std::string status = ask(*http, url, options.address);
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
