#include "aws/sqs_error.hpp"

#include <algorithm>
#include <array>

namespace moretta::aws {

namespace {

struct KnownCode {
  std::string_view code;
  ErrorClass kind;
};

// Codes without their "AWS.SimpleQueueService." and "…Exception": some servers leave these out.
using enum ErrorClass;
constexpr auto known_codes = std::to_array<KnownCode>({
    {"QueueDoesNotExist", missing_queue},
    {"NonExistentQueue", missing_queue},
    {"RequestThrottled", throttled},
    {"Throttling", throttled},
    {"Throttled", throttled},
    {"TooManyRequests", throttled},
    {"RequestLimitExceeded", throttled},
    {"BandwidthLimitExceeded", throttled},
    {"LimitExceeded", throttled},
    {"ProvisionedThroughputExceeded", throttled},
    {"SlowDown", throttled},
    {"EC2Throttled", throttled},
    {"TransactionInProgress", throttled},
    {"PriorRequestNotComplete", throttled},
    {"OverLimit", throttled},
    {"KmsThrottled", throttled},
    {"KMS.Throttling", throttled},
    {"RequestTimeout", transient},
    {"InternalFailure", transient},
    {"InternalError", transient},
    {"InternalServerError", transient},
    {"ServiceUnavailable", transient},
    {"ServiceFailure", transient},
    {"IDPCommunicationError", transient},  // STS
    {"InternalServiceError", transient},   // Secrets Manager
    {"DependencyTimeout", transient},      // KMS, and the next two
    {"KeyUnavailable", transient},
    {"KMSInternal", transient},
    {"QueueDeletedRecently", later},
    {"PurgeQueueInProgress", later},
    {"ReceiptHandleIsInvalid", stale_receipt},
    {"MessageNotInflight", stale_receipt},
    {"InvalidParameterValue", rejected},
    {"MissingRequiredParameter", rejected},
    {"MissingParameter", rejected},
    {"TooManyEntriesInBatchRequest", rejected},
    {"EmptyBatchRequest", rejected},
    {"BatchEntryIdsNotDistinct", rejected},
    {"InvalidBatchEntryId", rejected},
    {"BatchRequestTooLong", rejected},
    {"InvalidMessageContents", rejected},
    {"InvalidIdFormat", rejected},
    {"InvalidAttributeName", rejected},
    {"InvalidAttributeValue", rejected},
    {"InvalidAction", rejected},
    {"UnknownOperation", rejected},
    {"QueueNameExists", misconfigured},
    {"QueueAlreadyExists", misconfigured},
    {"UnsupportedOperation", misconfigured},
    {"ResourceNotFound", misconfigured},
    {"InvalidAddress", misconfigured},
    {"InvalidSecurity", misconfigured},
    {"KmsAccessDenied", misconfigured},
    {"KmsDisabled", misconfigured},
    {"KmsInvalidState", misconfigured},
    {"KmsInvalidKeyUsage", misconfigured},
    {"KmsNotFound", misconfigured},
    {"KmsOptInRequired", misconfigured},
    {"AccessDenied", forbidden},
    {"InvalidClientTokenId", forbidden},
    {"UnrecognizedClient", forbidden},
    {"MissingAuthenticationToken", forbidden},
    {"OptInRequired", forbidden},
    {"ExpiredToken", expired_credentials},
    {"RequestExpired", clock_skew},
    {"RequestTimeTooSkewed", clock_skew},
    {"RequestInTheFuture", clock_skew},
    {"SignatureDoesNotMatch", signature},
    {"InvalidSignature", signature},
    {"AuthFailure", signature},
});

std::string_view bare(std::string_view code) {
  constexpr std::string_view prefix = "AWS.SimpleQueueService.";
  constexpr std::string_view suffix = "Exception";
  if (code.starts_with(prefix)) {
    code.remove_prefix(prefix.size());
  }
  if (code.ends_with(suffix)) {
    code.remove_suffix(suffix.size());
  }
  return code;
}

// Between '#' and the first ':' or ';': com.amazonaws.sqs#Shape, Shape:http://…, Legacy;Sender.
std::string_view code_of_header(std::string_view value) {
  value = value.substr(0, value.find_first_of(":;"));
  return value.substr(value.rfind('#') + 1);
}

// A code that was never ours to choose goes into messages and logs: letters, digits and periods
// only.
std::string printable(std::string_view code) {
  constexpr std::size_t code_length_max = 80;  // the longest known has 54
  std::string out;
  for (const char c : code.substr(0, code_length_max)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_';
    out.push_back(plain ? c : '?');
  }
  return out;
}

}  // namespace

std::optional<ErrorClass> class_of_code(std::string_view code) {
  const std::string_view name = bare(code);
  if (name.empty()) {
    return std::nullopt;
  }
  const auto known = std::ranges::find(known_codes, name, &KnownCode::code);
  if (known != known_codes.end()) {
    return known->kind;
  }
  return name.starts_with("KMS.") ? std::optional(misconfigured) : std::nullopt;
}

ErrorClass class_of_status(int status) {
  if (status >= 500 || status == 408) {
    return transient;
  }
  if (status == 429) {
    return throttled;
  }
  if (status == 401 || status == 403) {
    return forbidden;
  }
  // 404 and redirects: not an SQS endpoint. 400: an endpoint that does not like what we said.
  return status == 400 || status == 413 || status == 415 ? rejected : misconfigured;
}

ErrorClass class_of_trouble(TransportTrouble trouble) {
  switch (trouble) {
    case TransportTrouble::transient:
      return transient;
    case TransportTrouble::configuration:
      return misconfigured;
    case TransportTrouble::stopped:
      return stopped;
  }
  return transient;
}

SqsError read_error(Protocol protocol, const HttpResponse& response, SqsReader& reader) {
  if (response.failure) {
    return {.kind = class_of_trouble(response.failure->kind),
            .code = response.failure->text,
            .status = 0};
  }
  std::string first;
  std::optional<ErrorClass> kind;
  const auto consider = [&](std::string_view code) {
    if (kind || code.empty()) {
      return;
    }
    if (first.empty()) {
      first = printable(code);
    }
    kind = class_of_code(code);
    if (kind) {
      first = printable(code);
    }
  };
  consider(reader.error_code(protocol, response.body));
  consider(code_of_header(response.header("x-amzn-errortype").value_or("")));
  consider(code_of_header(response.header("x-amzn-query-error").value_or("")));

  SqsError error{.kind = kind.value_or(class_of_status(response.status)),
                 .code = std::move(first),
                 .status = response.status};
  if (error.kind == rejected && reader.says_receipt_expired(protocol, response.body)) {
    error.kind = stale_receipt;
  }
  return error;
}

std::string describe(const SqsError& error) {
  if (error.status == 0) {
    return error.code;
  }
  const std::string status = "HTTP " + std::to_string(error.status);
  return error.code.empty() ? status : error.code + ", " + status;
}

}  // namespace moretta::aws
