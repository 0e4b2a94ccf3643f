#include "aws/curl_http.hpp"

#include <latch>

#include <gtest/gtest.h>

#include "support/loopback_http.hpp"

namespace moretta::aws {
namespace {

using Then = LoopbackAnswer::Then;

HttpRequest post(const std::string& url, std::string body = "hello") {
  return {.url = url,
          .headers = {{"Content-Type", "text/plain"}, {"X-Test", "1"}},
          .body = std::move(body)};
}

HttpResponse perform_one(Http& http, const HttpRequest& request) {
  return http.perform({&request, 1}).front();
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

TEST(CurlHttp, sends_what_it_was_given_and_nothing_that_breaks_a_signature) {
  std::string seen;
  LoopbackHttp server([&](const std::string& request) {
    seen = request;
    return LoopbackAnswer{.bytes = http_answer("answer", "X-Reply: yes\r\n")};
  });
  CurlHttp http({});

  const HttpResponse response = perform_one(http, post(server.url() + "prefix/?a=b"));

  EXPECT_FALSE(response.failure.has_value());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "answer");
  EXPECT_EQ(response.header("x-reply"), "yes");
  EXPECT_TRUE(seen.starts_with("POST /prefix/?a=b HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("\r\nContent-Type: text/plain\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nX-Test: 1\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nHost: 127.0.0.1:"), std::string::npos);
  EXPECT_EQ(body_of(seen), "hello");
}

TEST(CurlHttp, speaks_get_and_put_on_the_same_handle) {
  std::vector<std::string> seen;
  LoopbackHttp server([&](const std::string& request) {
    seen.push_back(request.substr(0, request.find(' ')) + " " + body_of(request));
    return LoopbackAnswer{.bytes = http_answer("")};
  });
  CurlHttp http({});
  HttpRequest put = post(server.url(), "p");
  put.method = HttpMethod::put;
  put.proxy = ProxyUse::none;
  HttpRequest get = post(server.url(), "");
  get.method = HttpMethod::get;

  for (const HttpRequest& request : {put, get, post(server.url(), "x"), put}) {
    EXPECT_EQ(perform_one(http, request).status, 200);
  }

  EXPECT_EQ(seen, (std::vector<std::string>{"PUT p", "GET ", "POST x", "PUT p"}));
}

TEST(CurlHttp, keeps_its_connections) {
  LoopbackHttp server(
      [](const std::string&) { return LoopbackAnswer{.bytes = http_answer("again")}; });
  CurlHttp http({});

  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "again");
  }

  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlHttp, has_the_requests_of_a_call_in_flight_together) {
  constexpr int together = 32;
  std::latch all_here(together);
  LoopbackHttp server([&](const std::string& request) {
    all_here.arrive_and_wait();  // nobody is answered before everybody has asked
    return LoopbackAnswer{.bytes = http_answer("to " + body_of(request))};
  });
  CurlHttp http({});
  std::vector<HttpRequest> requests;
  for (int i = 0; i < together; ++i) {
    requests.push_back(post(server.url(), std::to_string(i)));
  }

  const std::vector<HttpResponse> responses = http.perform(requests);

  ASSERT_EQ(responses.size(), requests.size());
  for (int i = 0; i < together; ++i) {
    EXPECT_EQ(responses[static_cast<std::size_t>(i)].body, "to " + std::to_string(i));
  }
}

TEST(CurlHttp, takes_more_requests_than_it_has_in_flight) {
  LoopbackHttp server([](const std::string& request) {
    return LoopbackAnswer{.bytes = http_answer(body_of(request))};
  });
  CurlHttp http({});
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 300; ++i) {
    requests.push_back(post(server.url(), std::to_string(i)));
  }

  const std::vector<HttpResponse> responses = http.perform(requests);

  for (std::size_t i = 0; i < responses.size(); ++i) {
    EXPECT_EQ(responses[i].body, std::to_string(i));
  }
  EXPECT_LE(server.connections(), 128);
}

TEST(CurlHttp, lives_with_servers_that_close_after_every_answer) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer("bye", "Connection: close\r\n"),
                          .then = Then::close};
  });
  CurlHttp http({});

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "bye");
  }

  EXPECT_EQ(server.connections(), 5);
}

TEST(CurlHttp, lives_with_servers_that_close_without_a_word) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer("bye"), .then = Then::close};
  });
  CurlHttp http({});

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "bye");
  }
}

