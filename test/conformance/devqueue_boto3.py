#!/usr/bin/python3
"""What an outside client sees of the queue server: boto3 over the Query wire.

The list of behaviours is the same as in devqueue_sdk.mjs. The server's address is taken from the
environment variable ENDPOINT; each step uses queues of its own. Prints one line a step and ends with
status 1 if one failed.
"""

import hashlib
import json
import os
import sys
import threading
import time
import uuid

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["ENDPOINT"]
RUN = uuid.uuid4().hex[:8]


def client():
    return boto3.client(
        "sqs",
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="conformance",
        aws_secret_access_key="conformance",
        config=Config(retries={"max_attempts": 0}, read_timeout=30),
    )


sqs = client()


def make(name, **attributes):
    return sqs.create_queue(QueueName=f"{name}-{RUN}", Attributes=attributes)["QueueUrl"]


def make_fifo(name, **attributes):
    attributes["FifoQueue"] = "true"
    return sqs.create_queue(QueueName=f"{name}-{RUN}.fifo", Attributes=attributes)["QueueUrl"]


def attribute(url, name):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]


def send(url, body, **more):
    return sqs.send_message(QueueUrl=url, MessageBody=body, **more)


def receive(url, most=10, wait=0, **more):
    reply = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=most,
        WaitTimeSeconds=wait,
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
        **more,
    )
    return reply.get("Messages", [])


def delete(url, message):
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def bodies(messages):
    return [message["Body"] for message in messages]


def same(got, want):
    if got != want:
        raise AssertionError(f"got {got!r}, want {want!r}")


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        same(error.response["Error"]["Code"], code)
        return
    raise AssertionError(f"succeeded, want {code}")


def create_and_find():
    url = make("create", VisibilityTimeout="7")
    same(url, f"{ENDPOINT}/000000000000/create-{RUN}")
    same(make("create", VisibilityTimeout="7"), url)
    same(sqs.get_queue_url(QueueName=f"create-{RUN}")["QueueUrl"], url)
    same(sqs.list_queues(QueueNamePrefix=f"create-{RUN}")["QueueUrls"], [url])


def queue_attributes():
    url = make("attributes", VisibilityTimeout="7")
    same(attribute(url, "VisibilityTimeout"), "7")
    same(attribute(url, "QueueArn"), f"arn:aws:sqs:us-east-1:000000000000:attributes-{RUN}")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "8"})
    same(attribute(url, "VisibilityTimeout"), "8")
    send(url, "x")
    same(attribute(url, "ApproximateNumberOfMessages"), "1")
    same(attribute(url, "ApproximateNumberOfMessagesNotVisible"), "0")


