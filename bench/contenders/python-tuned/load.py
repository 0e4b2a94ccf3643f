"""The best we know to do with boto3 and psycopg2: a process a core, threads in each, COPY, batch deletes.

    load.py THREADS   so many threads in each of two processes

A thread receives until it has a hundred messages or the queue has no more at once, brings them in with
one COPY and one commit, then deletes them ten at a time.
"""

import datetime
import hashlib
import io
import json
import multiprocessing
import os
import platform
import signal
import sys
import threading

import boto3
import botocore.config
import psycopg2

PROCESSES = 2  # one a core: the interpreter runs one thread at a time
ROWS_MAX = 100  # a commit; more gained nothing
COPY = ("COPY user_logins (user_id, device_type, masked_ip, masked_device_id, locale, app_version, create_date)"
        " FROM STDIN")
# What COPY's text format gives a meaning of its own.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def line_of(message):
    """The row as a line for COPY, or an empty one for a message that none can be made of."""
    try:
        event = json.loads(message["Body"])
        user, device, ip, device_id, version = (
            event["user_id"], event["device_type"], event["ip"], event["device_id"], event["app_version"])
        locale = event["locale"]
        day = datetime.date.fromordinal(
            719163 + int(message["Attributes"]["SentTimestamp"]) // 86_400_000)  # 719163: 1970-01-01
        return (f"{user.translate(ESCAPES)}\t{device.translate(ESCAPES)}\t{md5(ip)}\t{md5(device_id)}\t"
                f"{chr(92) + 'N' if locale is None else locale.translate(ESCAPES)}\t"
                f"{int(version.partition('.')[0])}\t{day}\n")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def receive(sqs, queue_url):
    messages = []
    while len(messages) < ROWS_MAX:
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10,
                                     WaitTimeSeconds=0 if messages else 20, AttributeNames=["SentTimestamp"])
        got = answer.get("Messages", [])
        messages += got
        if len(got) < 10:
            break
    return messages


def move(sqs):
    queue_url = os.environ["QUEUE_URL"]
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    while True:
        messages = receive(sqs, queue_url)
        lines = "".join(map(line_of, messages))
        if lines:
            cursor.copy_expert(COPY, io.StringIO(lines))
            connection.commit()
        for start in range(0, len(messages), 10):
            sqs.delete_message_batch(QueueUrl=queue_url, Entries=[
                {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]}
                for i, message in enumerate(messages[start:start + 10])])


def work(threads):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Clients are made one after the other: making them is not thread-safe, using them is.
    config = botocore.config.Config(parameter_validation=False)  # one pass less over each call
    clients = [boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=config)
               for _ in range(threads)]
    for sqs in clients:
        threading.Thread(target=move, args=(sqs,), daemon=True).start()
    signal.pause()


def main(threads):
    processes = [multiprocessing.Process(target=work, args=(threads,)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()

    def stop(*_):
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    for process in processes:
        process.join()


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(f"Python {platform.python_version()}, boto3 {boto3.__version__}, "
              f"psycopg2 {psycopg2.__version__.split()[0]}")
    else:
        main(int(sys.argv[1]))
