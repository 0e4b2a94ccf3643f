"""What a process holds at most, however large the messages are. The bounds stand in docs/operations.md."""

import json
import subprocess
import sys
import unittest

import harness
from harness import EXIT_DONE, EXIT_REJECTS, EndToEnd

MIB = 1 << 20
LANE_MIB_MAX = 64  # of turns whose bodies are as large as SQS takes
BASE_MIB_MAX = 64
LOAD_MIB_MAX = 64

# Starts a program and says what it needed at most: the peak of a child, so of nobody else's.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print("peak_kib", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def large(number, size):
    """A login of `size` bytes, half of which are escapes."""
    body = json.loads(harness.login(number))
    body["note"] = ""
    room = size - len(json.dumps(body))
    body["note"] = '"\\' * (room // 4)  # each of the two is written as two
    return json.dumps(body)


class Bounds(EndToEnd):
    def peak_mib(self, command, config, *arguments, ends_with=EXIT_DONE):
        done = subprocess.run([sys.executable, "-c", MEASURED, harness.program("moretta"), command, "-c",
                               str(config), "--no-progress", *arguments],
                              env=self.env, capture_output=True, text=True, timeout=harness.WAIT_MAX_S)
        self.assertEqual(done.returncode, ends_with, done)
        return int(done.stderr.rpartition("peak_kib")[2]) / 1024

    def drained(self, lanes, count):
        """The peak of a drain of so many messages of 1 MiB, each of which has to become a row."""
        self.open_queue()
        config = self.config()
        self.create_tables(config)
        for number in range(count):
            self.queue.send(self.queue_url, [large(number, MIB - 64)])

        peak = self.peak_mib("drain", config, "--lanes", str(lanes))

        self.assert_every_login_once(count)
        print(f"lanes {lanes}: {count} messages of 1 MiB: {peak:.0f} MiB")
        return peak

    def test_of_messages_as_large_as_they_can_be(self):
        count = 160  # a lane that does not look at sizes would come to hold 80 of them
        self.assertLess(self.drained(1, count), BASE_MIB_MAX + LANE_MIB_MAX)

    def test_of_such_messages_in_many_lanes(self):
        lanes = 16
        self.assertLess(self.drained(lanes, 20 * lanes), BASE_MIB_MAX + lanes * LANE_MIB_MAX)

    def test_of_lines_larger_than_messages_can_be(self):
        config = self.config()
        self.create_tables(config)
        path = self.folder / "large.jsonl"
        path.write_text("\n".join([large(1, MIB - 64), large(2, 10 * MIB), large(3, MIB - 64)]) + "\n")

        peak = self.peak_mib("load", config, "--sent-at", "2023-11-15T12:00:00Z", str(path),
                             ends_with=EXIT_REJECTS)

        self.assertEqual(self.count(), 2)
        print(f"load of a line of 10 MiB: {peak:.0f} MiB")
        self.assertLess(peak, LOAD_MIB_MAX)


if __name__ == "__main__":
    unittest.main()
