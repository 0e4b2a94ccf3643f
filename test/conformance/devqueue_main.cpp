// The queue server by itself, for the conformance clients and the load measurement:
//   devqueue_for_tests [PORT [MESSAGES]]
// makes a queue "load" with that many messages, prints its endpoint, ends when standard input does.

#include <cstdio>
#include <cstdlib>

#include "devqueue/server.hpp"

int main(int argc, char** argv) {
  moretta::SystemClock clock;
  moretta::Log log(moretta::LogFormat::text, moretta::LogLevel::info);
  moretta::devqueue::Server::Options options;
  options.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  options.queues.push_back({"load", {}});
  moretta::devqueue::Server server(std::move(options), clock, log);
  const std::vector<std::string> bodies(
      1000, R"({"user_id": "424cdd21-063a-43a7-b91b-7ca1a833afae", "app_version": "2.3.0", )"
            R"("device_type": "android", "ip": "199.172.111.135", "locale": "RU", )"
            R"("device_id": "593-47-5928"})");
  const int messages = argc > 2 ? std::atoi(argv[2]) : 0;
  for (int sent = 0; sent < messages; sent += static_cast<int>(bodies.size())) {
    server.send("load", bodies);
  }
  std::printf("%s\n", server.endpoint().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
