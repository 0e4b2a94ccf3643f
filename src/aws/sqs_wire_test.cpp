#include "aws/sqs_wire.hpp"

#include <gtest/gtest.h>

#include "support/sqs_messages.hpp"

namespace moretta::aws {
namespace {

constexpr const char* url = "https://sqs.eu-west-1.amazonaws.com/1/q";
constexpr const char* url_in_form = "https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F1%2Fq";

std::string form(std::string_view action, const std::string& rest) {
  return "Action=" + std::string(action) + "&Version=2012-11-05&QueueUrl=" + url_in_form + rest;
}

std::string document(const std::string& rest) {
  return std::string(R"({"QueueUrl":")") + url + "\"" + rest + "}";
}

TEST(SqsWrite, receive_asks_for_all_system_attributes_by_both_names) {
  const ReceiveRequest request{.queue_url = url, .wait = Seconds{20}};

  EXPECT_EQ(write_receive(Protocol::json, request),
            document(R"(,"MaxNumberOfMessages":10,"WaitTimeSeconds":20,)"
                     R"("MessageSystemAttributeNames":["All"],"AttributeNames":["All"])"));
  EXPECT_EQ(write_receive(Protocol::query, request),
            form("ReceiveMessage",
                 "&MaxNumberOfMessages=10&WaitTimeSeconds=20&MessageSystemAttributeName.1=All"
                 "&AttributeName.1=All"));
}

TEST(SqsWrite, receive_says_what_else_was_chosen) {
  const ReceiveRequest request{
      .queue_url = url, .messages = 1, .visibility = Seconds{0}, .attempt_id = "a b"};

  EXPECT_EQ(write_receive(Protocol::json, request),
            document(R"(,"MaxNumberOfMessages":1,"WaitTimeSeconds":0,"VisibilityTimeout":0,)"
                     R"("MessageSystemAttributeNames":["All"],"AttributeNames":["All"],)"
                     R"("ReceiveRequestAttemptId":"a b")"));
  EXPECT_EQ(write_receive(Protocol::query, request),
            form("ReceiveMessage",
                 "&MaxNumberOfMessages=1&WaitTimeSeconds=0&VisibilityTimeout=0"
                 "&MessageSystemAttributeName.1=All&AttributeName.1=All"
                 "&ReceiveRequestAttemptId=a%20b"));
}

TEST(SqsWrite, receive_asks_for_the_attributes_that_somebody_reads_and_no_more) {
  const auto asks_for = [](SenderAttributes attributes) {
    const std::string written =
        write_receive(Protocol::query, {.queue_url = url, .attributes = attributes});
    const std::size_t at = written.find("&MessageAttributeName.1=");
    return at == std::string::npos ? "" : written.substr(at);
  };

  EXPECT_EQ(asks_for(SenderAttributes::none), "");
  EXPECT_EQ(asks_for(SenderAttributes::trace), "&MessageAttributeName.1=traceparent");
  EXPECT_EQ(asks_for(SenderAttributes::all), "&MessageAttributeName.1=All");
}

TEST(SqsWrite, delete_numbers_its_entries) {
  const std::string_view receipts[] = {"r+1", "r\"2"};

  EXPECT_EQ(write_delete_batch(Protocol::json, url, receipts),
            document(R"(,"Entries":[{"Id":"0","ReceiptHandle":"r+1"},)"
                     R"({"Id":"1","ReceiptHandle":"r\"2"}])"));
  EXPECT_EQ(write_delete_batch(Protocol::query, url, receipts),
            form("DeleteMessageBatch",
                 "&DeleteMessageBatchRequestEntry.1.Id=0"
                 "&DeleteMessageBatchRequestEntry.1.ReceiptHandle=r%2B1"
                 "&DeleteMessageBatchRequestEntry.2.Id=1"
                 "&DeleteMessageBatchRequestEntry.2.ReceiptHandle=r%222"));
}

TEST(SqsWrite, visibility_carries_a_time_for_each_entry) {
  const VisibilityEntry entries[] = {{.receipt = "a", .visibility = Seconds{0}},
                                     {.receipt = "b", .visibility = Seconds{43'200}}};

  EXPECT_EQ(write_visibility_batch(Protocol::json, url, entries),
            document(R"(,"Entries":[{"Id":"0","ReceiptHandle":"a","VisibilityTimeout":0},)"
                     R"({"Id":"1","ReceiptHandle":"b","VisibilityTimeout":43200}])"));
  EXPECT_EQ(write_visibility_batch(Protocol::query, url, entries),
            form("ChangeMessageVisibilityBatch",
                 "&ChangeMessageVisibilityBatchRequestEntry.1.Id=0"
                 "&ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle=a"
                 "&ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=0"
                 "&ChangeMessageVisibilityBatchRequestEntry.2.Id=1"
                 "&ChangeMessageVisibilityBatchRequestEntry.2.ReceiptHandle=b"
                 "&ChangeMessageVisibilityBatchRequestEntry.2.VisibilityTimeout=43200"));
}

TEST(SqsWrite, send_carries_groups_delays_and_typed_attributes) {
  const SendEntry full{.body = "{\"a\":1}\n",
                       .group_id = "g",
                       .deduplication_id = "d",
                       .delay = Seconds{5},
                       .attributes = {{"n", "Number", "42"}, {"b", "Binary.x", "\x01\xff"}}};
  const SendEntry plain{.body = "p"};
  const SendEntry* const entries[] = {&full, &plain};

  EXPECT_EQ(write_send_batch(Protocol::json, url, entries),
            document(R"(,"Entries":[{"Id":"0","MessageBody":"{\"a\":1}\n","DelaySeconds":5,)"
                     R"("MessageAttributes":{"n":{"DataType":"Number","StringValue":"42"},)"
                     R"("b":{"DataType":"Binary.x","BinaryValue":"Af8="}},)"
                     R"("MessageGroupId":"g","MessageDeduplicationId":"d"},)"
                     R"({"Id":"1","MessageBody":"p"}])"));
  const std::string first = "&SendMessageBatchRequestEntry.1.";
  EXPECT_EQ(
      write_send_batch(Protocol::query, url, entries),
      form("SendMessageBatch", first + "Id=0" + first + "MessageBody=%7B%22a%22%3A1%7D%0A" + first +
                                   "DelaySeconds=5" + first + "MessageAttribute.1.Name=n" + first +
                                   "MessageAttribute.1.Value.DataType=Number" + first +
                                   "MessageAttribute.1.Value.StringValue=42" + first +
                                   "MessageAttribute.2.Name=b" + first +
                                   "MessageAttribute.2.Value.DataType=Binary.x" + first +
                                   "MessageAttribute.2.Value.BinaryValue=Af8%3D" + first +
                                   "MessageGroupId=g" + first + "MessageDeduplicationId=d" +
                                   "&SendMessageBatchRequestEntry.2.Id=1"
                                   "&SendMessageBatchRequestEntry.2.MessageBody=p"));
}

TEST(SqsWrite, queue_operations_name_the_queue) {
  EXPECT_EQ(write_get_queue_url(Protocol::json, "q"), R"({"QueueName":"q"})");
  EXPECT_EQ(write_get_queue_url(Protocol::query, "q"),
            "Action=GetQueueUrl&Version=2012-11-05&QueueName=q");
  EXPECT_EQ(write_get_attributes(Protocol::json, url), document(R"(,"AttributeNames":["All"])"));
  EXPECT_EQ(write_get_attributes(Protocol::query, url),
            form("GetQueueAttributes", "&AttributeName.1=All"));
  EXPECT_EQ(write_queue_operation(Protocol::json, "PurgeQueue", url), document(""));
  EXPECT_EQ(write_queue_operation(Protocol::query, "PurgeQueue", url), form("PurgeQueue", ""));
}

TEST(SqsWrite, create_gives_attribute_values_as_texts) {
  const Attributes attributes = {{"VisibilityTimeout", "45"}, {"FifoQueue", "true"}};

  EXPECT_EQ(write_create_queue(Protocol::json, "q", attributes),
            R"({"QueueName":"q","Attributes":{"VisibilityTimeout":"45","FifoQueue":"true"}})");
  EXPECT_EQ(write_create_queue(Protocol::query, "q", attributes),
            "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=VisibilityTimeout"
            "&Attribute.1.Value=45&Attribute.2.Name=FifoQueue&Attribute.2.Value=true");
  EXPECT_EQ(write_create_queue(Protocol::json, "q", {}), R"({"QueueName":"q"})");
}

std::string response(const std::string& operation, const std::string& result) {
  return "<?xml version=\"1.0\"?>\n<" + operation +
         "Response xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">" + result +
         "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></" + operation +
         "Response>\n";
}

std::string received(const std::string& messages) {
  return response("ReceiveMessage",
                  "<ReceiveMessageResult>" + messages + "</ReceiveMessageResult>");
}

TEST(SqsRead, every_way_to_say_nothing_is_no_message) {
  SqsReader reader;
  for (const char* body : {"", "{}", R"({"Messages":[]})", R"({"Messages":null})", " { } "}) {
    const auto messages = messages_of(reader, Protocol::json, body);
    ASSERT_TRUE(messages.has_value()) << body;
    EXPECT_TRUE(messages->empty()) << body;
  }
  for (const std::string& body :
       {std::string(), response("ReceiveMessage", "<ReceiveMessageResult/>"),
        response("ReceiveMessage", ""), received("\n  "), received("<Unknown/>")}) {
    const auto messages = messages_of(reader, Protocol::query, body);
    ASSERT_TRUE(messages.has_value()) << body;
    EXPECT_TRUE(messages->empty()) << body;
  }
}

TEST(SqsRead, what_is_not_an_answer_is_none) {
  SqsReader reader;
  for (const char* body : {"<html/>", "[]", "\"text\"", "{", "null", "{\"Messages\":[}"}) {
    EXPECT_FALSE(messages_of(reader, Protocol::json, body).has_value()) << body;
    EXPECT_FALSE(reader.batch(Protocol::json, body).has_value()) << body;
    EXPECT_FALSE(reader.attributes(Protocol::json, body).has_value()) << body;
  }
  for (const char* body : {"{}", "<html><body/></html>", "<ErrorResponse><Error/></ErrorResponse>",
                           "<ReceiveMessageResponse>", "plain text"}) {
    EXPECT_FALSE(messages_of(reader, Protocol::query, body).has_value()) << body;
    EXPECT_FALSE(reader.batch(Protocol::query, body).has_value()) << body;
    EXPECT_FALSE(reader.attributes(Protocol::query, body).has_value()) << body;
  }
  EXPECT_FALSE(reader.is_answer(Protocol::query, ""));
  EXPECT_FALSE(reader.queue_url(Protocol::json, "{}").has_value());
  EXPECT_FALSE(reader.queue_url(Protocol::query, response("GetQueueUrl", "")).has_value());
}

// Ten entities of ten of the one before would be ten billion characters.
TEST(SqsRead, expands_no_entity_that_a_document_declares) {
  std::string type = "<!DOCTYPE r [<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY e0 \"ha\">";
  for (int i = 1; i <= 10; ++i) {
    std::string ten;
    for (int j = 0; j < 10; ++j) {
      ten += "&e" + std::to_string(i - 1) + ";";
    }
    type += "<!ENTITY e" + std::to_string(i) + " \"" + ten + "\">";
  }
  SqsReader reader;

  const auto messages = messages_of(reader, Protocol::query,
                                    type + "]>" +
                                        received("<Message><MessageId>m</MessageId><ReceiptHandle>r"
                                                 "</ReceiptHandle><Body>&e10;&f;&amp;</Body>"
                                                 "</Message>"));

  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 1U);
  EXPECT_EQ(messages->front().body, "&e10;&f;&");
}

TEST(SqsRead, both_wires_give_the_same_message) {
  SqsReader reader;
  const std::string json = R"({"Messages":[{"MessageId":"m","ReceiptHandle":"r","MD5OfBody":"5d",)"
                           R"("Body":"{\"a\":\"<é>&\"}\r\n\t ","Attributes":{"SentTimestamp":"17",)"
                           R"("SenderId":"AIDA"},"Unknown":[1,{"x":2}]}]})";
  const std::string xml = received(
      "<Message>\n<MessageId>m</MessageId><ReceiptHandle>r</ReceiptHandle><MD5OfBody>5d</MD5OfBody>"
      "<Body>{&quot;a&quot;:&quot;&lt;&#233;&gt;&amp;&quot;}&#xD;\n\t </Body>"
      "<Attribute><Name>SentTimestamp</Name><Value>17</Value></Attribute>"
      "<Attribute><Name>SenderId</Name><Value>AIDA</Value></Attribute><Unknown><x/></Unknown>"
      "</Message>");

  const auto from_json = messages_of(reader, Protocol::json, json);
  const auto from_xml = messages_of(reader, Protocol::query, xml);

  ASSERT_TRUE(from_json && from_xml);
  ASSERT_EQ(from_json->size(), 1U);
  EXPECT_EQ(from_json->front().body, "{\"a\":\"<\xc3\xa9>&\"}\r\n\t ");
  EXPECT_EQ(from_json->front().sent_timestamp, "17");
  EXPECT_EQ(*from_json, *from_xml);
}

TEST(SqsRead, xml_bodies_keep_their_bytes) {
  SqsReader reader;
  const struct {
    const char* xml;
    const char* body;
  } cases[] = {
      {"<Body>   </Body>", "   "},
      {"<Body>a\r\nb</Body>", "a\r\nb"},
      {"<Body>&#13;&#x0A;&apos;</Body>", "\r\n'"},
      {"<Body>a<!-- c -->b<![CDATA[<x>&amp;]]></Body>", "ab<x>&amp;"},
      {"<Body/>", ""},
      {"<ns:Body>prefixed</ns:Body>", "prefixed"},
  };
  for (const auto& [xml, body] : cases) {
    const auto messages = messages_of(reader, Protocol::query,
                                      received("<Message>" + std::string(xml) + "</Message>"));
    ASSERT_TRUE(messages && messages->size() == 1) << xml;
    EXPECT_EQ(messages->front().body, body) << xml;
  }
}

TEST(SqsRead, members_that_are_absent_or_of_another_type_are_empty) {
  SqsReader reader;

  const auto messages = messages_of(
      reader, Protocol::json,
      R"({"Messages":[{"MessageId":7,"Body":null,"Attributes":{"SentTimestamp":1.5,"x":null}},3]})");

  ASSERT_TRUE(messages && messages->size() == 1);
  EXPECT_EQ(messages->front().id, "");
  EXPECT_EQ(messages->front().body, "");
  EXPECT_EQ(messages->front().sent_timestamp, "1.5");
}

TEST(SqsRead, batches_tell_done_from_failed) {
  SqsReader reader;
  const BatchReply expected{
      .successes = {{.entry = "1", .message_id = {}, .body_md5 = {}, .sequence_number = {}}},
      .failures = {{.entry = "0", .code = "X", .fault = BatchFailure::Fault::sender},
                   {.entry = "2", .code = "Y", .fault = BatchFailure::Fault::server},
                   {.entry = "3", .code = "", .fault = BatchFailure::Fault::server}}};

  EXPECT_EQ(
      reader.batch(Protocol::json, R"({"Successful":[{"Id":"1"}],"Failed":[)"
                                   R"({"Id":"0","SenderFault":true,"Code":"X","Message":"m"},)"
                                   R"({"Id":"2","SenderFault":false,"Code":"Y"},{"Id":"3"}]})"),
      expected);
  EXPECT_EQ(
      reader.batch(
          Protocol::query,
          response("DeleteMessageBatch",
                   "<DeleteMessageBatchResult>"
                   "<DeleteMessageBatchResultEntry><Id>1</Id></DeleteMessageBatchResultEntry>"
                   "<BatchResultErrorEntry><Id>0</Id><SenderFault>true</SenderFault><Code>X</Code>"
                   "</BatchResultErrorEntry>"
                   "<BatchResultErrorEntry><Id>2</Id><SenderFault>false</SenderFault><Code>Y</Code>"
                   "</BatchResultErrorEntry>"
                   "<BatchResultErrorEntry><Id>3</Id></BatchResultErrorEntry>"
                   "</DeleteMessageBatchResult>")),
      expected);
}

TEST(SqsRead, sends_tell_the_message_ids) {
  SqsReader reader;
  const BatchReply expected{
      .successes = {{.entry = "0", .message_id = "m", .body_md5 = "5d", .sequence_number = "18"}},
      .failures = {}};

  EXPECT_EQ(reader.batch(Protocol::json, R"({"Successful":[{"Id":"0","MessageId":"m",)"
                                         R"("MD5OfMessageBody":"5d","SequenceNumber":"18"}]})"),
            expected);
  EXPECT_EQ(reader.batch(Protocol::query,
                         response("SendMessageBatch",
                                  "<SendMessageBatchResult><SendMessageBatchResultEntry><Id>0</Id>"
                                  "<MessageId>m</MessageId><MD5OfMessageBody>5d</MD5OfMessageBody>"
                                  "<SequenceNumber>18</SequenceNumber>"
                                  "</SendMessageBatchResultEntry></SendMessageBatchResult>")),
            expected);
}

TEST(SqsRead, attributes_and_urls_are_the_same_on_both_wires) {
  SqsReader reader;
  const Attributes expected = {{"VisibilityTimeout", "30"}, {"Policy", "{}"}};

  EXPECT_EQ(reader.attributes(Protocol::json,
                              R"({"Attributes":{"VisibilityTimeout":"30","Policy":"{}"}})"),
            expected);
  EXPECT_EQ(reader.attributes(
                Protocol::query,
                response("GetQueueAttributes",
                         "<GetQueueAttributesResult>"
                         "<Attribute><Name>VisibilityTimeout</Name><Value>30</Value></Attribute>"
                         "<Attribute><Name>Policy</Name><Value>{}</Value></Attribute>"
                         "</GetQueueAttributesResult>")),
            expected);
  EXPECT_EQ(reader.queue_url(Protocol::json, R"({"QueueUrl":"http://h/0/q"})"), "http://h/0/q");
  EXPECT_EQ(reader.queue_url(Protocol::query,
                             response("GetQueueUrl",
                                      "<GetQueueUrlResult><QueueUrl>http://h/0/q</QueueUrl>"
                                      "</GetQueueUrlResult>")),
            "http://h/0/q");
}

}  // namespace
}  // namespace moretta::aws
