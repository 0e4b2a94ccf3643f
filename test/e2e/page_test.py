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


class Page(StatusWorld):
    def setUp(self):
        super().setUp()
        self.postgres = Postgres()  # of its own: it goes away
        self.addCleanup(self.postgres.close)
        self.postgres.run("postgres", f"CREATE DATABASE {self.database}")
        self.env["DATABASE_URL"] = self.database_url = self.postgres.url(self.database)
        self.open_queue()
        self.run_with_status("--lanes", "3")
        self.browser = Browser(self.folder)
        self.addCleanup(self.browser.close)
        self.url = f"http://127.0.0.1:{self.port}/"

    def test_says_what_the_metrics_say_while_messages_flow(self):
        self.browser.do("open", url=self.url)
        names = ["received", "stored", "duplicate", "quarantined", "returned"]
        for start in range(0, 3000, 1000):
            self.queue.send(self.queue_url, logins(1000, start) + ["[]", login(start, user_id=...)])
            before = self.metrics()
            time.sleep(1.5)  # the page asks anew every 0.7 s
            shown = {name: number(text) for name, text in self.browser.do("texts", ids=names).items()}
            after = self.metrics()

            for name in names:
                series = ("moretta_messages_received_total" if name == "received"
                          else f'moretta_messages_total{{outcome="{name}"}}')
                self.assertLessEqual(before[series], shown[name], name)
                self.assertGreaterEqual(after[series], shown[name], name)
        eventually(lambda: number(self.browser.text("stored")) == 3000, "the page shows all stored")
        self.assertIn("missing_key", self.browser.text("rejects"))
        self.assertIn("set required: false", self.browser.text("rejects"), "the documents' advice")
        self.assertIn("aes-siv in ip", self.browser.text("columns"))

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

    def test_asks_nobody_else_and_runs_without_an_error(self):
        self.browser.do("open", url=self.url)
        eventually(lambda: self.browser.text("version") != "–", "it shows the version")
        self.browser.do("press", id="plot-rate", key="ArrowLeft")

        asked = self.browser.do("requests")

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

    def test_walks_through_a_plot_by_keyboard(self):
        self.browser.do("open", url=self.url)

        label = eventually(
            lambda: re.match(r"\d\d:\d\d:\d\d", self.browser.do(
                "press", id="plot-lag", key="ArrowLeft")["label"]), "a moment is read out")

        self.assertIsNotNone(label)


if __name__ == "__main__":
    unittest.main()
