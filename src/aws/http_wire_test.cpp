#include "aws/http_wire.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

using State = ResponseReader::State;

struct Read {
  State state;
  HttpResponse response;
  bool keeps_connection;
};

// In pieces of `step` bytes, then the end of the connection if `ends`.
Read read(std::string_view bytes, std::size_t step, bool ends, std::size_t bytes_max = 1000) {
  Read out{};
  ResponseReader reader;
  reader.begin(out.response, bytes_max);
  while (!bytes.empty()) {
    const std::size_t some = std::min(step, bytes.size());
    reader.take(bytes.substr(0, some));
    bytes.remove_prefix(some);
  }
  if (ends) {
    reader.end();
  }
  out.state = reader.state();
  out.keeps_connection = reader.keeps_connection();
  return out;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

TEST(AppendRequest, writes_what_rfc_9112_shows) {
  const HttpRequest request{
      .url = "http://h:1/p?q", .headers = {{.name = "A", .value = "b"}}, .body = "body"};
  HttpRequest get = request;
  get.method = HttpMethod::get;
  get.url = "http://h";
  std::string posted;
  std::string got;

  ASSERT_TRUE(append_request(request, *split_url(request.url), posted));
  ASSERT_TRUE(append_request(get, *split_url(get.url), got));

  EXPECT_EQ(posted,
            "POST /p?q HTTP/1.1\r\nHost: h:1\r\nUser-Agent: moretta\r\nA: b\r\n"
            "Content-Length: 4\r\n\r\nbody");
  EXPECT_EQ(got, "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: moretta\r\nA: b\r\n\r\n");
}

TEST(AppendRequest, lets_nothing_end_a_line_early) {
  const struct {
    const char* url;
    HttpHeader header;
  } cases[] = {
      {"http://h/", {.name = "A", .value = "b\r\nC: d"}},
      {"http://h/", {.name = "A: x\r\nB", .value = ""}},
      {"http://h/", {.name = "", .value = "b"}},
      {"http://h/a b", {.name = "A", .value = "b"}},
      {"http://h/?a\r\n", {.name = "A", .value = "b"}},
      {"http://h\n/", {.name = "A", .value = "b"}},
  };
  for (const auto& [url, header] : cases) {
    const HttpRequest request{.url = url, .headers = {header}, .body = {}};
    std::string out;
    EXPECT_FALSE(append_request(request, *split_url(request.url), out)) << url << header.name;
  }
}

TEST(ResponseReader, reads_the_same_whole_and_byte_by_byte) {
  const std::string cases[] = {
      ok + "Content-Length: 5\r\n\r\nhello",
      ok + "content-length:5 \r\nX: y\r\n\r\nhello",
      ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200\nContent-Length: 5\n\nhello",
      "HTTP/1.1 103 Early\r\nA: b\r\n\r\n" + ok + "Content-Length: 5\r\n\r\nhello",
      chunked + "5\r\nhello\r\n0\r\n\r\n",
      chunked + "3;x=\"y\"\r\nhel\r\n002 \r\nlo\r\n0\r\nTrailer: t\r\n\r\n",
  };
  for (const std::string& bytes : cases) {
    for (const std::size_t step : {1U, 2U, 7U, 1000U}) {
      const Read read = moretta::aws::read(bytes, step, false);
      EXPECT_EQ(read.state, State::done) << bytes << " by " << step;
      EXPECT_EQ(read.response.status, 200);
      EXPECT_EQ(read.response.body, "hello");
      EXPECT_TRUE(read.keeps_connection);
    }
  }
}

TEST(ResponseReader, knows_when_the_connection_is_of_no_more_use) {
  for (const std::string& head : {std::string("HTTP/1.0 200 OK\r\n"), ok + "Connection: close\r\n",
                                  ok + "Connection: Upgrade, Close\r\n"}) {
    const Read read = moretta::aws::read(head + "Content-Length: 0\r\n\r\n", 1000, false);
    EXPECT_EQ(read.state, State::done) << head;
    EXPECT_FALSE(read.keeps_connection) << head;
  }
  EXPECT_FALSE(
      read(ok + "Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK", 1000, false).keeps_connection);
}

TEST(ResponseReader, takes_the_end_of_the_connection_for_an_end_only_without_a_length) {
  const Read rest = read(ok + "\r\nall", 1000, true);
  EXPECT_EQ(rest.state, State::done);
  EXPECT_EQ(rest.response.body, "all");

  for (const std::string& bytes : {ok, ok + "Content-Length: 4\r\n\r\nall",
                                   chunked + "3\r\nall\r\n", chunked + "3\r\nall\r\n0\r\n"}) {
    EXPECT_EQ(read(bytes, 1000, true).state, State::reading) << bytes;
  }
  EXPECT_EQ(read("", 1000, true).state, State::idle);
}

TEST(ResponseReader, has_no_body_where_http_has_none) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const Read read =
        moretta::aws::read("HTTP/1.1 " + std::string(status) + "\r\n\r\n", 1000, false);
    EXPECT_EQ(read.state, State::done) << status;
    EXPECT_TRUE(read.keeps_connection) << status;
  }
}