def batch_with_attributes():
    url = make("batch")
    body = 'é <&> "\t\r\n \U0001f600'
    attributes = {
        "a": {"DataType": "Number", "StringValue": "42"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x01\xff"},
        "é": {"DataType": "String.custom", "StringValue": "hé"},
    }
    sent = sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": "one", "MessageBody": body, "MessageAttributes": attributes}],
    )["Successful"][0]
    same(sent["MD5OfMessageBody"], hashlib.md5(body.encode()).hexdigest())
    same(sent["MD5OfMessageAttributes"], "9cd56be95f3412a5814b046180dc1acd")
    got = receive(url)[0]
    same(got["MessageId"], sent["MessageId"])
    same(got["Body"], body)
    same(got["MD5OfBody"], sent["MD5OfMessageBody"])
    same(got["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
    same(got["MessageAttributes"], attributes)
    same(abs(int(got["Attributes"]["SentTimestamp"]) / 1000 - time.time()) < 60, True)


def visibility_and_counts():
    url = make("visibility")
    send(url, "x")
    first = receive(url, VisibilityTimeout=1)
    same(first[0]["Attributes"]["ApproximateReceiveCount"], "1")
    same(receive(url), [])
    again = receive(url, wait=5)
    same(again[0]["Attributes"]["ApproximateReceiveCount"], "2")
    same(again[0]["MessageId"], first[0]["MessageId"])


def change_visibility():
    url = make("change")
    send(url, "x")
    held = receive(url)[0]
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=held["ReceiptHandle"], VisibilityTimeout=0
    )
    held = receive(url)[0]
    reply = sqs.change_message_visibility_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "a", "ReceiptHandle": held["ReceiptHandle"], "VisibilityTimeout": 0},
            {"Id": "b", "ReceiptHandle": "junk", "VisibilityTimeout": 0},
        ],
    )
    same([entry["Id"] for entry in reply["Successful"]], ["a"])
    same([(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in reply["Failed"]],
         [("b", "ReceiptHandleIsInvalid", True)])
    same(len(receive(url)), 1)


def long_poll_wakes():
    url = make("poll")
    timer = threading.Timer(0.5, lambda: client().send_message(QueueUrl=url, MessageBody="woken"))
    timer.start()
    start = time.monotonic()
    same(bodies(receive(url, wait=10)), ["woken"])
    same(time.monotonic() - start < 5, True)
    timer.join()


def long_poll_ends():
    url = make("poll-ends", ReceiveMessageWaitTimeSeconds="1")
    start = time.monotonic()
    same(sqs.receive_message(QueueUrl=url).get("Messages"), None)
    same(time.monotonic() - start >= 0.9, True)


def batch_errors():
    url = make("errors")

    def batch(count, entry_id="{}"):
        return [{"Id": entry_id.format(i), "MessageBody": "x"} for i in range(count)]

    prefix = "AWS.SimpleQueueService."
    fails(prefix + "TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=url,
          Entries=batch(11))
    fails(prefix + "BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=url,
          Entries=batch(2, "same"))
    fails(prefix + "InvalidBatchEntryId", sqs.send_message_batch, QueueUrl=url,
          Entries=batch(1, "no blanks"))
    fails(prefix + "EmptyBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[])
    fails(prefix + "BatchRequestTooLong", sqs.send_message_batch, QueueUrl=url,
          Entries=[{"Id": str(i), "MessageBody": "x" * 600_000} for i in range(2)])


def delete_and_stale_handles():
    url = make("delete")
    send(url, "x")
    first = receive(url, VisibilityTimeout=0)[0]
    second = receive(url)[0]
    delete(url, first)
    same(attribute(url, "ApproximateNumberOfMessagesNotVisible"), "1")
    reply = sqs.delete_message_batch(
        QueueUrl=url, Entries=[{"Id": "a", "ReceiptHandle": second["ReceiptHandle"]}]
    )
    same(reply["Successful"], [{"Id": "a"}])
    same(attribute(url, "ApproximateNumberOfMessagesNotVisible"), "0")
    delete(url, second)


def purge():
    url = make("purge")
    send(url, "x")
    sqs.purge_queue(QueueUrl=url)
    same(receive(url), [])
    fails("AWS.SimpleQueueService.PurgeQueueInProgress", sqs.purge_queue, QueueUrl=url)


def dead_letters_and_move_task():
    dead = make("dead")
    dead_arn = attribute(dead, "QueueArn")
    url = make("alive", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"}))
    same(sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [url])
    sent = send(url, "poison")
    receive(url, VisibilityTimeout=0)
    receive(url, VisibilityTimeout=0)
    same(receive(url), [])
    got = receive(dead, VisibilityTimeout=0)[0]
    same(got["MessageId"], sent["MessageId"])
    same(got["Attributes"]["ApproximateReceiveCount"], "3")
    same(got["Attributes"]["DeadLetterQueueSourceArn"], attribute(url, "QueueArn"))

    if not hasattr(sqs, "start_message_move_task"):
        return "move task left out: this boto3 does not know it"
    sqs.start_message_move_task(SourceArn=dead_arn)
    back = receive(url, wait=5)[0]
    same(back["Body"], "poison")
    same(back["MessageId"] != sent["MessageId"], True)
    task = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"][0]
    same((task["Status"], task["ApproximateNumberOfMessagesMoved"]), ("COMPLETED", 1))
    return None


def fifo_order_and_lock():
    url = make_fifo("order")
    for i in range(4):
        send(url, str(i), MessageGroupId="g", MessageDeduplicationId=str(i))
    send(url, "other", MessageGroupId="h", MessageDeduplicationId="h")
    head = receive(url, most=2)
    same(bodies(head), ["0", "1"])
    same(head[0]["Attributes"]["SequenceNumber"] < head[1]["Attributes"]["SequenceNumber"], True)
    same(bodies(receive(url)), ["other"])
    for message in head:
        delete(url, message)
    same(bodies(receive(url)), ["2", "3"])


def fifo_deduplication():
    url = make_fifo("once", ContentBasedDeduplication="true")
    first = send(url, "same", MessageGroupId="g")
    second = send(url, "same", MessageGroupId="g")
    same(second["MessageId"], first["MessageId"])
    send(url, "same", MessageGroupId="g", MessageDeduplicationId="another")
    same(bodies(receive(url)), ["same", "same"])


def fifo_expired_handle():
    url = make_fifo("late")
    send(url, "x", MessageGroupId="g", MessageDeduplicationId="d")
    message = receive(url, VisibilityTimeout=0)[0]
    fails("InvalidParameterValue", sqs.delete_message, QueueUrl=url,
          ReceiptHandle=message["ReceiptHandle"])
    same(len(receive(url)), 1)


def errors_by_name():
    url = make("names", DelaySeconds="1")
    fails("AWS.SimpleQueueService.NonExistentQueue", sqs.receive_message, QueueUrl=url + "x")
    fails("AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName="none")
    fails("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="junk")
    fails("InvalidParameterValue", sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)
    fails("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="\x01")
    fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x" * 1_048_577)
    fails("MissingParameter", sqs.send_message, QueueUrl=make_fifo("names"), MessageBody="x")
    fails("InvalidAttributeName", sqs.set_queue_attributes, QueueUrl=url,
          Attributes={"Colour": "red"})
    fails("QueueAlreadyExists", make, name="names", DelaySeconds="2")
    sqs.delete_queue(QueueUrl=url)
    fails("AWS.SimpleQueueService.QueueDeletedRecently", make, name="names")


STEPS = [
    create_and_find,
    queue_attributes,
    batch_with_attributes,
    visibility_and_counts,
    change_visibility,
    long_poll_wakes,
    long_poll_ends,
    batch_errors,
    delete_and_stale_handles,
    purge,
    dead_letters_and_move_task,
    fifo_order_and_lock,
    fifo_deduplication,
    fifo_expired_handle,
    errors_by_name,
]


def main():
    print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}")
    failed = 0
    for step in STEPS:
        try:
            note = step()
            print(f"ok   {step.__name__}" + (f" ({note})" if note else ""))
        except (AssertionError, ClientError, KeyError, IndexError) as error:
            failed += 1
            print(f"FAIL {step.__name__}: {type(error).__name__}: {error}")
    print(f"{len(STEPS) - failed} of {len(STEPS)} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
