"""Judges moretta's SQS client by a server that others wrote.

The 100 messages go in through boto3 and come out through `moretta drain` on the wire asked for. All
must be right afterwards: exit code, summary, rows, tokens, quarantine, and the queue is empty.

    judge_drain.py --moretta BINARY --endpoint URL --wire json|query --database-url URL
"""

import argparse
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import boto3

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MESSAGES = (SOURCE / "examples/logins.jsonl").read_text().splitlines()
ROWS = 99  # all but the malformed message
EXIT_REJECTS = 3
DRAIN_S_MAX = 120  # the slowest server takes a second for 100 messages; a hang is a failure
EMPTY_S_MAX = 5  # counts are approximate, and lag on some servers


def expect(claim, actual, wanted):
    if actual != wanted:
        sys.exit(f"{claim}: {actual!r}, not {wanted!r}")


def psql(database_url, sql):
    done = subprocess.run(
        ["psql", "--no-psqlrc", "-At", "-v", "ON_ERROR_STOP=1", "-d", database_url, "-c", sql],
        check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def new_queue(sqs, name):
    """Returns the queue's URL, with the messages in it."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    for body in MESSAGES:  # one by one: goaws takes no batches
        sqs.send_message(QueueUrl=url, MessageBody=body)
    return url


def config_for(wire, directory):
    """The preset, with the wire pinned, so that `auto` cannot hide what fails."""
    preset = (SOURCE / "examples/logins.yaml").read_text()
    pinned = preset.replace("protocol: auto", f"protocol: {wire}")
    if pinned == preset:
        sys.exit("the preset logins has no `protocol: auto` any more")
    path = pathlib.Path(directory) / "moretta.yaml"
    path.write_text(pinned)
    return path


def drain(moretta, config, environment):
    done = subprocess.run([moretta, "drain", "--config", config, "--json", "--log-level", "error"],
                          env=environment, capture_output=True, text=True, timeout=DRAIN_S_MAX)
    sys.stderr.write(done.stderr)
    expect("exit code of drain", done.returncode, EXIT_REJECTS)
    return json.loads(done.stdout.splitlines()[-1])


def expect_empty(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + EMPTY_S_MAX
    while True:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        left = sum(int(counts.get(name, 0)) for name in names)
        if left == 0 or time.monotonic() > deadline:
            expect("messages left in the queue", left, 0)
            return
        time.sleep(0.2)


def expect_rows(database_url):
    logins = [json.loads(line) for line in MESSAGES]
    ips = [login["ip"] for login in logins if "ip" in login]
    wanted = sorted(hashlib.md5(ip.encode()).hexdigest() for ip in ips)
    tokens = psql(database_url, "SELECT masked_ip FROM user_logins ORDER BY masked_ip COLLATE \"C\"")
    expect("rows", len(tokens), ROWS)
    expect("the tokens are the MD5 of the addresses", tokens == wanted, True)
    expect("create_date is today or yesterday, in UTC",
           psql(database_url, "SELECT DISTINCT (now() AT TIME ZONE 'UTC')::date - create_date <= 1 "
                              "FROM user_logins"), ["t"])
    expect("quarantined", psql(database_url, "SELECT count(*) FROM moretta_quarantine"), ["1"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--moretta", required=True)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--wire", required=True, choices=["json", "query"])
    parser.add_argument("--database-url", required=True)
    options = parser.parse_args()

    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_SQS": options.endpoint,
        "DATABASE_URL": options.database_url,
        "SECRET_KEY": os.urandom(32).hex(),
    }
    sqs = boto3.client("sqs", endpoint_url=options.endpoint, region_name="us-east-1",
                       aws_access_key_id="test", aws_secret_access_key="test")
    url = new_queue(sqs, f"compat-{options.wire}")
    environment["QUEUE_URL"] = url
    with tempfile.TemporaryDirectory() as directory:
        config = config_for(options.wire, directory)
        subprocess.run([options.moretta, "schema", "--config", config, "--apply"], check=True,
                       env=environment, capture_output=True)
        summary = drain(options.moretta, config, environment)

    expect("stored", summary["stored"], ROWS)
    expect("quarantined", summary["quarantined"], 1)
    expect_rows(options.database_url)
    expect_empty(sqs, url)


main()
