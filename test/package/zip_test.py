"""The zip of the Lambda function: what is in it, and that it runs where nothing else is."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest
import zipfile

import lambda_zip
from lambda_zip import harness
import tls_postgres


class Content(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.archive = zipfile.ZipFile(lambda_zip.shared_zip())
        cls.entries = {e.filename: e for e in cls.archive.infolist()}

    @classmethod
    def tearDownClass(cls):
        cls.archive.close()

    def test_bootstrap_and_loader_can_be_executed_and_nobody_can_write(self):
        modes = {name: e.external_attr >> 16 for name, e in self.entries.items()}

        self.assertEqual(modes["bootstrap"], stat.S_IFREG | 0o755)
        runs = {name for name, mode in modes.items() if mode & 0o111}
        self.assertEqual(len(runs), 2, runs)
        self.assertFalse({name for name, mode in modes.items() if mode & 0o022})

    def test_size_is_one_that_lambda_takes(self):
        zipped = pathlib.Path(self.archive.filename).stat().st_size

        self.assertLess(zipped, 50 << 20)
        self.assertLess(sum(e.file_size for e in self.entries.values()), 250 << 20)

    def test_every_library_is_in_the_bill_of_materials_with_its_licence(self):
        document = json.loads(self.archive.read("sbom.spdx.json"))
        parts = {p["name"]: p for p in document["packages"] if p["name"] != "moretta"}
        listed = {file for p in parts.values() for file in p["comment"].split(", ")}

        libraries = {n.removeprefix("lib/") for n in self.entries if n.startswith("lib/")}
        self.assertEqual(listed - {"compiled in", "ca-certificates.crt"}, libraries)
        for name, part in parts.items():
            self.assertIn(f"licenses/{name}", self.entries)
            self.assertTrue(part["versionInfo"])
        self.assertIn("licenses/moretta", self.entries)

    def test_every_file_has_the_time_that_was_asked_for(self):
        self.assertEqual({e.date_time for e in self.entries.values()}, {(2023, 11, 14, 22, 13, 20)})

    def test_same_input_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            again = lambda_zip.make_zip(folder)

            self.assertEqual(again.read_bytes(), lambda_zip.shared_zip().read_bytes())


@unittest.skipUnless(os.geteuid() == 0, "a root of its own needs root")
class EmptyRoot(unittest.TestCase):
    """Nothing but the unpacked zip: no shell, no library, no /etc, no /dev, no /proc."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="moretta-root."))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.task_root = lambda_zip.unpack(lambda_zip.shared_zip(), self.root)

    def run_there(self, *arguments, env=None, given=b""):
        done = subprocess.run(
            lambda_zip.in_root(self.root, "/var/task/bootstrap", *arguments), input=given,
            env=lambda_zip.sandbox_environment(env), capture_output=True, timeout=120, check=False)
        return harness.Ended(done.returncode, done.stdout, done.stderr)


class Alone(EmptyRoot):
    def test_starts(self):
        done = self.run_there("--version")

        self.assertEqual(done.code, harness.EXIT_DONE, done)
        self.assertRegex(done.text, r"^moretta \d")

    def test_masks(self):
        done = self.run_there("mask", "--preset", "logins-keyed", given=harness.MESSAGES.read_bytes(),
                              env={"SECRET_KEY": harness.SECRET_KEY})

        self.assertEqual(done.code, harness.EXIT_REJECTS, done)
        self.assertEqual(len(done.text.splitlines()), 99)


class WithTls(EmptyRoot):
    """Beside a Postgres that takes nothing but TLS."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = pathlib.Path(tempfile.mkdtemp(prefix="moretta-tls."))
        cls.addClassCleanup(shutil.rmtree, cls.certificates, ignore_errors=True)
        cls.postgres = tls_postgres.TlsPostgres(cls.certificates)
        cls.addClassCleanup(cls.postgres.close)

    def setUp(self):
        super().setUp()
        self.put_configuration_beside()

    def put_configuration_beside(self):
        shutil.copy(harness.EXAMPLES / "logins-keyed.yaml", self.task_root / "moretta.yaml")
        shutil.copy(self.postgres.ca, self.task_root / "ca.pem")
        shutil.copy(self.postgres.other_ca, self.task_root / "other-ca.pem")
        self.env = {"DATABASE_URL": self.postgres.tls_url("postgres"),
                    "PGPASSWORD": tls_postgres.PASSWORD, "PGSSLROOTCERT": "/var/task/ca.pem",
                    "SECRET_KEY": harness.SECRET_KEY, "MORETTA_CONFIG": "/var/task/moretta.yaml"}


class OverTls:
    """What holds in every root."""

    def test_checks_the_certificate_and_makes_the_tables(self):
        done = self.run_there("schema", "--apply", env=self.env)

        self.assertEqual(done.code, harness.EXIT_DONE, done)
        self.assertEqual(self.postgres.run("postgres", "SELECT count(*) FROM user_logins"), [(0,)])

    def test_refuses_a_server_of_another_authority(self):
        done = self.run_there("schema", "--apply",
                              env={**self.env, "PGSSLROOTCERT": "/var/task/other-ca.pem"})

        self.assertEqual(done.code, harness.EXIT_FAILED, done)
        self.assertIn("certificate verify failed", done.said)


class TlsFromEmptyRoot(OverTls, WithTls):
    pass


if __name__ == "__main__":
    unittest.main()