// Each is a known way to make two readers of one connection disagree.
TEST(ResponseReader, refuses_what_is_ambiguous) {
  const std::string cases[] = {
      "HTTP/2 200 OK\r\n",
      "HTTP/1.1  200 OK\r\n",
      "HTTP/1.1 20 OK\r\n",
      "HTTP/1.1 2000\r\n",
      "HTTP/1.1 +20 OK\r\n",
      "HTTP/1.1 101 Switching Protocols\r\n",
      "SSH-2.0-OpenSSH\r\n",
      ok + "Content-Length : 5\r\n",
      ok + " folded: 5\r\n",
      ok + "no colon\r\n",
      ok + ": no name\r\n",
      ok + "A: b\rc\r\n",
      ok + std::string("A: \0\r\n", 6),
      ok + "Content-Length: -1\r\n",
      ok + "Content-Length: +1\r\n",
      ok + "Content-Length: 1, 1\r\n",
      ok + "Content-Length: 0x1\r\n",
      ok + "Content-Length: \r\n",
      ok + "Content-Length: 99999999999999999999999\r\n",
      ok + "Content-Length: 1\r\nContent-Length: 2\r\n",
      ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      ok + "Transfer-Encoding: gzip\r\n",
      ok + "Transfer-Encoding: chunked, chunked\r\n",
      ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n",
      chunked + "\r\n",
      chunked + "g\r\n",
      chunked + "-1\r\n",
      chunked + "0x1\r\n",
      chunked + "1\r\nab\r\n",
  };
  for (const std::string& bytes : cases) {
    for (const std::size_t step : {1U, 1000U}) {
      EXPECT_EQ(read(bytes, step, false).state, State::malformed) << bytes;
    }
  }
}

TEST(ResponseReader, has_limits) {
  const std::string line = "A: " + std::string(1000, 'x') + "\r\n";
  std::string head = ok;
  for (int i = 0; i < 100; ++i) {
    head += line;
  }
  const std::string cases[] = {
      head,
      ok + "A: " + std::string(100'000, 'x'),
      ok + "Content-Length: 1001\r\n\r\n",
      ok + "\r\n" + std::string(1001, 'x'),
      chunked + "3e9\r\n",
      chunked + "1\r\nx\r\n3e8\r\n",
      chunked + "ffffffffffffffff\r\n",
      chunked + "1;" + std::string(100'000, 'x'),
  };
  for (const std::string& bytes : cases) {
    EXPECT_EQ(read(bytes, 4096, false).state, State::too_large) << bytes.substr(0, 60);
  }
}

TEST(ResponseReader, reads_one_answer_after_another) {
  ResponseReader reader;
  for (const char* body : {"one", "two"}) {
    HttpResponse response;
    reader.begin(response, 1000);
    EXPECT_EQ(reader.state(), State::idle);
    EXPECT_EQ(reader.take(ok + "Content-Length: 3\r\n\r\n" + body), State::done);
    EXPECT_EQ(response.body, body);
  }
}

}  // namespace
}  // namespace moretta::aws
