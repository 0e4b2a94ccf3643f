#include "devqueue/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/devqueue_world.hpp"

namespace moretta::devqueue {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JsonWire, sends_receives_and_deletes) {
  ServiceWorld world;
  const std::string url = world.create("q");

  const HttpReply sent = world.json("SendMessage", "{" + url + R"(,"MessageBody":"hi \"you\"\n"})");
  const HttpReply received = world.json(
      "ReceiveMessage", "{" + url + R"(,"MaxNumberOfMessages":10,"AttributeNames":["All"]})");
  const HttpReply deleted =
      world.json("DeleteMessage", "{" + url + R"(,"ReceiptHandle":")" +
                                      ServiceWorld::member(received, "ReceiptHandle") + "\"}");
  const HttpReply empty = world.json("ReceiveMessage", "{" + url + "}");

  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(sent.content_type, "application/x-amz-json-1.0");
  EXPECT_EQ(ServiceWorld::member(received, "MessageId"), ServiceWorld::member(sent, "MessageId"));
  EXPECT_THAT(received.body, HasSubstr(R"("Body":"hi \"you\"\n")"));
  EXPECT_THAT(received.body, HasSubstr(R"("SentTimestamp":"1700000000000")"));
  EXPECT_THAT(received.body, HasSubstr(R"("ApproximateReceiveCount":"1")"));
  EXPECT_EQ(deleted.body, "{}");
  EXPECT_EQ(empty.body, "{}");
  EXPECT_EQ(ServiceWorld::header(sent, "x-amzn-RequestId").size(), 36U);
  EXPECT_EQ(ServiceWorld::header(sent, "Date"), "Tue, 14 Nov 2023 22:13:20 GMT");
}

TEST(JsonWire, names_errors_by_shape_and_by_legacy_code) {
  ServiceWorld world;
  const std::string url = world.create("q");
  const struct {
    std::string operation;
    std::string body;
    int status;
    std::string type;
    std::string legacy;
  } cases[] = {
      {"ReceiveMessage", R"({"QueueUrl":"http://x/0/none"})", 400,
       "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue;Sender"},
      {"ReceiveMessage", "{}", 400, "com.amazon.coral.service#MissingRequiredParameterException",
       "MissingParameter;Sender"},
      {"ReceiveMessage", "{" + url + R"(,"MaxNumberOfMessages":11})", 400,
       "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue;Sender"},
      {"ReceiveMessage", "{" + url + R"(,"MaxNumberOfMessages":"ten"})", 400,
       "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
      {"DeleteMessage", "{" + url + R"(,"ReceiptHandle":"junk"})", 400,
       "com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid;Sender"},
      {"SendMessage", "{" + url + R"(,"MessageBody":"\u0001"})", 400,
       "com.amazonaws.sqs#InvalidMessageContents", "InvalidMessageContents;Sender"},
      {"SendMessageBatch", "{" + url + R"(,"Entries":[]})", 400,
       "com.amazonaws.sqs#EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest;Sender"},
      {"DeleteMessageBatch",
       "{" + url + R"(,"Entries":[{"Id":"a","ReceiptHandle":"x"},{"Id":"a","ReceiptHandle":"x"}]})",
       400, "com.amazonaws.sqs#BatchEntryIdsNotDistinct",
       "AWS.SimpleQueueService.BatchEntryIdsNotDistinct;Sender"},
      {"DeleteMessageBatch", "{" + url + R"(,"Entries":[{"Id":"a b","ReceiptHandle":"x"}]})", 400,
       "com.amazonaws.sqs#InvalidBatchEntryId",
       "AWS.SimpleQueueService.InvalidBatchEntryId;Sender"},
      {"CreateQueue", R"({"QueueName":"q","Attributes":{"VisibilityTimeout":"31"}})", 400,
       "com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists;Sender"},
      {"CreateQueue", R"({"QueueName":"r","Attributes":{"Colour":"red"}})", 400,
       "com.amazonaws.sqs#InvalidAttributeName", "InvalidAttributeName;Sender"},
      {"CreateQueue", R"({"QueueName":"r","Attributes":{"DelaySeconds":"901"}})", 400,
       "com.amazonaws.sqs#InvalidAttributeValue", "InvalidAttributeValue;Sender"},
      {"TagQueue", "{" + url + "}", 400, "com.amazonaws.sqs#UnsupportedOperation",
       "AWS.SimpleQueueService.UnsupportedOperation;Sender"},
      {"FlyToTheMoon", "{}", 404, "com.amazon.coral.service#UnknownOperationException",
       "InvalidAction;Sender"},
      {"ListQueues", "not json", 400, "com.amazon.coral.service#SerializationException",
       "MalformedInput;Sender"},
  };

  for (const auto& [operation, body, status, type, legacy] : cases) {
    const HttpReply reply = world.json(operation, body);
    EXPECT_EQ(reply.status, status) << operation << body;
    EXPECT_EQ(ServiceWorld::member(reply, "__type"), type) << operation << body;
    EXPECT_EQ(ServiceWorld::header(reply, "x-amzn-query-error"), legacy) << operation << body;
  }
}

TEST(JsonWire, answers_a_batch_entry_by_entry) {
  ServiceWorld world;
  const std::string url = world.create("q");

  const HttpReply reply = world.json(
      "SendMessageBatch",
      "{" + url +
          R"(,"Entries":[{"Id":"good","MessageBody":"x"},{"Id":"bad","MessageBody":"\u0000"}]})");

  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"("Successful":[{"Id":"good","MessageId":)"));
  EXPECT_THAT(
      reply.body,
      HasSubstr(R"("Failed":[{"Id":"bad","SenderFault":true,"Code":"InvalidMessageContents")"));
}

