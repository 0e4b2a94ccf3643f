"""The zip in a root file system whose C library (2.31) is older than Amazon Linux 2023's (2.34).

Its own libraries of the same names come first in LD_LIBRARY_PATH, as they do on Lambda; the package's
must be taken nevertheless. `./dev packages` runs this: it makes the root with mmdebstrap.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import lambda_zip
import zip_test

SUITE = "bullseye"
TRAPS = "libcurl4,libpq5,libssl1.1,libstdc++6,libkrb5-3"


def make_root(folder):
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={TRAPS}", SUITE, str(folder)],
        capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise unittest.SkipTest(f"no {SUITE} root can be made here: {done.stderr[-300:]}")


class OldRoot(zip_test.OverTls, zip_test.WithTls):
    """All that holds in the empty root, here as well."""

    @classmethod
    def setUpClass(cls):
        cls.template = pathlib.Path(tempfile.mkdtemp(prefix="moretta-old."))
        cls.addClassCleanup(shutil.rmtree, cls.template, ignore_errors=True)
        make_root(cls.template)
        super().setUpClass()

    def setUp(self):
        self.root = self.template
        self.task_root = lambda_zip.unpack(lambda_zip.shared_zip(), self.root)
        self.addCleanup(shutil.rmtree, self.task_root, ignore_errors=True)
        self.put_configuration_beside()

    def test_is_older_than_what_the_program_was_built_for(self):
        libc, = self.root.glob("lib/*-linux-gnu/libc-2.31.so")
        bare = self.root / "tmp" / "moretta"
        shutil.copy(zip_test.harness.program("moretta"), bare)

        done = subprocess.run(lambda_zip.in_root(self.root, "/tmp/moretta", "--version"), env={},
                              capture_output=True, text=True, check=False)

        self.assertTrue(libc.exists())
        self.assertNotEqual(done.returncode, 0, "the bare program starts here: this root proves nothing")

    def test_takes_no_library_of_the_root(self):
        loader, = self.task_root.glob("lib/ld-linux*")
        done = subprocess.run(
            lambda_zip.in_root(self.root, f"/var/task/lib/{loader.name}", "--list",
                               "/var/task/bootstrap"),
            env=lambda_zip.sandbox_environment(), capture_output=True, text=True, check=False)

        taken = [line.split("=>")[1].split()[0] for line in done.stdout.splitlines() if "=>" in line]
        self.assertGreater(len(taken), 10, done.stdout)
        self.assertEqual([t for t in taken if not t.startswith("/var/task/lib/")], [])

if __name__ == "__main__":
    unittest.main()
