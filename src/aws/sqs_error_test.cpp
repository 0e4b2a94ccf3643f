#include "aws/sqs_error.hpp"

#include <gtest/gtest.h>

#include "support/scripted_http.hpp"

namespace moretta::aws {
namespace {

using enum ErrorClass;

struct KnownError {
  const char* shape;
  const char* legacy;
  int status;
  ErrorClass kind;
};

// Shapes and codes of the SQS service model, and the common ones that every AWS service may answer.
constexpr KnownError known_errors[] = {
    {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400, missing_queue},
    {"RequestThrottled", "RequestThrottled", 403, throttled},
    {"OverLimit", "OverLimit", 403, throttled},
    {"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 400, stale_receipt},
    {"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", 400, stale_receipt},
    {"InvalidParameterValueException", "InvalidParameterValue", 400, rejected},
    {"MissingRequiredParameterException", "MissingParameter", 400, rejected},
    {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400,
     rejected},
    {"InvalidMessageContents", "InvalidMessageContents", 400, rejected},
    {"QueueNameExists", "QueueAlreadyExists", 400, misconfigured},
    {"QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", 400, later},
    {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403, later},
    {"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", 400, misconfigured},
    {"ResourceNotFoundException", "ResourceNotFoundException", 404, misconfigured},
    {"InvalidAddress", "InvalidAddress", 404, misconfigured},
    {"InvalidSecurity", "InvalidSecurity", 403, misconfigured},
    {"KmsAccessDenied", "KMS.AccessDeniedException", 400, misconfigured},
    {"KmsNotFound", "KMS.NotFoundException", 400, misconfigured},
    {"KmsThrottled", "KMS.ThrottlingException", 400, throttled},
    {"AccessDeniedException", "AccessDenied", 403, forbidden},
    {"UnrecognizedClientException", "InvalidClientTokenId", 403, forbidden},
    {"ExpiredTokenException", "ExpiredToken", 403, expired_credentials},
    {"InvalidSignatureException", "SignatureDoesNotMatch", 403, signature},
    {"RequestExpired", "RequestExpired", 400, clock_skew},
    {"RequestTimeTooSkewed", "RequestTimeTooSkewed", 403, clock_skew},
    {"InternalFailure", "InternalError", 500, transient},
    {"ServiceUnavailable", "ServiceUnavailable", 503, transient},
    {"ThrottlingException", "Throttling", 400, throttled},
};

SqsError read(Protocol protocol, const HttpResponse& response) {
  SqsReader reader;
  return read_error(protocol, response, reader);
}

TEST(SqsError, is_known_by_the_type_of_the_body_alone) {
  for (const auto& [shape, legacy, status, kind] : known_errors) {
    for (const char* space : {"com.amazonaws.sqs#", "com.amazon.coral.service#", ""}) {
      const std::string body =
          std::string(R"({"__type":")") + space + shape + R"(","message":"m"})";
      EXPECT_EQ(read(Protocol::json, answer(status, body)),
                (SqsError{.kind = kind, .code = shape, .status = status}));
    }
  }
}

TEST(SqsError, is_known_by_a_header_alone) {
  for (const auto& [shape, legacy, status, kind] : known_errors) {
    const std::string heads[] = {
        std::string("x-amzn-query-error: ") + legacy + ";Sender\r\n",
        std::string("X-Amzn-Query-Error: com.amazonaws.sqs#") + shape + "\r\n",
        std::string("x-amzn-ErrorType: ") + shape + ":http://internal.amazon.com/\r\n",
    };
    for (const std::string& head : heads) {
      EXPECT_EQ(read(Protocol::json, answer(status, "", head)).kind, kind) << head;
    }
  }
}

TEST(SqsError, is_known_by_the_code_of_the_xml_alone) {
  for (const auto& [shape, legacy, status, kind] : known_errors) {
    const std::string body = std::string("<ErrorResponse><Error><Type>Sender</Type><Code>") +
                             legacy +
                             "</Code><Message>m</Message><Detail/></Error></ErrorResponse>";
    EXPECT_EQ(read(Protocol::query, answer(status, body)),
              (SqsError{.kind = kind, .code = legacy, .status = status}));
  }
}

TEST(SqsError, is_guessed_from_the_status_if_nothing_else_is_known) {
  const struct {
    int status;
    ErrorClass kind;
  } cases[] = {{500, transient},     {502, transient}, {503, transient},    {504, transient},
               {408, transient},     {429, throttled}, {401, forbidden},    {403, forbidden},
               {404, misconfigured}, {400, rejected},  {301, misconfigured}};
  for (const auto& [status, kind] : cases) {
    EXPECT_EQ(read(Protocol::json, answer(status, "")).kind, kind) << status;
    EXPECT_EQ(read(Protocol::json, answer(status, "<html>oops</html>")).kind, kind) << status;
    EXPECT_EQ(read(Protocol::json, answer(status, R"({"__type":"x#New"})")).kind, kind) << status;
    EXPECT_EQ(read(Protocol::query, answer(status, "{}")).kind, kind) << status;
  }
}

TEST(SqsError, prefers_a_known_code_over_an_unknown_one) {
  const SqsError error =
      read(Protocol::json, answer(400, R"({"__type":"com.amazonaws.sqs#Renamed"})",
                                  "x-amzn-query-error: RequestThrottled;Sender\r\n"));

  EXPECT_EQ(error, (SqsError{.kind = throttled, .code = "RequestThrottled", .status = 400}));
}

TEST(SqsError, tells_an_expired_fifo_receipt_from_a_bad_parameter) {
  const std::string text =
      "Value abc for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.";

  EXPECT_EQ(
      read(Protocol::json,
           answer(400, R"({"__type":"com.amazon.coral.service#InvalidParameterValueException",)"
                       R"("message":")" +
                           text + "\"}"))
          .kind,
      stale_receipt);
  EXPECT_EQ(read(Protocol::query,
                 answer(400, "<ErrorResponse><Error><Code>InvalidParameterValue</Code><Message>" +
                                 text + "</Message></Error></ErrorResponse>"))
                .kind,
            stale_receipt);
}

TEST(SqsError, tells_lost_connections_from_wrong_settings) {
  HttpResponse untrusted = lost_connection();
  untrusted.failure->kind = TransportTrouble::configuration;

  EXPECT_EQ(read(Protocol::json, lost_connection()).kind, transient);
  EXPECT_EQ(read(Protocol::json, untrusted).kind, misconfigured);
}

TEST(SqsError, describes_codes_and_nothing_that_was_sent) {
  const SqsError error =
      read(Protocol::json,
           answer(403, R"({"__type":"x#SignatureDoesNotMatch<b>\n","message":"token T"})"));

  EXPECT_EQ(describe(error), "SignatureDoesNotMatch?b??, HTTP 403");
  EXPECT_EQ(describe({.kind = transient, .code = "", .status = 502}), "HTTP 502");
}

}  // namespace
}  // namespace moretta::aws