TEST(JsonWire, returns_the_attributes_asked_for_and_their_digest) {
  ServiceWorld world;
  const std::string url = world.create("q");
  world.json(
      "SendMessage",
      "{" + url +
          R"(,"MessageBody":"x","MessageAttributes":{"k":{"DataType":"String","StringValue":"v"},)"
          R"("other":{"DataType":"Binary","BinaryValue":"Af8="}}})");

  const HttpReply reply =
      world.json("ReceiveMessage", "{" + url + R"(,"MessageAttributeNames":["k"]})");

  EXPECT_EQ(ServiceWorld::member(reply, "MD5OfMessageAttributes"),
            "0a77b0642718c3d9dd47090567d11e0d");
  EXPECT_THAT(reply.body,
              HasSubstr(R"("MessageAttributes":{"k":{"DataType":"String","StringValue":"v"}})"));
  EXPECT_THAT(reply.body, Not(HasSubstr("SentTimestamp")));
}

TEST(QueryWire, sends_receives_and_deletes) {
  ServiceWorld world;
  world.create("q");
  const std::string url = "&QueueUrl=http%3A%2F%2Fx%2F000000000000%2Fq";

  const HttpReply sent = world.query(
      "Action=SendMessageBatch&Version=2012-11-05" + url +
      "&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=1%3C+2%0D"
      "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=k"
      "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String"
      "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=v");
  const HttpReply received = world.query("Action=ReceiveMessage&MaxNumberOfMessages=10" + url +
                                         "&AttributeName.1=All&MessageAttributeName.1=All");
  const HttpReply deleted =
      world.query("Action=DeleteMessageBatch" + url +
                  "&DeleteMessageBatchRequestEntry.1.Id=d"
                  "&DeleteMessageBatchRequestEntry.1.ReceiptHandle=" +
                  [&] {
                    std::string handle = ServiceWorld::element(received, "ReceiptHandle");
                    for (std::size_t at = 0; (at = handle.find('+', at)) != std::string::npos;) {
                      handle.replace(at, 1, "%2B");
                    }
                    return handle;
                  }());
  const HttpReply empty = world.query("Action=ReceiveMessage" + url);

  EXPECT_EQ(sent.content_type, "text/xml");
  EXPECT_EQ(ServiceWorld::element(sent, "MD5OfMessageAttributes"),
            "0a77b0642718c3d9dd47090567d11e0d");
  EXPECT_EQ(ServiceWorld::element(received, "Body"), "1&lt; 2&#xD;");
  EXPECT_THAT(received.body,
              HasSubstr("<Attribute><Name>SentTimestamp</Name><Value>1700000000000</Value>"));
  EXPECT_THAT(received.body,
              HasSubstr("<MessageAttribute><Name>k</Name><Value><StringValue>v</StringValue>"));
  EXPECT_THAT(deleted.body, HasSubstr("<DeleteMessageBatchResultEntry><Id>d</Id>"));
  EXPECT_THAT(empty.body, HasSubstr("<ReceiveMessageResult/><ResponseMetadata><RequestId>"));
}

