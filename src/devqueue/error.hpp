#pragma once

// The errors SQS answers with: one constant for each kind, as both wires name it, with its HTTP
// status. Sources: the SQS API reference and replies recorded from AWS.

#include <string>
#include <string_view>

namespace moretta::devqueue {

enum class Blame { sender, receiver };

struct ErrorKind {
  std::string_view shape;   // the JSON wire's __type, after '#'
  std::string_view legacy;  // the Query wire's Code
  int status;
  std::string_view space = "com.amazonaws.sqs";  // the JSON wire's __type, before '#'
  Blame blame = Blame::sender;
};

struct ApiError {
  const ErrorKind* kind;  // one of the constants below
  std::string message;
};

namespace error {

inline constexpr std::string_view common = "com.amazon.coral.service";

// The service's own.
inline constexpr ErrorKind queue_does_not_exist{"QueueDoesNotExist",
                                                "AWS.SimpleQueueService.NonExistentQueue", 400};
inline constexpr ErrorKind queue_name_exists{"QueueNameExists", "QueueAlreadyExists", 400};
inline constexpr ErrorKind queue_deleted_recently{
    "QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", 400};
inline constexpr ErrorKind purge_in_progress{"PurgeQueueInProgress",
                                             "AWS.SimpleQueueService.PurgeQueueInProgress", 403};
inline constexpr ErrorKind over_limit{"OverLimit", "OverLimit", 403};
inline constexpr ErrorKind request_throttled{"RequestThrottled", "RequestThrottled", 403};
inline constexpr ErrorKind receipt_handle_is_invalid{"ReceiptHandleIsInvalid",
                                                     "ReceiptHandleIsInvalid", 400};
inline constexpr ErrorKind message_not_inflight{"MessageNotInflight",
                                                "AWS.SimpleQueueService.MessageNotInflight", 400};
inline constexpr ErrorKind too_many_entries{
    "TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400};
inline constexpr ErrorKind empty_batch{"EmptyBatchRequest",
                                       "AWS.SimpleQueueService.EmptyBatchRequest", 400};
inline constexpr ErrorKind ids_not_distinct{"BatchEntryIdsNotDistinct",
                                            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400};
inline constexpr ErrorKind invalid_batch_id{"InvalidBatchEntryId",
                                            "AWS.SimpleQueueService.InvalidBatchEntryId", 400};
inline constexpr ErrorKind batch_too_long{"BatchRequestTooLong",
                                          "AWS.SimpleQueueService.BatchRequestTooLong", 400};
inline constexpr ErrorKind invalid_contents{"InvalidMessageContents", "InvalidMessageContents",
                                            400};
inline constexpr ErrorKind invalid_attribute_name{"InvalidAttributeName", "InvalidAttributeName",
                                                  400};
inline constexpr ErrorKind invalid_attribute_value{"InvalidAttributeValue", "InvalidAttributeValue",
                                                   400};
inline constexpr ErrorKind unsupported_operation{
    "UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", 400};
inline constexpr ErrorKind resource_not_found{"ResourceNotFoundException",
                                              "ResourceNotFoundException", 404};

// Common to AWS services.
inline constexpr ErrorKind invalid_parameter{"InvalidParameterValueException",
                                             "InvalidParameterValue", 400, common};
inline constexpr ErrorKind missing_parameter{"MissingRequiredParameterException",
                                             "MissingParameter", 400, common};
inline constexpr ErrorKind serialization{"SerializationException", "MalformedInput", 400, common};
inline constexpr ErrorKind unknown_operation{"UnknownOperationException", "InvalidAction", 404,
                                             common};
inline constexpr ErrorKind invalid_action{"UnknownOperationException", "InvalidAction", 400,
                                          common};
inline constexpr ErrorKind missing_authentication{"MissingAuthenticationTokenException",
                                                  "MissingAuthenticationToken", 403, common};
inline constexpr ErrorKind incomplete_signature{"IncompleteSignatureException",
                                                "IncompleteSignature", 400, common};
inline constexpr ErrorKind unrecognized_client{"UnrecognizedClientException",
                                               "InvalidClientTokenId", 403, common};
inline constexpr ErrorKind invalid_signature{"InvalidSignatureException", "SignatureDoesNotMatch",
                                             403, common};
inline constexpr ErrorKind request_expired{"InvalidSignatureException", "RequestExpired", 403,
                                           common};
inline constexpr ErrorKind expired_token{"ExpiredTokenException", "ExpiredToken", 403, common};
inline constexpr ErrorKind internal_failure{"InternalFailure", "InternalFailure", 500, common,
                                            Blame::receiver};
inline constexpr ErrorKind service_unavailable{"ServiceUnavailable", "ServiceUnavailable", 503,
                                               common, Blame::receiver};

}  // namespace error

// The texts that more than one operation uses.
ApiError invalid_value(std::string_view parameter, std::string_view value, std::string_view reason);
ApiError missing(std::string_view parameter);
ApiError no_such_queue();

}  // namespace moretta::devqueue
