"""docs/guide.md, every command of it, in order, as a newcomer types them."""

import os
import pathlib
import re
import subprocess
import unittest

import harness
from harness import EndToEnd


def script():
    """The commands, each group said before it runs, and the local queue ended with the shell."""
    text = (harness.ROOT / "docs" / "guide.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    return "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n" + "\n".join(blocks)


class Guide(EndToEnd):
    def test_leads_from_a_sample_to_a_table(self):
        port = harness.free_port()
        tools = pathlib.Path(self.folder) / "bin"
        tools.mkdir()
        (tools / "moretta").symlink_to(harness.program("moretta"))
        env = {**self.env, "PATH": f"{tools}:{os.environ['PATH']}"}
        for name in ("SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
            env.pop(name)

        done = subprocess.run(["bash", "-c", script().replace("9324", str(port))], env=env,
                              cwd=self.folder, capture_output=True, text=True, timeout=120)

        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        self.assertIn("2 passed, 0 failed", said)
        self.assertRegex(said, r"received +5\b|5 received")
        self.assertIn("5  give another row", said)
        self.assertIn("changed masked_session: 5", said)
        rows = self.sql("SELECT masked_email, total FROM cart_events ORDER BY at")
        self.assertEqual(len(rows), 5)
        self.assertEqual(rows[0][0], rows[2][0], "one person, however the address is written")
        for clear in ("ana.ruiz", "203.0.113", "600 123"):
            self.assertNotIn(clear, said)
            self.assertNotIn(clear, str(rows))


if __name__ == "__main__":
    unittest.main()