TEST(QueryWire, names_errors_as_xml) {
  ServiceWorld world;

  const HttpReply reply = world.query("Action=ReceiveMessage&QueueUrl=http://x/0/none");
  const HttpReply unknown = world.query("Action=Fly");

  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("<Error><Type>Sender</Type>"
                                    "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(ServiceWorld::element(unknown, "Code"), "InvalidAction");
}

TEST(QueryWire, takes_the_queue_from_the_path_but_creates_none_there) {
  ServiceWorld world;
  world.create("q");
  HttpRequest receive = ServiceWorld::query_request("Action=ReceiveMessage");
  receive.path = "/000000000000/q";
  HttpRequest create = ServiceWorld::query_request("Action=CreateQueue&QueueName=r");
  create.path = "/000000000000/q";

  EXPECT_EQ(world.handle(receive)->status, 200);
  EXPECT_EQ(ServiceWorld::element(*world.handle(create), "Code"), "InvalidAction");
}

TEST(LongPoll, wakes_on_a_send) {
  ServiceWorld world;
  const std::string url = world.create("q");
  const auto poll =
      ServiceWorld::json_request("ReceiveMessage", "{" + url + R"(,"WaitTimeSeconds":20})");

  EXPECT_FALSE(world.handle(poll));
  EXPECT_EQ(world.service.next_event(), world.now + Seconds(20));
  EXPECT_TRUE(world.service.due(world.now + Seconds(1)).empty());
  world.now += Seconds(1);
  const Ticket ticket = world.ticket;
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");

  const auto replies = world.service.due(world.now);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].first, ticket);
  EXPECT_THAT(replies[0].second.body, HasSubstr(R"("Body":"x")"));
}

TEST(LongPoll, wakes_when_a_message_turns_visible) {
  ServiceWorld world;
  const std::string url = world.create("q");
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");
  world.json("ReceiveMessage", "{" + url + R"(,"VisibilityTimeout":5})");

  EXPECT_FALSE(world.handle(
      ServiceWorld::json_request("ReceiveMessage", "{" + url + R"(,"WaitTimeSeconds":20})")));

  EXPECT_EQ(world.service.next_event(), world.now + Seconds(5));
  EXPECT_EQ(world.service.due(world.now + Seconds(5)).size(), 1U);
}

TEST(LongPoll, ends_empty_after_its_wait_and_when_its_queue_is_deleted) {
  ServiceWorld world;
  const std::string url = world.create("q", R"("ReceiveMessageWaitTimeSeconds":"3")");
  const auto poll = ServiceWorld::json_request("ReceiveMessage", "{" + url + "}");
  EXPECT_FALSE(world.handle(poll));
  world.now += Seconds(3);

  const auto ended = world.service.due(world.now);
  EXPECT_FALSE(world.handle(poll));
  world.json("DeleteQueue", "{" + url + "}");
  const auto refused = world.service.due(world.now);

  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].second.body, "{}");
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].second.status, 400);
}

TEST(LongPoll, hands_nothing_to_a_client_that_has_gone) {
  ServiceWorld world;
  const std::string url = world.create("q");
  EXPECT_FALSE(world.handle(
      ServiceWorld::json_request("ReceiveMessage", "{" + url + R"(,"WaitTimeSeconds":20})")));

  world.service.forget(world.ticket);
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");

  EXPECT_TRUE(world.service.due(world.now).empty());
  EXPECT_EQ(world.service.account().find("q")->counts().visible, 1U);
}

TEST(Service, stops_short_polls_at_the_in_flight_limit_and_quiets_long_polls) {
  ServiceOptions options;
  options.in_flight_max = 1;
  ServiceWorld world(std::move(options));
  const std::string url = world.create("q");
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"y"})");
  world.json("ReceiveMessage", "{" + url + R"(,"MaxNumberOfMessages":10})");

  const HttpReply short_poll = world.json("ReceiveMessage", "{" + url + "}");
  const auto long_poll = world.handle(
      ServiceWorld::json_request("ReceiveMessage", "{" + url + R"(,"WaitTimeSeconds":1})"));

  EXPECT_EQ(short_poll.status, 403);
  EXPECT_EQ(ServiceWorld::member(short_poll, "__type"), "com.amazonaws.sqs#OverLimit");
  EXPECT_FALSE(long_poll);
}

