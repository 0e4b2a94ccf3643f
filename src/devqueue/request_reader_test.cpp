#include "devqueue/request_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace moretta::devqueue {
namespace {

using State = RequestReader::State;

TEST(RequestReader, takes_a_request_apart) {
  const std::string bytes =
      "POST /000000000000/q?a=b?c HTTP/1.1\r\nHost: x\r\nX-Amz-Target:\t AmazonSQS.X \r\n"
      "content-LENGTH: 4\r\n\r\n{\"\"}GET /";
  RequestReader reader;

  ASSERT_EQ(reader.look(bytes), State::whole);

  const HttpRequest& request = reader.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/000000000000/q");
  EXPECT_EQ(request.query, "a=b?c");
  EXPECT_EQ(request.header("host"), "x");
  EXPECT_EQ(request.header("x-amz-target"), "AmazonSQS.X");
  EXPECT_EQ(request.body, "{\"\"}");
  EXPECT_EQ(reader.size(), bytes.size() - 5);
  EXPECT_TRUE(reader.keeps_connection());
}

TEST(RequestReader, is_whole_only_with_the_last_byte_however_the_bytes_come) {
  const std::string counted = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
  const std::string chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
  for (const std::string& bytes : {counted, chunked}) {
    RequestReader reader;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_EQ(reader.look(std::string_view(bytes).substr(0, size)), State::partial) << size;
    }
    ASSERT_EQ(reader.look(bytes + "rest"), State::whole);
    EXPECT_EQ(reader.request().body, "hello");
    EXPECT_EQ(reader.size(), bytes.size());
  }
}

TEST(RequestReader, begins_anew_with_the_next_request) {
  RequestReader reader;
  ASSERT_EQ(reader.look("POST /a HTTP/1.1\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"),
            State::whole);
  EXPECT_FALSE(reader.keeps_connection());

  reader.begin();

  ASSERT_EQ(reader.look("GET /b HTTP/1.1\r\n\r\n"), State::whole);
  EXPECT_EQ(reader.request().path, "/b");
  EXPECT_TRUE(reader.request().headers.empty());
  EXPECT_EQ(reader.request().body, "");
  EXPECT_TRUE(reader.keeps_connection());
}

TEST(RequestReader, says_once_that_the_client_asks_before_it_sends_the_body) {
  RequestReader reader;
  const std::string head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(reader.look(head), State::partial);

  EXPECT_TRUE(reader.take_expectation());
  EXPECT_FALSE(reader.take_expectation());
  EXPECT_EQ(reader.look(head + "ok"), State::whole);
}

TEST(RequestReader, ends_the_connection_after_an_old_request) {
  RequestReader reader;
  ASSERT_EQ(reader.look("GET / HTTP/1.0\r\n\r\n"), State::whole);
  EXPECT_FALSE(reader.keeps_connection());
}

TEST(RequestReader, refuses_what_is_not_http) {
  for (const std::string head :
       {"hello\r\n", "GET /\r\n", "GET HTTP/1.1\r\n", " / HTTP/1.1\r\n", "GET / HTTP/2\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n", "GET / HTTP/1.1\r\n: empty\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n", "POST / HTTP/1.1\r\nContent-Length: 1x\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n"}) {
    EXPECT_EQ(RequestReader().look(head + "\r\n"), State::malformed) << head;
  }
  EXPECT_EQ(RequestReader().look("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            State::malformed);
}

TEST(RequestReader, refuses_what_has_no_end) {
  const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(RequestReader().look(std::string(100'000, 'x')), State::too_large);
  EXPECT_EQ(RequestReader().look("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"),
            State::too_large);
  EXPECT_EQ(RequestReader().look(chunked + "fffffff\r\n"), State::too_large);
  EXPECT_EQ(RequestReader().look(chunked + "ffffffffffffffff\r\n"), State::too_large);
}

}  // namespace
}  // namespace moretta::devqueue
