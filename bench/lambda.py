#!/usr/bin/python3
"""What moretta costs as a Lambda function, with our Runtime API and a throwaway Postgres on this machine.

    bench/lambda.py [--starts N] [--invocations N]      binaries of MORETTA_BIN, else build/release

Start: from the start of the process to its first request for an invocation. Invocation: from the event's
being handed out to the answer's having come, all of it: HTTP, decoding, masking, the commit.
"""

import argparse
import pathlib
import re
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "e2e"))
from harness import EndToEnd, logins  # noqa: E402
from lambda_api import Function, event_of, record  # noqa: E402


class World(EndToEnd):
    def runTest(self):
        pass


def shown(name, values, unit="ms"):
    values = sorted(values)
    print(f"{name:<34} {statistics.median(values):>9.2f} {unit}   ({values[0]:.2f} to {values[-1]:.2f}, {len(values)} times)",
          flush=True)


def status_kb(pid, name):
    found = re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
    return int(found[1])


def cpu_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 10


def measure_starts(world, count):
    took = []
    for _ in range(count):
        function = Function(world.folder, world.env)
        start = time.monotonic()
        function.start()
        function.api.first_next.wait(10)
        took.append((time.monotonic() - start) * 1000)
        function.close()
    shown("start to the first next", took)


def measure_invocations(world, count, size):
    function = Function(world.folder, world.env)
    start = 0
    took = []
    for number in range(count + 1):
        event = event_of([record(body) for body in logins(size, start)])
        start += size
        invocation = function.invoke(event)
        assert invocation.failed_ids == [], invocation.answer
        if number == 0:
            shown(f"{size} messages, the first time", [invocation.seconds * 1000])
            cpu = cpu_ms(function.child.pid)
        else:
            took.append(invocation.seconds * 1000)
    shown(f"{size} messages, later", took)
    print(f"  CPU of the function {(cpu_ms(function.child.pid) - cpu) * 1000 / (count * size):.1f} us a message, "
          f"memory {status_kb(function.child.pid, 'VmHWM') / 1024:.1f} MB at most", flush=True)
    function.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--invocations", type=int, default=50)
    given = parser.parse_args()
    world = World()
    world.setUp()
    try:
        world.env["LAMBDA_TASK_ROOT"] = str(world.folder)
        world.create_tables()
        measure_starts(world, given.starts)
        for size in (1, 10, 1000, 10_000):
            measure_invocations(world, max(1, given.invocations // (1 + size // 1000)), size)
    finally:
        world.doCleanups()


if __name__ == "__main__":
    main()