TEST(Service, makes_a_name_rest_after_a_delete_and_a_queue_after_a_purge) {
  ServiceWorld world;
  const std::string url = world.create("q");

  EXPECT_EQ(world.json("PurgeQueue", "{" + url + "}").status, 200);
  EXPECT_EQ(world.json("PurgeQueue", "{" + url + "}").status, 403);
  world.json("DeleteQueue", "{" + url + "}");
  const HttpReply soon = world.json("CreateQueue", R"({"QueueName":"q"})");
  world.now += Seconds(60);
  const HttpReply later = world.json("CreateQueue", R"({"QueueName":"q"})");

  EXPECT_EQ(ServiceWorld::member(soon, "__type"), "com.amazonaws.sqs#QueueDeletedRecently");
  EXPECT_EQ(later.status, 200);
}

TEST(Service, lists_queues_by_prefix_in_pages) {
  ServiceWorld world;
  for (const char* name : {"a1", "a2", "a3", "b"}) {
    world.create(name);
  }

  const HttpReply first = world.json("ListQueues", R"({"QueueNamePrefix":"a","MaxResults":2})");
  const HttpReply rest =
      world.json("ListQueues", R"({"QueueNamePrefix":"a","MaxResults":2,"NextToken":")" +
                                   ServiceWorld::member(first, "NextToken") + "\"}");

  EXPECT_THAT(first.body, HasSubstr("000000000000/a2\"]"));
  EXPECT_EQ(rest.body, R"({"QueueUrls":["http://127.0.0.1:1/000000000000/a3"]})");
}

