#include <latch>

#include <gtest/gtest.h>

#include "aws/open_http.hpp"
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

// Both transports are held to this.
class HttpContract : public testing::TestWithParam<Transport> {
 protected:
  Http& make(const HttpSettings& settings = {}) {
    http_ = open_http(GetParam(), settings, clock_);
    return *http_;
  }

 private:
  SystemClock clock_;
  std::unique_ptr<Http> http_;
};

INSTANTIATE_TEST_SUITE_P(, HttpContract, testing::Values(Transport::sockets, Transport::libcurl),
                         [](const auto& its) {
                           return its.param == Transport::sockets ? "sockets" : "libcurl";
                         });

TEST_P(HttpContract, sends_what_it_was_given_and_nothing_that_breaks_a_signature) {
  std::string seen;
  LoopbackHttp server([&](const std::string& request) {
    seen = request;
    return LoopbackAnswer{.bytes = http_answer("answer", "X-Reply: yes\r\n")};
  });
  Http& http = make();

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

TEST_P(HttpContract, speaks_get_and_put_on_the_same_handle) {
  std::vector<std::string> seen;
  LoopbackHttp server([&](const std::string& request) {
    seen.push_back(request.substr(0, request.find(' ')) + " " + body_of(request));
    return LoopbackAnswer{.bytes = http_answer("")};
  });
  Http& http = make();
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

TEST_P(HttpContract, keeps_its_connections) {
  LoopbackHttp server(
      [](const std::string&) { return LoopbackAnswer{.bytes = http_answer("again")}; });
  Http& http = make();

  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "again");
  }

  EXPECT_EQ(server.connections(), 1);
}

TEST_P(HttpContract, has_the_requests_of_a_call_in_flight_together) {
  constexpr int together = 32;
  std::latch all_here(together);
  LoopbackHttp server([&](const std::string& request) {
    all_here.arrive_and_wait();  // nobody is answered before everybody has asked
    return LoopbackAnswer{.bytes = http_answer("to " + body_of(request))};
  });
  Http& http = make();
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

TEST_P(HttpContract, takes_more_requests_than_it_has_in_flight) {
  LoopbackHttp server([](const std::string& request) {
    return LoopbackAnswer{.bytes = http_answer(body_of(request))};
  });
  Http& http = make();
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

TEST_P(HttpContract, lives_with_servers_that_close_after_every_answer) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer("bye", "Connection: close\r\n"),
                          .then = Then::close};
  });
  Http& http = make();

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "bye");
  }

  EXPECT_EQ(server.connections(), 5);
}

TEST_P(HttpContract, lives_with_servers_that_close_without_a_word) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer("bye"), .then = Then::close};
  });
  Http& http = make();

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "bye");
  }
}

TEST_P(HttpContract, calls_lost_and_cut_answers_transient) {
  for (const std::string bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    LoopbackHttp server(
        [&](const std::string&) { return LoopbackAnswer{.bytes = bytes, .then = Then::close}; });
    Http& http = make();

    const HttpResponse response = perform_one(http, post(server.url()));

    ASSERT_TRUE(response.failure.has_value()) << bytes;
    EXPECT_EQ(response.failure->kind, TransportTrouble::transient) << response.failure->text;
  }
}

TEST_P(HttpContract, gives_up_when_the_time_is_over) {
  LoopbackHttp server(
      [](const std::string&) { return LoopbackAnswer{.then = Then::wait_for_client}; });
  Http& http = make();
  HttpRequest request = post(server.url());
  request.timeout = Millis{50};

  const HttpResponse response = perform_one(http, request);

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_EQ(response.failure->kind, TransportTrouble::transient);
}

TEST_P(HttpContract, a_failed_request_leaves_the_others_alone) {
  LoopbackHttp server([](const std::string& request) {
    if (body_of(request) == "drop") {
      return LoopbackAnswer{.then = Then::close};
    }
    return LoopbackAnswer{.bytes = http_answer("fine")};
  });
  Http& http = make();
  const std::vector<HttpRequest> requests = {post(server.url()), post(server.url(), "drop"),
                                             post(server.url())};

  const std::vector<HttpResponse> responses = http.perform(requests);

  EXPECT_EQ(responses[0].body, "fine");
  EXPECT_TRUE(responses[1].failure.has_value());
  EXPECT_EQ(responses[2].body, "fine");
}

TEST_P(HttpContract, refuses_answers_beyond_the_limit) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = http_answer(std::string(5000, 'x'))};
  });
  Http& http = make({.ca_bundle = {}, .response_bytes_max = 4096});

  const HttpResponse response = perform_one(http, post(server.url()));

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_EQ(response.failure->kind, TransportTrouble::configuration);
  EXPECT_NE(response.failure->text.find("larger than 4096 bytes"), std::string::npos);
}

