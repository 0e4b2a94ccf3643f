"""An event source mapping of our own: polls a queue, invokes a function, deletes what did not fail."""

import threading

from lambda_api import QUEUE_ARN, event_of


class EventSource:
    """One poller for one sandbox, on a thread of its own until closed."""

    def __init__(self, queue, url, function, batch=100):
        self._queue, self._url, self._function, self._batch = queue, url, function, batch
        self._stop = threading.Event()
        self.invocations = self.failed_invocations = self.item_failures = self.deleted = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the event source does not end"

    def _run(self):
        while not self._stop.is_set():
            messages = self._receive()
            if messages:
                self._invoke(messages)

    def _receive(self):
        messages = []
        while len(messages) < self._batch:
            answer = self._queue.client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0 if messages else 1,
                AttributeNames=["All"], MessageAttributeNames=["All"])
            if not answer.get("Messages"):
                break
            messages += answer["Messages"]
        return messages

    def _invoke(self, messages):
        invocation = self._function.invoke(event_of([self._record(message) for message in messages]))
        self.invocations += 1
        if invocation.answer is None:
            self.failed_invocations += 1
            return
        failed = set(invocation.failed_ids)
        self.item_failures += len(failed)
        done = [message for message in messages if message["MessageId"] not in failed]
        for start in range(0, len(done), 10):
            entries = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]}
                       for i, message in enumerate(done[start:start + 10])]
            self._queue.client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        self.deleted += len(done)

    @staticmethod
    def _record(message):
        attributes = {name: {"dataType": value["DataType"], "stringValue": value["StringValue"]}
                      for name, value in message.get("MessageAttributes", {}).items()}
        return {"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"], "attributes": message["Attributes"],
                "messageAttributes": attributes,
                "md5OfBody": message["MD5OfBody"], "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE_ARN, "awsRegion": "us-east-1"}