TEST(Service, moves_dead_letters_back_at_the_rate_asked) {
  ServiceWorld world;
  const std::string dead = world.create("dead");
  const std::string url = world.create(
      "q",
      R"("RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}")");
  for (int i = 0; i < 3; ++i) {
    world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");
  }
  const std::string receive = "{" + url + R"(,"MaxNumberOfMessages":10,"VisibilityTimeout":0})";
  world.json("ReceiveMessage", receive);
  EXPECT_EQ(world.json("ReceiveMessage", receive).body, "{}");
  const std::string arn = R"({"SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead")";

  const HttpReply started =
      world.json("StartMessageMoveTask", arn + R"(,"MaxNumberOfMessagesPerSecond":1})");
  const HttpReply again = world.json("StartMessageMoveTask", arn + "}");
  world.now += Seconds(1);
  const HttpReply listed = world.json("ListMessageMoveTasks", arn + "}");
  const HttpReply cancelled =
      world.json("CancelMessageMoveTask",
                 R"({"TaskHandle":")" + ServiceWorld::member(started, "TaskHandle") + "\"}");

  EXPECT_EQ(started.status, 200);
  EXPECT_EQ(ServiceWorld::member(again, "__type"),
            "com.amazon.coral.service#InvalidParameterValueException");
  EXPECT_THAT(listed.body, HasSubstr(R"("Status":"RUNNING")"));
  EXPECT_EQ(cancelled.body, R"({"ApproximateNumberOfMessagesMoved":2})");
  EXPECT_EQ(world.service.account().find("dead")->counts().visible, 1U);
  EXPECT_EQ(world.service.account().find("q")->counts().visible, 2U);
  EXPECT_THAT(world.json("ListDeadLetterSourceQueues", "{" + dead + "}").body,
              HasSubstr(R"("queueUrls":["http://127.0.0.1:1/000000000000/q"])"));
}

TEST(Service, checks_signatures_when_it_has_keys) {
  ServiceOptions options;
  options.keys.push_back({"AKID", "secret", "", KeyState::valid});
  ServiceWorld world(std::move(options));

  const HttpReply reply = world.json("ListQueues", "{}");

  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(ServiceWorld::header(reply, "x-amzn-query-error"), "MissingAuthenticationToken;Sender");
}

TEST(InjectedFaults, replace_the_operation_or_lose_its_reply) {
  ServiceWorld world;
  const std::string url = world.create("q");
  const std::string send = "{" + url + R"(,"MessageBody":"x"})";
  const auto sent = [&] {
    return world.service.account().find("q")->counts().sent;
  };
  FaultPlan plan;
  plan.error.next = 1;
  plan.error_status = 503;
  world.service.set_faults(plan);

  EXPECT_EQ(world.json("SendMessage", send).status, 503);
  EXPECT_EQ(sent(), 0U);

  plan = {};
  plan.throttle.next = 1;
  world.service.set_faults(plan);
  EXPECT_EQ(ServiceWorld::member(world.json("SendMessage", send), "__type"),
            "com.amazonaws.sqs#RequestThrottled");

  plan = {};
  plan.drop_before.next = 1;
  world.service.set_faults(plan);
  EXPECT_EQ(world.json("SendMessage", send).fate, Fate::drop);
  EXPECT_EQ(sent(), 0U);

  plan = {};
  plan.drop_after.next = 1;
  world.service.set_faults(plan);
  EXPECT_EQ(world.json("SendMessage", send).fate, Fate::drop);
  EXPECT_EQ(sent(), 1U);
}

TEST(InjectedFaults, delay_a_reply_that_is_already_applied) {
  ServiceWorld world;
  const std::string url = world.create("q");
  FaultPlan plan;
  plan.latency = Millis(50);
  world.service.set_faults(plan);

  EXPECT_FALSE(world.handle(
      ServiceWorld::json_request("SendMessage", "{" + url + R"(,"MessageBody":"x"})")));

  EXPECT_EQ(world.service.account().find("q")->counts().sent, 1U);
  EXPECT_EQ(world.service.next_event(), world.now + Millis(50));
  EXPECT_EQ(world.service.due(world.now + Millis(50)).size(), 1U);
}

TEST(InjectedFaults, fail_single_entries_of_a_batch_without_applying_them) {
  ServiceWorld world;
  const std::string url = world.create("q");
  FaultPlan plan;
  plan.entry_failure.next = 1;
  world.service.set_faults(plan);

  const HttpReply reply = world.json(
      "SendMessageBatch",
      "{" + url + R"(,"Entries":[{"Id":"a","MessageBody":"x"},{"Id":"b","MessageBody":"y"}]})");

  EXPECT_THAT(reply.body, HasSubstr(R"({"Id":"a","SenderFault":false,"Code":"InternalFailure")"));
  EXPECT_EQ(world.service.account().find("q")->counts().sent, 1U);
}

TEST(InjectedFaults, shorten_empty_and_repeat_receives) {
  ServiceWorld world;
  const std::string url = world.create("q");
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");
  FaultPlan plan;
  plan.empty_receive.next = 1;
  plan.duplicate.next = 1;
  world.service.set_faults(plan);
  const std::string receive = "{" + url + R"(,"WaitTimeSeconds":5})";

  const HttpReply empty = world.json("ReceiveMessage", receive);
  const HttpReply first = world.json("ReceiveMessage", receive);
  const HttpReply second = world.json("ReceiveMessage", receive);

  EXPECT_EQ(empty.body, "{}");
  EXPECT_EQ(ServiceWorld::member(first, "MessageId"), ServiceWorld::member(second, "MessageId"));
  EXPECT_NE(ServiceWorld::member(first, "ReceiptHandle"),
            ServiceWorld::member(second, "ReceiptHandle"));
}

TEST(InjectedFaults, skew_the_servers_date) {
  ServiceWorld world;
  FaultPlan plan;
  plan.clock_skew = Seconds(1200);
  world.service.set_faults(plan);

  EXPECT_EQ(ServiceWorld::header(world.json("ListQueues", "{}"), "Date"),
            "Tue, 14 Nov 2023 22:33:20 GMT");
}

TEST(Control, sets_faults_and_shows_counts) {
  ServiceWorld world;
  const std::string url = world.create("q");
  world.json("SendMessage", "{" + url + R"(,"MessageBody":"x"})");
  HttpRequest faults{"POST", "/_devqueue/faults", "", {}, R"({"error":{"next":1}})"};
  const HttpRequest stats{"GET", "/_devqueue/stats", "", {}, ""};

  EXPECT_EQ(world.handle(faults)->status, 200);
  EXPECT_EQ(world.json("ListQueues", "{}").status, 500);
  faults.body = "nonsense";
  EXPECT_EQ(world.handle(faults)->status, 400);
  EXPECT_EQ(world.handle(stats)->body,
            R"({"queues":{"q":{"visible":1,"in_flight":0,"delayed":0,"sent":1,"received":0,)"
            R"("deleted":0,"expired":0,"redriven":0,"adopted":0,"moved":0,"purged":0,)"
            R"("duplicated":0}},"requests":{"CreateQueue":1,"ListQueues":1,"SendMessage":1}})");
}

struct LocalStackWorld : ServiceWorld {
  LocalStackWorld() : ServiceWorld(localstack()) {}

  static ServiceOptions localstack() {
    ServiceOptions options;
    options.personality = Personality::localstack_0_14_3;
    return options;
  }

  static HttpRequest signed_for(const std::string& region, const std::string& form) {
    HttpRequest request = query_request(form);
    request.headers.emplace_back("authorization", "AWS4-HMAC-SHA256 Credential=k/20260101/" +
                                                      region + "/sqs/aws4_request, ...");
    return request;
  }
};

TEST(LocalStack, does_not_speak_json) {
  LocalStackWorld world;
  HttpRequest unsigned_request = ServiceWorld::json_request("ListQueues", "{}");
  HttpRequest request = unsigned_request;
  request.headers.emplace_back("authorization",
                               "AWS4-HMAC-SHA256 Credential=k/1/r/sqs/aws4_request");
  HttpRequest on_path = request;
  on_path.path = "/000000000000/q";

  EXPECT_EQ(world.handle(request)->status, 500);
  EXPECT_EQ(world.handle(request)->body, "{}");
  EXPECT_EQ(world.handle(unsigned_request)->body, R"({"status": "running"})");
  EXPECT_EQ(world.handle(on_path)->body, "<UnknownOperationException/>");
  EXPECT_EQ(world.handle(request)->fate, Fate::send_and_close);
}

TEST(LocalStack, keeps_the_queues_of_each_signing_region_apart) {
  LocalStackWorld world;
  HttpRequest create = LocalStackWorld::signed_for("eu-west-1", "Action=CreateQueue&QueueName=q");
  create.headers[0].second = "sqs.local:4566";

  const auto created = world.handle(create);

  EXPECT_EQ(ServiceWorld::element(*created, "QueueUrl"), "http://sqs.local:4566/000000000000/q");
  EXPECT_EQ(
      world.handle(LocalStackWorld::signed_for("us-east-1", "Action=GetQueueUrl&QueueName=q"))
          ->status,
      400);
}

TEST(LocalStack, waits_anew_for_every_message_and_tells_time_in_seconds) {
  LocalStackWorld world;
  world.query("Action=CreateQueue&QueueName=q");
  const std::string send = "Action=SendMessage&QueueUrl=/0/q&MessageBody=x";
  world.query(send);

  EXPECT_FALSE(world.handle(ServiceWorld::query_request(
      "Action=ReceiveMessage&QueueUrl=/0/q&MaxNumberOfMessages=3&WaitTimeSeconds=2"
      "&AttributeName.1=All")));
  world.now += Seconds(1);
  world.query(send);
  EXPECT_TRUE(world.service.due(world.now).empty());
  world.now += Seconds(1);
  EXPECT_TRUE(world.service.due(world.now).empty());
  world.now += Seconds(1);
  const auto replies = world.service.due(world.now);

  ASSERT_EQ(replies.size(), 1U);
  EXPECT_THAT(replies[0].second.body, HasSubstr("<Value>1700000000</Value>"));
  EXPECT_THAT(replies[0].second.body, HasSubstr("</Message><Message>"));
}

TEST(LocalStack, deletes_with_any_handle) {
  LocalStackWorld world;
  world.query("Action=CreateQueue&QueueName=q");

  EXPECT_EQ(world.query("Action=DeleteMessage&QueueUrl=/0/q&ReceiptHandle=junk").status, 200);
}

}  // namespace
}  // namespace moretta::devqueue
