#!/usr/bin/python3
"""Lambda on this machine: hands a file of messages to moretta as its event source mapping would.

    tools/try_lambda.py [--batch N] [--timeout SECONDS] FILE.jsonl

Each line is the body of a message. DATABASE_URL and SECRET_KEY as everywhere; MORETTA_CONFIG is
examples/logins-keyed.yaml if it is not set, the binary build/release/moretta if MORETTA_BIN is not.
"""

import argparse
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "e2e"))
from lambda_api import Function, event_of, record  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--timeout", type=int, default=30)
    parser.add_argument("file")
    given = parser.parse_args()
    bodies = pathlib.Path(given.file).read_text().splitlines()
    env = {"MORETTA_CONFIG": str(ROOT / "examples/logins-keyed.yaml"), **os.environ}
    function = Function(pathlib.Path.cwd(), env)
    failed = False
    try:
        for start in range(0, len(bodies), given.batch):
            part = bodies[start:start + given.batch]
            invocation = function.invoke(event_of([record(body) for body in part]), given.timeout)
            answer = invocation.answer.decode() if invocation.answer else \
                f"{invocation.error}: {invocation.error_text or 'the function ended; what it said stands below'}"
            print(f"{len(part)} messages, {(invocation.seconds or 0) * 1000:.1f} ms: {answer}", flush=True)
            failed = failed or not invocation.answer
            if invocation.error == "Runtime.ExitError":
                break
    finally:
        if function.child is not None:
            function.child.end()
            sys.stderr.write(function.said())
        function.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
