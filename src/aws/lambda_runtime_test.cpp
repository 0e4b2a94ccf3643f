#include "aws/lambda_runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/scripted_http.hpp"

namespace moretta::aws {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::string_view base = "http://127.0.0.1:9001/2018-06-01/runtime";

std::string head(std::string_view id, std::string_view deadline) {
  return "lambda-runtime-aws-request-id: " + std::string(id) +
         "\r\nLambda-Runtime-Deadline-Ms: " + std::string(deadline) +
         "\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:x\r\n";
}

struct World {
  ScriptedHttp http;
  LambdaRuntime runtime{http, "127.0.0.1:9001"};
};

TEST(LambdaRuntime, waits_without_a_limit_and_without_a_proxy_for_the_next_invocation) {
  World world;
  world.http.will_answer({answer(200, R"({"Records":[]})", head("8476a536", "1542409706888"))});

  const auto invocation = world.runtime.next({});

  ASSERT_TRUE(invocation);
  EXPECT_EQ(invocation->id, "8476a536");
  EXPECT_EQ(invocation->deadline, WallTime{Millis{1542409706888}});
  EXPECT_EQ(invocation->function_arn, "arn:aws:lambda:x");
  EXPECT_EQ(invocation->event, R"({"Records":[]})");
  const HttpRequest& asked = world.http.asked.at(0);
  EXPECT_EQ(asked.method, HttpMethod::get);
  EXPECT_EQ(asked.url, std::string(base) + "/invocation/next");
  EXPECT_EQ(asked.timeout, Millis{0});
  EXPECT_EQ(asked.proxy, ProxyUse::none);
}

TEST(LambdaRuntime, has_no_next_invocation_once_stopped) {
  World world;
  HttpResponse stopped = lost_connection();
  stopped.failure->kind = TransportTrouble::stopped;
  world.http.will_answer({stopped});

  EXPECT_FALSE(world.runtime.next({}));
}

TEST(LambdaRuntime, takes_nothing_for_an_invocation_that_is_none) {
  const HttpResponse cases[] = {answer(200, "{}", ""),
                                answer(200, "{}", head("", "1542409706888")),
                                answer(200, "{}", head("a/../b", "1542409706888")),
                                answer(200, "{}", head("a", "")),
                                answer(200, "{}", head("a", "soon")),
                                answer(200, "{}", head("a", "-1")),
                                answer(403, "{}", head("a", "1542409706888"))};
  for (const HttpResponse& response : cases) {
    World world;
    world.http.will_answer({response});

    EXPECT_THROW(world.runtime.next({}), Refused) << response.head;
  }
}

TEST(LambdaRuntime, ends_when_the_api_fails_or_is_gone) {
  for (const HttpResponse& response : {answer(500, ""), lost_connection()}) {
    World world;
    world.http.will_answer({response, response});

    EXPECT_THROW(world.runtime.next({}), Unavailable);
    EXPECT_THROW(world.runtime.respond("a", "{}"), Unavailable);
  }
}

TEST(LambdaRuntime, posts_an_answer_as_json) {
  World world;
  world.http.will_answer({answer(202, R"({"status":"OK"})")});

  world.runtime.respond("8476a536", R"({"batchItemFailures":[]})");

  const HttpRequest& asked = world.http.asked.at(0);
  EXPECT_EQ(asked.method, HttpMethod::post);
  EXPECT_EQ(asked.url, std::string(base) + "/invocation/8476a536/response");
  EXPECT_EQ(asked.body, R"({"batchItemFailures":[]})");
  EXPECT_THAT(asked.headers,
              Contains(HttpHeader{.name = "Content-Type", .value = "application/json"}));
}

TEST(LambdaRuntime, says_that_an_answer_was_not_taken) {
  for (const int status : {400, 403, 413}) {
    World world;
    world.http.will_answer({answer(status, "")});

    EXPECT_THROW(world.runtime.respond("a", "{}"), Refused) << status;
  }
}

TEST(LambdaRuntime, reports_errors_with_their_type_in_header_and_body) {
  World world;
  world.http.will_answer({answer(202, ""), answer(202, "")});

  world.runtime.fail("8476a536", {.type = "Moretta.Refused", .text = "no \"table\""});
  world.runtime.fail_init({.type = "Moretta.BadConfig", .text = "line 1\nline 2"});

  const HttpRequest& of_invocation = world.http.asked.at(0);
  EXPECT_EQ(of_invocation.url, std::string(base) + "/invocation/8476a536/error");
  EXPECT_THAT(of_invocation.headers,
              Contains(HttpHeader{.name = "Lambda-Runtime-Function-Error-Type",
                                  .value = "Moretta.Refused"}));
  EXPECT_EQ(of_invocation.body,
            R"({"errorMessage":"no \"table\"","errorType":"Moretta.Refused","stackTrace":[]})");
  EXPECT_EQ(world.http.asked.at(1).url, std::string(base) + "/init/error");
  EXPECT_THAT(world.http.asked.at(1).body, HasSubstr(R"("line 1\nline 2")"));
}

}  // namespace
}  // namespace moretta::aws
