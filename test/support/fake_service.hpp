#pragma once

// A service of AWS on this machine, and a world whose variables lead there.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "support/command_world.hpp"
#include "support/loopback_http.hpp"

namespace moretta::app {

// A service of AWS that answers everything with what is in `body`, and keeps what it was asked.
// Whoever asks for a version of a secret gets that of its label, if there is one.
class FakeService {
 public:
  std::string body;
  std::map<std::string, std::string> versions;
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
    int code = status;
    if (request.find("VersionStage") != std::string::npos) {
      const auto found = std::ranges::find_if(versions, [&](const auto& version) {
        return request.find(version.first) != std::string::npos;
      });
      answer = found != versions.end()
                   ? aws::http_answer(found->second)
                   : aws::http_answer(R"({"__type":"ResourceNotFoundException"})");
      code = found != versions.end() ? 200 : 400;
    }
    if (code != 200) {
      answer.replace(9, 3, std::to_string(code));
    }
    return aws::LoopbackAnswer{.bytes = std::move(answer)};
  }};
};

}  // namespace moretta::app
