"""Judges moretta as a Lambda function by AWS's own Runtime Interface Emulator.

The 100 messages go in as one batch, then again, then one that is left to the redrive policy. Answers and
rows must be right, and an event that is no batch must fail alone.

    judge_lambda.py --moretta BINARY --emulator BINARY --port PORT --api-port PORT --database-url URL
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "test/e2e"))
from harness import SECRET_KEY, clean_environment, table_sql  # noqa: E402
from lambda_api import event_of, record  # noqa: E402

MESSAGES = (SOURCE / "examples/logins.jsonl").read_text().splitlines()
ROWS = 99  # all but the malformed message
START_S_MAX = 60


def expect(claim, actual, wanted):
    if actual != wanted:
        sys.exit(f"{claim}: {actual!r}, not {wanted!r}")


def psql(database_url, sql):
    done = subprocess.run(
        ["psql", "--no-psqlrc", "-At", "-v", "ON_ERROR_STOP=1", "-d", database_url, "-c", sql],
        check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def invoke(port, event):
    """What the emulator answers; it is asked again until it is there."""
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    end = time.monotonic() + START_S_MAX
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=event.encode()), timeout=60) as answer:
                return answer.read().decode()
        except ConnectionError:
            pass
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
        if time.monotonic() > end:
            sys.exit("the emulator does not answer")
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser()
    for name in ("moretta", "emulator", "port", "api-port", "database-url"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    psql(given.database_url, table_sql())
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "moretta.yaml"
        config.write_text((SOURCE / "examples/logins-keyed.yaml").read_text())
        env = clean_environment({"DATABASE_URL": given.database_url, "SECRET_KEY": SECRET_KEY,
                                 "MORETTA_CONFIG": str(config), "AWS_LAMBDA_FUNCTION_TIMEOUT": "30"})
        subprocess.run([given.moretta, "schema", "--apply"], env=env, check=True, stdout=subprocess.DEVNULL)
        emulator = subprocess.Popen(
            [given.emulator, "--runtime-interface-emulator-address", f"127.0.0.1:{given.port}",
             "--runtime-api-address", f"127.0.0.1:{given.api_port}", os.path.abspath(given.moretta)],
            env=env, cwd=folder, stdout=sys.stderr)
        try:
            judge(given)
        finally:
            emulator.terminate()
            emulator.wait(30)


def judge(given):
    batch = event_of([record(message) for message in MESSAGES])
    nothing_failed = '{"batchItemFailures":[]}'
    expect("the answer to the batch", invoke(given.port, batch), nothing_failed)
    expect("the answer to the batch again", invoke(given.port, batch), nothing_failed)
    expect("rows", psql(given.database_url, "SELECT count(*) FROM user_logins"), [str(ROWS)])
    expect("quarantined", psql(given.database_url, "SELECT count(*) FROM moretta_quarantine"), ["1"])
    refused = json.loads(invoke(given.port, '{"Records":[1]}'))
    expect("the type of an error", refused.get("errorType"), "Moretta.EventRefused")
    damaged = record(MESSAGES[0], md5OfBody="0" * 32)
    expect("the answer to a damaged message", invoke(given.port, event_of([damaged])),
           json.dumps({"batchItemFailures": [{"itemIdentifier": damaged["messageId"]}]},
                      separators=(",", ":")))


if __name__ == "__main__":
    main()
