#pragma once

// A service of AWS on this machine, and a world whose variables lead there.

#include <string>
#include <vector>

#include "support/command_world.hpp"
#include "support/loopback_http.hpp"

namespace moretta::app {

// A service of AWS that answers everything with what is in `body`, and keeps what it was asked.
class FakeService {
 public:
  std::string body;
  int status = 200;
  std::vector<std::string> asked;

  [[nodiscard]] CommandWorld world(const char* variable) const {
    CommandWorld world;
    world.variables["AWS_ACCESS_KEY_ID"] = "AKID";
    world.variables["AWS_SECRET_ACCESS_KEY"] = "hush";
    world.variables["AWS_REGION"] = "eu-west-1";
    world.variables[variable] = server_.url();
    return world;
  }

 private:
  aws::LoopbackHttp server_{[this](const std::string& request) {
    asked.push_back(request);
    std::string answer = aws::http_answer(body);
    if (status != 200) {
      answer.replace(9, 3, std::to_string(status));
    }
    return aws::LoopbackAnswer{.bytes = std::move(answer)};
  }};
};

}  // namespace moretta::app
