#!/usr/bin/env python3
"""Makes docs/images out of real runs: what the demo says, and the status page under load.

`./dev pictures` runs it with the binaries of build/release, or of MORETTA_BIN.
"""

import pathlib
import subprocess
import sys
import time
import unittest
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LOAD_S = 90  # a point of the page's plots is five seconds

sys.path.insert(0, str(ROOT / "test" / "e2e"))

import harness  # noqa: E402
from harness import login, logins  # noqa: E402
from page_test import PageWorld  # noqa: E402

NO_BREAK = "\u00a0"
ROW, LINE, TOP, LEFT = 7.25, 17, 44, 18  # of a character at 12 px, in px


def terminal_svg(command, text):
    """The text as a terminal shows it, with spaces that no browser draws together."""
    lines = [f"$ {command}", ""] + [line.rstrip() for line in text.rstrip().splitlines()]
    width = max(len(line) for line in lines) * ROW + 2 * LEFT
    height = len(lines) * LINE + TOP + LEFT
    shown = "\n".join(
        f'<text x="{LEFT}" y="{TOP + LINE * number}">{escape(line.replace(" ", NO_BREAK))}</text>'
        for number, line in enumerate(lines, 1) if line)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">
<rect width="100%" height="100%" rx="10" fill="#1d1c1f"/>
<circle cx="22" cy="20" r="6" fill="#e08aa5"/><circle cx="42" cy="20" r="6" fill="#eeb25e"/><circle cx="62" cy="20" r="6" fill="#5fcbb8"/>
<g fill="#eceae6" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="12">
{shown}
</g>
</svg>
"""


class Pictures(PageWorld):
    def test_of_the_demo(self):
        done = subprocess.run([harness.program("moretta"), "demo"], capture_output=True, text=True,
                              env=harness.clean_environment(), timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        shown = done.stdout.split("\nThe same with your own queue")[0]
        (IMAGES / "demo.svg").write_text(terminal_svg("./dev demo", shown))

    def test_of_the_page(self):
        began = time.monotonic()
        number = 0
        while time.monotonic() < began + LOAD_S:
            burst = 300 + 60 * (number % 7)
            self.queue.send(self.queue_url, logins(burst, 1000 * number) + [login(1, user_id=...), "[]"])
            number += 1
        self.browser.do("open", url=self.url, width=1280, height=940)
        harness.eventually(lambda: "missing_key" in self.browser.text("rejects"), "it shows rejects")
        time.sleep(2)  # two readings: rates stand, and the plots are drawn
        self.browser.do("shot", path=str(IMAGES / "page.png"), whole=False)


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    unittest.main()
