"""The Debian packages: clean by lintian, installed by apt in a new Debian 12, used, removed.

`./dev packages` makes them and runs this. MORETTA_PACKAGES names their folder.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import lambda_zip
from lambda_zip import harness

FOLDER = pathlib.Path(os.environ.get("MORETTA_PACKAGES")
                      or lambda_zip.ROOT / "build" / "package").resolve()


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600,
                          check=False, **options)


def package(name):
    found = sorted(FOLDER.glob(f"{name}_*.deb"))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} packages {name}_*.deb in {FOLDER}: ./dev package deb")
    return found[0]


def files_of(deb):
    listing = run("dpkg", "--contents", deb).stdout
    return {line.split()[5].removeprefix("."): line.split()[0] for line in listing.splitlines()}


class Packages(unittest.TestCase):
    def test_lintian_finds_nothing(self):
        done = run("lintian", "--allow-root", "--fail-on", "error,warning", package("moretta"),
                   package("moretta-unmask"))

        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_what_moves_messages_cannot_unmask(self):
        self.assertIn("/usr/bin/moretta", files_of(package("moretta")))
        self.assertNotIn("/usr/bin/moretta-unmask", files_of(package("moretta")))
        self.assertIn("/usr/bin/moretta-unmask", files_of(package("moretta-unmask")))

    def test_libraries_are_dependencies_with_versions(self):
        for name in ("moretta", "moretta-unmask"):
            depends = run("dpkg-deb", "--field", package(name), "Depends").stdout
            for library in ("libc6 (>=", "libpq5 (>=", "libssl3 (>="):
                self.assertIn(library, depends, name)

    def test_configuration_of_the_service_is_kept_at_upgrades(self):
        done = run("dpkg-deb", "--info", package("moretta"), "conffiles")

        self.assertEqual(done.stdout, "/etc/default/moretta\n")


@unittest.skipUnless(os.geteuid() == 0, "a root of its own needs root")
class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="moretta-deb."))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        debs = [package("moretta"), package("moretta-unmask")]
        done = run("mmdebstrap", "--quiet", "--variant=minbase", "--include=systemd",
                   f"--customize-hook=copy-in {debs[0]} {debs[1]} /var/tmp",
                   '--customize-hook=chroot "$1" apt-get install --yes --no-install-recommends '
                   + " ".join(f"/var/tmp/{d.name}" for d in debs), "bookworm", cls.root)
        if done.returncode != 0:
            raise AssertionError(f"cannot install: {done.stderr[-2000:]}")

    def there(self, *command, user=None, **options):
        as_user = [f"--userspec={user}:{user}"] if user else []
        return run("/usr/sbin/chroot", *as_user, self.root, *command,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                        "SECRET_KEY": harness.SECRET_KEY}, **options)

    def test_1_both_programs_start(self):
        for name in ("moretta", "moretta-unmask"):
            done = self.there(name, "--version")

            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, rf"^{name} \d")

    def test_2_runs_as_a_user_of_its_own(self):
        owner = self.there("getent", "passwd", "moretta").stdout.split(":")

        self.assertLess(int(owner[2]), 1000)
        self.assertEqual(owner[6], "/usr/sbin/nologin\n")
        done = self.there("moretta", "mask", "--preset", "logins-keyed", user="moretta",
                          input=harness.MESSAGES.read_text())
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (3, 99), done.stderr)

    def test_3_unit_is_one_that_systemd_takes(self):
        done = run("systemd-analyze", "verify", "--man=no", f"--root={self.root}",
                   "/lib/systemd/system/moretta.service")

        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_4_is_not_started_without_a_configuration(self):
        enabled = list(self.root.glob("etc/systemd/system/*.wants/moretta.service"))

        self.assertEqual(enabled, [])

    def test_5_purge_leaves_the_key_and_nothing_else_of_ours(self):
        key = self.root / "etc/moretta/key"
        key.write_text(harness.OTHER_KEY)

        done = self.there("dpkg", "--purge", "moretta")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(key.read_text(), harness.OTHER_KEY)
        self.assertFalse((self.root / "etc/default/moretta").exists())
        self.assertFalse((self.root / "usr/bin/moretta").exists())


if __name__ == "__main__":
    unittest.main()