TEST(CurlHttp, calls_lost_and_cut_answers_transient) {
  for (const std::string bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    LoopbackHttp server(
        [&](const std::string&) { return LoopbackAnswer{.bytes = bytes, .then = Then::close}; });
    CurlHttp http({});

    const HttpResponse response = perform_one(http, post(server.url()));

    ASSERT_TRUE(response.failure.has_value()) << bytes;
    EXPECT_EQ(response.failure->kind, TransportTrouble::transient) << response.failure->text;
  }
}

TEST(CurlHttp, gives_up_when_the_time_is_over) {
  LoopbackHttp server(
      [](const std::string&) { return LoopbackAnswer{.then = Then::wait_for_client}; });
  CurlHttp http({});
  HttpRequest request = post(server.url());
  request.timeout = Millis{50};

  const HttpResponse response = perform_one(http, request);

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_EQ(response.failure->kind, TransportTrouble::transient);
}

TEST(CurlHttp, a_failed_request_leaves_the_others_alone) {
  LoopbackHttp server([](const std::string& request) {
    if (body_of(request) == "drop") {
      return LoopbackAnswer{.then = Then::close};
    }
    return LoopbackAnswer{.bytes = http_answer("fine")};
  });
  CurlHttp http({});
  const std::vector<HttpRequest> requests = {post(server.url()), post(server.url(), "drop"),
                                             post(server.url())};

  const std::vector<HttpResponse> responses = http.perform(requests);

  EXPECT_EQ(responses[0].body, "fine");
  EXPECT_TRUE(responses[1].failure.has_value());
  EXPECT_EQ(responses[2].body, "fine");
}

TEST(CurlHttp, refuses_answers_beyond_the_limit) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer(std::string(5000, 'x'))};
  });
  CurlHttp http({.ca_bundle = {}, .response_bytes_max = 4096});

  const HttpResponse response = perform_one(http, post(server.url()));

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_EQ(response.failure->kind, TransportTrouble::configuration);
  EXPECT_NE(response.failure->text.find("larger than 4096 bytes"), std::string::npos);
}

TEST(CurlHttp, sends_and_receives_large_bodies_without_asking_first) {
  LoopbackHttp server([](const std::string& request) {
    const bool asks = request.find("Expect:") != std::string::npos;
    return LoopbackAnswer{.bytes = http_answer(asks ? "asked" : body_of(request))};
  });
  CurlHttp http({});
  const std::string body(std::size_t{3} << 20U, 'x');

  const HttpResponse response = perform_one(http, post(server.url(), body));

  EXPECT_TRUE(response.body == body);
}

TEST(CurlHttp, does_not_follow_redirects) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes =
                              "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
                              "Content-Length: 0\r\n\r\n"};
  });
  CurlHttp http({});

  EXPECT_EQ(perform_one(http, post(server.url())).status, 302);
}

TEST(CurlHttp, passes_over_interim_answers) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = "HTTP/1.1 103 Early Hints\r\nX-Which: interim\r\n\r\n" +
                                   http_answer("real", "X-Which: final\r\n")};
  });
  CurlHttp http({});

  const HttpResponse response = perform_one(http, post(server.url()));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("x-which"), "final");
}

TEST(CurlHttp, tells_what_will_not_get_better) {
  const struct {
    const char* url;
    TransportTrouble kind;
  } cases[] = {
      {"ftp://127.0.0.1/", TransportTrouble::configuration},
      {"http://127.0.0.1:99999/", TransportTrouble::configuration},
      {"http://127.0.0.1:1/", TransportTrouble::transient},
  };
  CurlHttp http({});
  for (const auto& [url, kind] : cases) {
    const HttpResponse response = perform_one(http, post(url));
    ASSERT_TRUE(response.failure.has_value()) << url;
    EXPECT_EQ(response.failure->kind, kind) << response.failure->text;
  }
}

TEST(CurlHttp, failure_texts_name_the_host_and_not_what_was_sent) {
  CurlHttp http({});
  HttpRequest request = post("http://127.0.0.1:1/secret-path?secret-query", "secret-body");
  request.headers.push_back({"Authorization", "secret-signature"});

  const HttpResponse response = perform_one(http, request);

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_NE(response.failure->text.find("127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(response.failure->text.find("secret"), std::string::npos) << response.failure->text;
}

TEST(CaBundle, is_the_one_that_the_environment_names_first) {
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "SSL_CERT_FILE" ? std::optional<std::string>("/by/ssl") : std::nullopt;
  };
  const auto both = [](std::string_view name) -> std::optional<std::string> {
    return name == "AWS_CA_BUNDLE" ? "/by/aws" : "/by/ssl";
  };

  EXPECT_EQ(find_ca_bundle(environment), "/by/ssl");
  EXPECT_EQ(find_ca_bundle(both), "/by/aws");
}

}  // namespace
}  // namespace moretta::aws
