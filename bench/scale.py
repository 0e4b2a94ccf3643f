#!/usr/bin/python3
"""One queue, one Postgres, and more and more workers, some of which are killed: rate, and each message exactly once.

    bench/scale.py [--messages N] [--processes 1,2,4,8] [--sandboxes 8] [--kills N]      binaries of MORETTA_BIN, else build/release

Services are `moretta run` with one lane; sandboxes are the same program behind a Runtime API of ours, fed by pollers of
ours in Python, a process each, which cost more CPU than what they feed. All share the processors of this machine with
the queue and Postgres. The rate is of the time until nine tenths are deleted, because what a killed worker held comes
back after the visibility timeout; then table, ledger and queue are counted.
"""

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "e2e"))
import harness  # noqa: E402
from lambda_api import QUEUE_ARN, Function, event_of  # noqa: E402

VISIBILITY_S = 20
BATCH = 1000
QUIET_S = 600
LAMBDA_KILLS = 1  # of each sandbox


class Poller:
    """Receives and deletes by JSON over one connection: the SDK takes more time than everything else."""

    def __init__(self, endpoint, url):
        self._host, self._url = endpoint.removeprefix("http://"), url
        self._connection = http.client.HTTPConnection(self._host)

    def _call(self, operation, **body):
        self._connection.request("POST", "/", json.dumps({"QueueUrl": self._url, **body}), {
            "X-Amz-Target": "AmazonSQS." + operation, "Content-Type": "application/x-amz-json-1.0"})
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (operation, answer.status, text)
        return json.loads(text) if text else {}

    def receive(self, most):
        messages = []
        while len(messages) < most:
            more = self._call("ReceiveMessage", MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages")
            if not more:
                break
            messages += more
        return messages

    def delete(self, messages):
        for start in range(0, len(messages), 10):
            answer = self._call("DeleteMessageBatch", Entries=[
                {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]}
                for i, message in enumerate(messages[start:start + 10])])
            assert not answer.get("Failed"), answer


def record_of(message):
    return {"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
            "attributes": message["Attributes"], "messageAttributes": {}, "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs", "eventSourceARN": QUEUE_ARN, "awsRegion": "us-east-1"}


def sandbox(number, endpoint, url, folder, env, stop, failures):
    """A process of its own: one function, its Runtime API, and the mapping that invokes it."""
    dice = random.Random(number)
    function, poller = Function(folder, env), Poller(endpoint, url)
    kill_at = [dice.randrange(2, 12) for _ in range(LAMBDA_KILLS)]
    invocations = 0
    try:
        function.start()
        while not stop.is_set():
            messages = poller.receive(BATCH)
            if not messages:
                time.sleep(0.2)
                continue
            invocations += 1
            if invocations in kill_at:
                function.child.send_signal(signal.SIGKILL)
            invocation = function.invoke(event_of([record_of(message) for message in messages]))
            if invocation.answer is None:
                continue  # killed: its messages come again
            failed = set(invocation.failed_ids)
            poller.delete([message for message in messages if message["MessageId"] not in failed])
        for violation in function.api.violations:
            failures.put(str(violation))
    finally:
        function.close()


class Services:
    """`moretta run`, some of them killed and started again while there is work."""

    def __init__(self, count, config, env, folder):
        self._command = [harness.program("moretta"), "run", "-c", str(config), "--lanes", "1"]
        self._env, self._folder = env, folder
        self._dice = random.Random(count)
        self.children = [self._start() for _ in range(count)]
        self.kills = 0

    def _start(self):
        return harness.Child(self._command, self._env, self._folder)

    def kill_one(self):
        victim = self._dice.randrange(len(self.children))
        self.children[victim].send_signal(signal.SIGKILL)
        self.children[victim].wait()
        self.children[victim].close()
        self.children[victim] = self._start()
        self.kills += 1

    def close(self):
        for child in self.children:
            child.end()
            child.close()


