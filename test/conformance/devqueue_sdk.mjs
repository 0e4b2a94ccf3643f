// What an outside client sees of the queue server: the AWS SDK for JavaScript v3 over the JSON wire.
// It checks the MD5 digests of bodies itself. The list of behaviours is the same as in
// devqueue_boto3.py. The server's address is taken from the environment variable ENDPOINT; each step
// uses queues of its own. Prints one line a step and ends with status 1 if one failed.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { SQS } from "@aws-sdk/client-sqs";

const endpoint = process.env.ENDPOINT;
const run = randomUUID().slice(0, 8);
const sqs = new SQS({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "conformance", secretAccessKey: "conformance" },
  maxAttempts: 1,
});

const same = assert.deepEqual;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const make = async (name, attributes = {}) =>
  (await sqs.createQueue({ QueueName: `${name}-${run}`, Attributes: attributes })).QueueUrl;
const makeFifo = async (name, attributes = {}) =>
  (
    await sqs.createQueue({
      QueueName: `${name}-${run}.fifo`,
      Attributes: { FifoQueue: "true", ...attributes },
    })
  ).QueueUrl;
const attribute = async (url, name) =>
  (await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: [name] })).Attributes[name];
const send = (url, body, more = {}) =>
  sqs.sendMessage({ QueueUrl: url, MessageBody: body, ...more });
const receive = async (url, more = {}) =>
  (
    await sqs.receiveMessage({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      ...more,
    })
  ).Messages ?? [];
const remove = (url, message) =>
  sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle });
const bodies = (messages) => messages.map((message) => message.Body);

// The SDK names errors by shape, or by the legacy code of the header x-amzn-query-error.
async function fails(names, call) {
  const wanted = [].concat(names);
  try {
    await call();
  } catch (error) {
    assert.ok(
      wanted.includes(error.name) || wanted.includes(error.Code),
      `failed with ${error.name} / ${error.Code}: ${error.message}, want ${wanted}`,
    );
    return;
  }
  assert.fail(`succeeded, want ${wanted}`);
}

