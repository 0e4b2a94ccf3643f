#!/usr/bin/python3
"""How long until somebody can see that Postgres is away, and that it is back: log, /readyz, /metrics, the page.

    bench/visible.py [--rounds N]      binaries of MORETTA_BIN, else build/release

Away: from the crash of the server (SIGQUIT), with a message every 20 ms. Back: from the moment that the
server lets others in.
"""

import argparse
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "e2e"))
import signal  # noqa: E402

from harness import Postgres, eventually, login  # noqa: E402
from page_test import Browser  # noqa: E402
from status_test import StatusWorld  # noqa: E402

MESSAGE_EVERY_S = 0.02
LOOK_EVERY_S = 0.01
LOOK_MAX_S = 60


class World(StatusWorld):
    def runTest(self):
        pass

    def begin(self):
        self.move_to(Postgres())
        self.addCleanup(self.postgres.close)
        self.open_queue()
        self.worker = self.run_with_status("--lanes", "4")
        self.browser = Browser(self.folder)
        self.addCleanup(self.browser.close)
        self.browser.do("open", url=f"http://127.0.0.1:{self.port}/")
        self.is_over = threading.Event()
        sender = threading.Thread(target=self.send_always)
        sender.start()
        self.addCleanup(sender.join)
        self.addCleanup(self.is_over.set)

    def send_always(self):
        number = 0
        while not self.is_over.wait(MESSAGE_EVERY_S):
            self.queue.send(self.queue_url, [login(number)])
            number += 1

    def until(self, start, signs):
        """Seconds from `start` until each of the signs was first there."""
        seen = {}

        def look(name, is_there):
            while name not in seen and time.monotonic() - start < LOOK_MAX_S:
                if is_there():
                    seen[name] = time.monotonic() - start
                time.sleep(LOOK_EVERY_S)

        threads = [threading.Thread(target=look, args=sign) for sign in signs.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen

    def round(self):
        eventually(lambda: self.get("/readyz")[0] == 200 and self.browser.text("says") == "working", "it works")
        said = self.worker.err.count(b'"unavailable"'), self.worker.err.count(b'"recovered"')
        start = time.monotonic()
        self.postgres.stop(signal.SIGQUIT)
        away = self.until(start, {
            "log": lambda: self.worker.err.count(b'"unavailable"') > said[0],
            "/readyz": lambda: self.get("/readyz")[0] == 503,
            "/metrics": lambda: self.metrics()['moretta_outage{of="database"}'] == 1,
            "page": lambda: self.browser.text("says").startswith(("degraded", "holding", "waiting"))})
        self.postgres.start()
        start = time.monotonic()
        back = self.until(start, {
            "log": lambda: self.worker.err.count(b'"recovered"') > said[1],
            "/readyz": lambda: self.get("/readyz")[0] == 200,
            "/metrics": lambda: self.metrics()['moretta_outage{of="database"}'] == 0,
            "page": lambda: self.browser.text("says") == "working"})
        return away, back


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    World.setUpClass()
    world = World()
    try:
        world.setUp()
        world.begin()
        rounds = [world.round() for _ in range(options.rounds)]
    finally:
        world.doCleanups()
        World.doClassCleanups()
    for title, part in (("away", 0), ("back", 1)):
        for sign in rounds[0][part]:
            times = sorted(one[part][sign] for one in rounds)
            print(f"{title}: {sign:<10} {statistics.median(times):6.2f} s   ({times[0]:.2f} to {times[-1]:.2f}, {len(times)} times)")


if __name__ == "__main__":
    main()