def work(queue, services, options):
    """Until the queue is empty, with kills on the way; seconds until nine tenths were deleted."""
    began = time.monotonic()
    nine_tenths = None
    while (deleted := queue.stats(queue.first_url)["deleted"]) < options.messages:
        took = time.monotonic() - began
        assert took < QUIET_S, f"{deleted} of {options.messages} after {took:.0f} s"
        if nine_tenths is None and deleted >= options.messages * 0.9:
            nine_tenths = took, deleted
        due = services.children and services.kills < options.kills
        if due and deleted > options.messages * 0.8 * (services.kills + 1) / (options.kills + 1):
            services.kill_one()
        time.sleep(0.1)
    took = time.monotonic() - began
    at, deleted = nine_tenths or (took, options.messages)
    return deleted / at, took


def one_run(postgres, options, processes, sandboxes):
    database = f"scale_{processes}_{sandboxes}"
    postgres.run("postgres", f"CREATE DATABASE {database}")
    with tempfile.TemporaryDirectory(prefix="moretta-scale.") as folder, contextlib.ExitStack() as world:
        queue = harness.Devqueue(folder, "--queue", "logins", "--generate", str(options.messages))
        world.callback(queue.close)
        queue.client.set_queue_attributes(QueueUrl=queue.first_url,
                                          Attributes={"VisibilityTimeout": str(VISIBILITY_S)})
        env = harness.clean_environment({
            "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_REGION": "us-east-1",
            "SECRET_KEY": harness.SECRET_KEY, "DATABASE_URL": postgres.url(database),
            "QUEUE_URL": queue.first_url, "LAMBDA_TASK_ROOT": folder})
        config = pathlib.Path(folder) / "moretta.yaml"
        config.write_bytes((harness.EXAMPLES / "logins-keyed.yaml").read_bytes())
        postgres.run(database, harness.table_sql())
        schema = harness.Child([harness.program("moretta"), "schema", "-c", str(config), "--apply"], env, folder)
        assert schema.wait().code == 0, schema.err

        stop, failures = multiprocessing.Event(), multiprocessing.Queue()
        pollers = [multiprocessing.Process(target=sandbox, args=(
            number, queue.endpoint, queue.first_url, folder, env, stop, failures)) for number in range(sandboxes)]
        for poller in pollers:
            poller.start()
        services = Services(processes, config, env, folder)
        world.callback(services.close)
        try:
            rate, took = work(queue, services, options)
        finally:
            stop.set()
            for poller in pollers:
                poller.join(60)
    assert failures.empty(), failures.get()
    assert all(poller.exitcode == 0 for poller in pollers), [poller.exitcode for poller in pollers]
    rows, different, ledger, rejects = postgres.run(
        database, "SELECT (SELECT count(*) FROM user_logins), (SELECT count(DISTINCT key) FROM moretta_ledger),"
        " (SELECT count(*) FROM moretta_ledger), (SELECT count(*) FROM moretta_quarantine)")[0]
    postgres.run("postgres", f"DROP DATABASE {database} WITH (FORCE)")
    assert rows + rejects == different == ledger == options.messages, (rows, rejects, different, ledger)
    return rate, took, services.kills + sandboxes * LAMBDA_KILLS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--processes", default="1,2,4,8")
    parser.add_argument("--sandboxes", type=int, default=8)
    parser.add_argument("--kills", type=int, default=4, help="of services in a run (default: 4)")
    options = parser.parse_args()

    counts = [int(count) for count in options.processes.split(",")]
    worlds = [(count, 0) for count in counts]
    if options.sandboxes > 0:
        worlds += [(0, options.sandboxes), (counts[-1], options.sandboxes)]
    postgres = harness.Postgres({"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
                                 "shared_buffers": "512MB", "max_wal_size": "4GB"})
    print(f"{options.messages} messages, {os.cpu_count()} processors\n\n| processes | sandboxes | kills | messages/s | "
          "all done after |\n| --- | --- | --- | --- | --- |", flush=True)
    try:
        for processes, sandboxes in worlds:
            rate, took, kills = one_run(postgres, options, processes, sandboxes)
            print(f"| {processes} | {sandboxes} | {kills} | {rate:,.0f} | {took:.0f} s |", flush=True)
    finally:
        postgres.close()


if __name__ == "__main__":
    main()
