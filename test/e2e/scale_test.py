"""One queue, one Postgres, many who do not know each other: services and Lambda sandboxes, with kills.

MORETTA_SCALE_MESSAGES makes it larger by hand.
"""

import os
import random
import signal
import time
import unittest

from event_source import EventSource
from harness import EndToEnd, WAIT_MAX_S, eventually, logins
from lambda_api import Function

MESSAGES = int(os.environ.get("MORETTA_SCALE_MESSAGES", "3000"))
BAD_EVERY = 50
SANDBOXES = 3
SERVICES = 2


class Scale(EndToEnd):
    def test_services_and_sandboxes_share_a_queue_and_store_each_message_once(self):
        self.open_queue(VisibilityTimeout=5)
        self.create_tables()
        self.env["LAMBDA_TASK_ROOT"] = str(self.folder)
        good = logins(MESSAGES)
        bad = ["not JSON"] * (MESSAGES // BAD_EVERY)
        bodies = good + bad
        random.Random(7).shuffle(bodies)
        self.queue.send(self.queue_url, bodies)

        sandboxes = [Function(self.folder, self.env) for _ in range(SANDBOXES)]
        for sandbox in sandboxes:
            self.addCleanup(sandbox.close)
            sandbox.start()
        sources = [EventSource(self.queue, self.queue_url, sandbox) for sandbox in sandboxes]
        services = [self.start("run", "--lanes", "1") for _ in range(SERVICES)]
        kills = self.kill_now_and_then(sandboxes, services)
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "the queue is empty",
                   within=WAIT_MAX_S + MESSAGES / 100)
        for source in sources:
            source.close()

        self.assert_every_login_once(MESSAGES)
        self.assertEqual(self.count("moretta_quarantine"), len(bad))
        self.assertGreater(kills, 0)
        self.assertGreater(sum(source.deleted for source in sources), 0)
        self.assertEqual([violation for sandbox in sandboxes for violation in sandbox.api.violations], [])

    def kill_now_and_then(self, sandboxes, services):
        """As long as there is work to interrupt; a killed service starts again, as do sandboxes."""
        kills = 0
        dice = random.Random(11)
        while kills < 6 and self.count() < MESSAGES * 0.8:
            before = self.count()
            time.sleep(0.2)
            if self.count() == before:
                continue  # nobody is at work yet
            victim = dice.randrange(SANDBOXES + SERVICES)
            if victim < SANDBOXES:
                child = sandboxes[victim].child
                if child is not None:
                    child.send_signal(signal.SIGKILL)
            else:
                services[victim - SANDBOXES].send_signal(signal.SIGKILL)
                services[victim - SANDBOXES].wait()
                services[victim - SANDBOXES] = self.start("run", "--lanes", "1")
            kills += 1
        return kills


if __name__ == "__main__":
    unittest.main()
