"""The status page in a real browser: it says what the metrics say, shows an outage, and asks nobody else."""

import json
import os
import re
import shutil
import subprocess
import time
import unittest

import harness
from harness import EndToEnd, Postgres, clean_environment, eventually, login, logins
from status_test import StatusWorld

BROWSER = harness.ROOT / "test" / "browser"


class Browser:
    """test/browser/browser.mjs at the other end of a pipe."""

    def __init__(self, folder):
        if not (BROWSER / "node_modules").exists():
            raise FileNotFoundError("no test/browser/node_modules: ./dev setup test installs it")
        env = clean_environment({"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(folder)})
        self._process = subprocess.Popen(
            [shutil.which("node"), "browser.mjs"], cwd=BROWSER, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, what, **order):
        self._process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer

    def text(self, name):
        return self.do("texts", ids=[name])[name]

    def close(self):
        self._process.stdin.close()
        self._process.wait(harness.WAIT_MAX_S)
        self._process.stdout.close()


def number(text):
    return int(re.sub(r"\D", "", text) or 0)


class PageWorld(StatusWorld):
    def setUp(self):
        super().setUp()
        self.open_queue()
        self.use_database()
        self.run_with_status("--lanes", "3")
        self.browser = Browser(self.folder)
        self.addCleanup(self.browser.close)
        self.url = f"http://127.0.0.1:{self.port}/"

    def use_database(self):
        """The one that all tests share."""


class Page(PageWorld):
    series = {"received": "moretta_messages_received_total",
              **{name: f'moretta_messages_total{{outcome="{name}"}}'
                 for name in ("stored", "duplicate", "quarantined", "returned")}}

    def shown_since(self, metrics):
        """What the page shows, once none of it is older than these metrics."""
        texts = self.browser.do("texts", ids=list(self.series))
        shown = {name: number(text) for name, text in texts.items()}
        is_new = all(shown[name] >= metrics[self.series[name]] for name in shown)
        return shown if is_new else None

    def test_says_what_the_metrics_say_while_messages_flow(self):
        self.browser.do("open", url=self.url)
        for start in range(0, 3000, 1000):
            self.queue.send(self.queue_url, logins(1000, start) + ["[]", login(start, user_id=...)])
            before = self.metrics()
            shown = eventually(lambda: self.shown_since(before), "the page is as new as the metrics")
            after = self.metrics()

            for name, number_shown in shown.items():
                self.assertLessEqual(number_shown, after[self.series[name]], name)
        eventually(lambda: number(self.browser.text("stored")) == 3000, "the page shows all stored")
        self.assertIn("missing_key", self.browser.text("rejects"))
        self.assertIn("set required: false", self.browser.text("rejects"), "the documents' advice")
        self.assertIn("aes-siv in ip", self.browser.text("columns"))

    def test_asks_nobody_else_and_is_walked_through_by_keyboard(self):
        self.browser.do("open", url=self.url)
        eventually(lambda: self.browser.text("version") != "–", "it shows the version")
        label = eventually(
            lambda: re.match(r"\d\d:\d\d:\d\d", self.browser.do(
                "press", id="plot-lag", key="ArrowLeft")["label"]), "a moment is read out")

        asked = self.browser.do("requests")

        self.assertIsNotNone(label)
        for url in asked["urls"]:
            self.assertTrue(url.startswith(self.url) or url.startswith("data:"), url)
        self.assertEqual(asked["errors"], [])

    def test_is_legible_and_reachable_in_both_themes_at_three_widths(self):
        self.queue.send(self.queue_url, logins(500) + ["[]", login(7, user_id=...)])
        eventually(lambda: self.stored() == 500, "all are stored")
        shots = os.environ.get("MORETTA_SHOTS")
        for theme in ("light", "dark"):
            for width in (375, 820, 1440):
                self.browser.do("open", url=self.url, width=width, theme=theme)
                eventually(lambda: number(self.browser.text("stored")) == 500, "the figures are there")
                eventually(lambda: "missing_key" in self.browser.text("rejects"), "and the rejects")

                self.assertEqual(self.browser.do("audit")["faults"], [], f"{theme} {width}")
                if shots:
                    self.browser.do("shot", path=f"{shots}/{theme}-{width}.png")


class Outage(PageWorld):
    def use_database(self):
        self.move_to(Postgres())
        self.addCleanup(self.postgres.close)

    def test_shows_an_outage_and_its_end(self):
        self.browser.do("open", url=self.url)
        eventually(lambda: self.browser.text("says") == "working", "it works")

        self.postgres.stop()
        self.queue.send(self.queue_url, logins(2))
        eventually(lambda: self.metrics()['moretta_outage{of="database"}'] == 1, "the lane notices")
        began = time.monotonic()
        eventually(lambda: "holding 2 messages" in self.browser.text("says"), "the page says so")
        shown_after = time.monotonic() - began
        self.postgres.start()
        eventually(lambda: self.browser.text("says") == "working", "the page says that it is over")

        print(f"an outage is on the page {shown_after:.2f} s after the lane noticed")
        eventually(lambda: number(self.browser.text("stored")) == 2, "what was held is stored")


if __name__ == "__main__":
    unittest.main()