const steps = {
  async create_and_find() {
    const url = await make("js-create", { VisibilityTimeout: "7" });
    same(url, `${endpoint}/000000000000/js-create-${run}`);
    same(await make("js-create", { VisibilityTimeout: "7" }), url);
    same((await sqs.getQueueUrl({ QueueName: `js-create-${run}` })).QueueUrl, url);
    same((await sqs.listQueues({ QueueNamePrefix: `js-create-${run}` })).QueueUrls, [url]);
  },

  async queue_attributes() {
    const url = await make("js-attributes", { VisibilityTimeout: "7" });
    same(await attribute(url, "VisibilityTimeout"), "7");
    same(await attribute(url, "QueueArn"), `arn:aws:sqs:us-east-1:000000000000:js-attributes-${run}`);
    await sqs.setQueueAttributes({ QueueUrl: url, Attributes: { VisibilityTimeout: "8" } });
    same(await attribute(url, "VisibilityTimeout"), "8");
    await send(url, "x");
    same(await attribute(url, "ApproximateNumberOfMessages"), "1");
    same(await attribute(url, "ApproximateNumberOfMessagesNotVisible"), "0");
  },

  async batch_with_attributes() {
    const url = await make("js-batch");
    const body = 'é <&> "\t\r\n \u{1f600}';
    const attributes = {
      a: { DataType: "Number", StringValue: "42" },
      b: { DataType: "Binary", BinaryValue: new Uint8Array([1, 255]) },
      é: { DataType: "String.custom", StringValue: "hé" },
    };
    const reply = await sqs.sendMessageBatch({
      QueueUrl: url,
      Entries: [{ Id: "one", MessageBody: body, MessageAttributes: attributes }],
    });
    const sent = reply.Successful[0];
    same(sent.MD5OfMessageAttributes, "9cd56be95f3412a5814b046180dc1acd");
    const [got] = await receive(url);
    same(got.MessageId, sent.MessageId);
    same(got.Body, body);
    same(got.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    same(got.MessageAttributes.a, attributes.a);
    same([...got.MessageAttributes.b.BinaryValue], [1, 255]);
    same(got.MessageAttributes.é, attributes.é);
    assert.ok(Math.abs(Number(got.Attributes.SentTimestamp) - Date.now()) < 60_000);
  },

  async visibility_and_counts() {
    const url = await make("js-visibility");
    await send(url, "x");
    const [first] = await receive(url, { VisibilityTimeout: 1 });
    same(first.Attributes.ApproximateReceiveCount, "1");
    same(await receive(url), []);
    const [again] = await receive(url, { WaitTimeSeconds: 5 });
    same(again.Attributes.ApproximateReceiveCount, "2");
    same(again.MessageId, first.MessageId);
  },

  async change_visibility() {
    const url = await make("js-change");
    await send(url, "x");
    let [held] = await receive(url);
    await sqs.changeMessageVisibility({
      QueueUrl: url,
      ReceiptHandle: held.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    [held] = await receive(url);
    const reply = await sqs.changeMessageVisibilityBatch({
      QueueUrl: url,
      Entries: [
        { Id: "a", ReceiptHandle: held.ReceiptHandle, VisibilityTimeout: 0 },
        { Id: "b", ReceiptHandle: "junk", VisibilityTimeout: 0 },
      ],
    });
    same(reply.Successful.map((entry) => entry.Id), ["a"]);
    same(
      reply.Failed.map((entry) => [entry.Id, entry.Code, entry.SenderFault]),
      [["b", "ReceiptHandleIsInvalid", true]],
    );
    same((await receive(url)).length, 1);
  },

  async long_poll_wakes() {
    const url = await make("js-poll");
    const start = Date.now();
    const sending = sleep(500).then(() => send(url, "woken"));
    same(bodies(await receive(url, { WaitTimeSeconds: 10 })), ["woken"]);
    assert.ok(Date.now() - start < 5000);
    await sending;
  },

  async long_poll_ends() {
    const url = await make("js-poll-ends", { ReceiveMessageWaitTimeSeconds: "1" });
    const start = Date.now();
    same((await sqs.receiveMessage({ QueueUrl: url })).Messages, undefined);
    assert.ok(Date.now() - start >= 900);
  },

  async batch_errors() {
    const url = await make("js-errors");
    const batch = (count, id = (i) => `${i}`) =>
      Array.from({ length: count }, (_, i) => ({ Id: id(i), MessageBody: "x" }));
    const sendBatch = (entries) => () => sqs.sendMessageBatch({ QueueUrl: url, Entries: entries });
    await fails("TooManyEntriesInBatchRequest", sendBatch(batch(11)));
    await fails("BatchEntryIdsNotDistinct", sendBatch(batch(2, () => "same")));
    await fails("InvalidBatchEntryId", sendBatch(batch(1, () => "no blanks")));
    await fails("EmptyBatchRequest", sendBatch([]));
    const long = "x".repeat(600_000);
    await fails(
      "BatchRequestTooLong",
      sendBatch(["a", "b"].map((id) => ({ Id: id, MessageBody: long }))),
    );
  },

  async delete_and_stale_handles() {
    const url = await make("js-delete");
    await send(url, "x");
    const [first] = await receive(url, { VisibilityTimeout: 0 });
    const [second] = await receive(url);
    await remove(url, first);
    same(await attribute(url, "ApproximateNumberOfMessagesNotVisible"), "1");
    const reply = await sqs.deleteMessageBatch({
      QueueUrl: url,
      Entries: [{ Id: "a", ReceiptHandle: second.ReceiptHandle }],
    });
    same(reply.Successful, [{ Id: "a" }]);
    same(await attribute(url, "ApproximateNumberOfMessagesNotVisible"), "0");
    await remove(url, second);
  },

  async purge() {
    const url = await make("js-purge");
    await send(url, "x");
    await sqs.purgeQueue({ QueueUrl: url });
    same(await receive(url), []);
    await fails("PurgeQueueInProgress", () => sqs.purgeQueue({ QueueUrl: url }));
  },

  async dead_letters_and_move_task() {
    const dead = await make("js-dead");
    const deadArn = await attribute(dead, "QueueArn");
    const policy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: "2" });
    const url = await make("js-alive", { RedrivePolicy: policy });
    same((await sqs.listDeadLetterSourceQueues({ QueueUrl: dead })).queueUrls, [url]);
    const sent = await send(url, "poison");
    await receive(url, { VisibilityTimeout: 0 });
    await receive(url, { VisibilityTimeout: 0 });
    same(await receive(url), []);
    const [got] = await receive(dead, { VisibilityTimeout: 0 });
    same(got.MessageId, sent.MessageId);
    same(got.Attributes.ApproximateReceiveCount, "3");
    same(got.Attributes.DeadLetterQueueSourceArn, await attribute(url, "QueueArn"));

    await sqs.startMessageMoveTask({ SourceArn: deadArn });
    const [back] = await receive(url, { WaitTimeSeconds: 5 });
    same(back.Body, "poison");
    assert.notEqual(back.MessageId, sent.MessageId);
    const [task] = (await sqs.listMessageMoveTasks({ SourceArn: deadArn })).Results;
    same([task.Status, task.ApproximateNumberOfMessagesMoved], ["COMPLETED", 1]);
  },

  async fifo_order_and_lock() {
    const url = await makeFifo("js-order");
    for (const id of ["0", "1", "2", "3"]) {
      await send(url, id, { MessageGroupId: "g", MessageDeduplicationId: id });
    }
    await send(url, "other", { MessageGroupId: "h", MessageDeduplicationId: "h" });
    const head = await receive(url, { MaxNumberOfMessages: 2 });
    same(bodies(head), ["0", "1"]);
    assert.ok(head[0].Attributes.SequenceNumber < head[1].Attributes.SequenceNumber);
    same(bodies(await receive(url)), ["other"]);
    for (const message of head) {
      await remove(url, message);
    }
    same(bodies(await receive(url)), ["2", "3"]);
  },

  async fifo_deduplication() {
    const url = await makeFifo("js-once", { ContentBasedDeduplication: "true" });
    const first = await send(url, "same", { MessageGroupId: "g" });
    const second = await send(url, "same", { MessageGroupId: "g" });
    same(second.MessageId, first.MessageId);
    await send(url, "same", { MessageGroupId: "g", MessageDeduplicationId: "another" });
    same(bodies(await receive(url)), ["same", "same"]);
  },

  async fifo_expired_handle() {
    const url = await makeFifo("js-late");
    await send(url, "x", { MessageGroupId: "g", MessageDeduplicationId: "d" });
    const [message] = await receive(url, { VisibilityTimeout: 0 });
    await fails(["InvalidParameterValueException", "InvalidParameterValue"], () =>
      remove(url, message),
    );
    same((await receive(url)).length, 1);
  },

  async errors_by_name() {
    const url = await make("js-names", { DelaySeconds: "1" });
    const invalid = ["InvalidParameterValueException", "InvalidParameterValue"];
    const missing = ["MissingRequiredParameterException", "MissingParameter"];
    await fails("QueueDoesNotExist", () => sqs.receiveMessage({ QueueUrl: `${url}x` }));
    await fails("QueueDoesNotExist", () => sqs.getQueueUrl({ QueueName: "none" }));
    await fails("ReceiptHandleIsInvalid", () => remove(url, { ReceiptHandle: "junk" }));
    await fails(invalid, () => receive(url, { MaxNumberOfMessages: 11 }));
    await fails("InvalidMessageContents", () => send(url, "\u0001"));
    await fails(invalid, () => send(url, "x".repeat(1_048_577)));
    const fifo = await makeFifo("js-names");
    await fails(missing, () => send(fifo, "x"));
    await fails("InvalidAttributeName", () =>
      sqs.setQueueAttributes({ QueueUrl: url, Attributes: { Colour: "red" } }),
    );
    await fails(["QueueNameExists", "QueueAlreadyExists"], () =>
      make("js-names", { DelaySeconds: "2" }),
    );
    await sqs.deleteQueue({ QueueUrl: url });
    await fails("QueueDeletedRecently", () => make("js-names"));
  },
};

const manifest = createRequire(import.meta.url).resolve("@aws-sdk/client-sqs/package.json");
console.log(
  `@aws-sdk/client-sqs ${JSON.parse(readFileSync(manifest, "utf8")).version}, node ${process.version}`,
);
let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.name}: ${error.message}`);
  }
}
const count = Object.keys(steps).length;
console.log(`${count - failed} of ${count} steps passed`);
process.exit(failed ? 1 : 0);
