"""The systemd unit, judged by systemd-analyze."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import artefacts

UNIT = artefacts.DEPLOY / "systemd" / "moretta.service"
EXPOSURE_TENTHS_MAX = 15  # of 100; what a network service without a root image of its own can reach


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)


class Systemd(unittest.TestCase):
    def test_unit_is_one_that_systemd_takes(self):
        done = self.verify(UNIT.read_text())

        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_wrong_unit_would_be_noticed(self):
        done = self.verify(UNIT.read_text().replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"))

        self.assertIn("NoNewPrivilege", done.stderr)

    def verify(self, text):
        """With a program that exists in the place of ours, which is not installed here."""
        self.assertIn("ExecStart=/usr/bin/moretta run", text)
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "moretta.service"
            unit.write_text(text.replace("/usr/bin/moretta run", "/bin/true"))
            return analyze("verify", "--man=no", str(unit))

    def test_exposes_little(self):
        done = analyze("security", "--offline=true", f"--threshold={EXPOSURE_TENTHS_MAX}", str(UNIT))

        self.assertEqual(done.returncode, 0, done.stdout[-200:])
        self.assertRegex(done.stdout, r"Overall exposure level for moretta.service: [01]\.\d OK")

    def test_has_time_to_finish_a_turn(self):
        seconds = int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.M).group(1))

        self.assertGreaterEqual(seconds, 40)

    def test_does_not_try_again_what_cannot_work(self):
        exits = (artefacts.ROOT / "src" / "app" / "exit_code.hpp").read_text()
        hopeless = {re.search(rf"exit_{name} = (\d+)", exits).group(1) for name in ("usage", "config")}

        prevented = re.search(r"^RestartPreventExitStatus=(.*)$", UNIT.read_text(), re.M).group(1)
        self.assertEqual(set(prevented.split()), hopeless)


if __name__ == "__main__":
    unittest.main()