TEST_P(HttpContract, sends_and_receives_large_bodies_without_asking_first) {
  LoopbackHttp server([](const std::string& request) {
    const bool asks = request.find("Expect:") != std::string::npos;
    return LoopbackAnswer{.bytes = http_answer(asks ? "asked" : body_of(request))};
  });
  Http& http = make();
  const std::string body(std::size_t{3} << 20U, 'x');

  const HttpResponse response = perform_one(http, post(server.url(), body));

  EXPECT_TRUE(response.body == body);
}

TEST_P(HttpContract, does_not_follow_redirects) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes =
                              "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
                              "Content-Length: 0\r\n\r\n"};
  });
  Http& http = make();

  EXPECT_EQ(perform_one(http, post(server.url())).status, 302);
}

TEST_P(HttpContract, passes_over_interim_answers) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = "HTTP/1.1 103 Early Hints\r\nX-Which: interim\r\n\r\n" +
                                   http_answer("real", "X-Which: final\r\n")};
  });
  Http& http = make();

  const HttpResponse response = perform_one(http, post(server.url()));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("x-which"), "final");
}

TEST_P(HttpContract, reads_answers_in_chunks) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes =
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "5;note=x\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: t\r\n\r\n"};
  });
  Http& http = make();

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(perform_one(http, post(server.url())).body, "hello!");
  }

  EXPECT_EQ(server.connections(), 1);
}

TEST_P(HttpContract, reads_to_the_end_of_the_connection_what_has_no_length) {
  LoopbackHttp server([](const std::string&) {
    return LoopbackAnswer{.bytes = "HTTP/1.1 200 OK\r\n\r\nall of it", .then = Then::close};
  });
  Http& http = make();

  EXPECT_EQ(perform_one(http, post(server.url())).body, "all of it");
}

TEST_P(HttpContract, stops_a_request_of_which_no_answer_has_come) {
  std::stop_source stop;
  LoopbackHttp server([&](const std::string& request) {
    if (body_of(request) == "ends well") {
      return LoopbackAnswer{.bytes = http_answer("well")};
    }
    stop.request_stop();
    return LoopbackAnswer{.then = Then::wait_for_client};
  });
  Http& http = make();
  std::vector<HttpRequest> requests = {post(server.url(), "ends well"), post(server.url())};
  requests[1].stop = stop.get_token();

  const std::vector<HttpResponse> responses = http.perform(requests);

  EXPECT_EQ(responses[0].body, "well");
  ASSERT_TRUE(responses[1].failure.has_value());
  EXPECT_EQ(responses[1].failure->kind, TransportTrouble::stopped);
  EXPECT_EQ(perform_one(http, post(server.url(), "ends well")).body, "well");
}

TEST_P(HttpContract, stops_at_once_what_was_stopped_before) {
  std::stop_source stop;
  stop.request_stop();
  LoopbackHttp server(
      [](const std::string&) { return LoopbackAnswer{.then = Then::wait_for_client}; });
  Http& http = make();
  HttpRequest request = post(server.url());
  request.stop = stop.get_token();

  const HttpResponse response = perform_one(http, request);

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_EQ(response.failure->kind, TransportTrouble::stopped);
}

TEST_P(HttpContract, ends_no_request_for_the_stop_of_another) {
  std::stop_source stop;
  std::latch begun(1);
  LoopbackHttp server([&](const std::string& request) {
    if (body_of(request) == "second") {
      stop.request_stop();
      begun.count_down();
      return LoopbackAnswer{.bytes = http_answer("")};
    }
    begun.wait();
    return LoopbackAnswer{.bytes = http_answer("whole")};
  });
  Http& http = make();
  std::stop_source other;
  std::vector<HttpRequest> requests = {post(server.url(), "first"), post(server.url(), "second")};
  requests[0].stop = other.get_token();

  const std::vector<HttpResponse> responses = http.perform(requests);

  EXPECT_EQ(responses[0].body, "whole");
}

TEST_P(HttpContract, tells_what_will_not_get_better) {
  const struct {
    const char* url;
    TransportTrouble kind;
  } cases[] = {
      {"ftp://127.0.0.1/", TransportTrouble::configuration},
      {"http://127.0.0.1:99999/", TransportTrouble::configuration},
      {"http://127.0.0.1:1/", TransportTrouble::transient},
  };
  Http& http = make();
  for (const auto& [url, kind] : cases) {
    const HttpResponse response = perform_one(http, post(url));
    ASSERT_TRUE(response.failure.has_value()) << url;
    EXPECT_EQ(response.failure->kind, kind) << response.failure->text;
  }
}

TEST_P(HttpContract, failure_texts_name_the_host_and_not_what_was_sent) {
  Http& http = make();
  HttpRequest request = post("http://127.0.0.1:1/secret-path?secret-query", "secret-body");
  request.headers.push_back({"Authorization", "secret-signature"});

  const HttpResponse response = perform_one(http, request);

  ASSERT_TRUE(response.failure.has_value());
  EXPECT_NE(response.failure->text.find("127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(response.failure->text.find("secret"), std::string::npos) << response.failure->text;
}

}  // namespace
}  // namespace moretta::aws
