#pragma once

// What a fetcher of AWS keys needs, all of it the test's: variables, answers, time.

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "aws/identity/chain.hpp"
#include "aws/identity/key_fetcher.hpp"
#include "base/errors.hpp"
#include "support/scripted_http.hpp"

namespace moretta::aws {

using Variables = std::map<std::string, std::string, std::less<>>;

inline Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

// Hands requests on to somebody who lives longer.
class BorrowedHttp final : public Http {
 public:
  explicit BorrowedHttp(Http& http) : http_(http) {}
  std::vector<HttpResponse> perform(std::span<const HttpRequest> requests) override {
    return http_.perform(requests);
  }

 private:
  Http& http_;
};

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    std::string path = std::filesystem::temp_directory_path() / "moretta-home-XXXXXX";
    home_ = mkdtemp(path.data());
    std::filesystem::create_directory(home_ / ".aws");
    log.capture(&log_lines);
  }
  ~IdentityTest() override { std::filesystem::remove_all(home_); }

  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(home_ / ".aws" / name) << text;
    return home_ / ".aws" / name;
  }

  Environment environment(Variables variables = {}) {
    variables.emplace("HOME", home_.string());
    return environment_of(std::move(variables));
  }

  IdentityWorld world(Variables variables = {}) {
    return {.environment = environment(std::move(variables)),
            .http = http,
            .clock = clock,
            .random = random};
  }

  std::unique_ptr<CredentialsSource> chain(Variables variables = {}) {
    return find_credentials({.environment = environment(std::move(variables)),
                             .open_http =
                                 [this](const HttpSettings& /*settings*/) {
                                   return std::make_unique<BorrowedHttp>(http);
                                 },
                             .clock = clock,
                             .random = random,
                             .log = log});
  }

  // What `work` threw, with its kind in front; "" if nothing.
  template <typename Work>
  static std::string thrown(Work work) {
    try {
      work();
    } catch (const Refused& error) {
      return std::string("refused: ") + error.what() + " | " + error.hint();
    } catch (const Unavailable& error) {
      return std::string("unavailable: ") + error.what();
    }
    return "";
  }

  static std::string keys_json(std::string_view id, std::string_view token_name = "Token",
                               std::string_view expiration = "2033-01-01T00:00:00Z") {
    return R"({"Code":"Success","Version":1,"AccessKeyId":")" + std::string(id) +
           R"(","SecretAccessKey":"the-secret",")" + std::string(token_name) +
           R"(":"the-token","Expiration":")" + std::string(expiration) + R"("})";
  }

  static std::string sts_answer(std::string_view id, std::string_view operation = "AssumeRole") {
    const std::string name(operation);
    return "<" + name + R"(Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><)" + name +
           "Result><AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>"
           "<Credentials><AccessKeyId>" +
           std::string(id) +
           "</AccessKeyId><SecretAccessKey>the-secret</SecretAccessKey>"
           "<SessionToken>the-token</SessionToken><Expiration>2033-01-01T00:00:00Z</Expiration>"
           "</Credentials></" +
           name + "Result></" + name + "Response>";
  }

  static std::string header(const HttpRequest& request, std::string_view name) {
    for (const HttpHeader& one : request.headers) {
      if (one.name == name) {
        return one.value;
      }
    }
    return "";
  }

  ScriptedHttp http;
  ManualClock clock;
  SeededRandom random{1};
  std::string log_lines;
  Log log{LogFormat::json, LogLevel::debug};
  std::filesystem::path home_;
};

}  // namespace moretta::aws
