"""The configurations that stand in deploy/ are ones that the program takes."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import artefacts

sys.path.insert(0, str(artefacts.ROOT / "test" / "e2e"))

import harness  # noqa: E402

# Where the secrets are, on the machines that these are for; and here.
PLACES = {"docker:/run/secrets/moretta/keyset": "env:SECRET_KEY",
          "awssm:${MASKING_KEY_SECRET}": "env:SECRET_KEY",
          "awssm:${DATABASE_SECRET}": "env:DATABASE_PASSWORD"}


class Configurations(unittest.TestCase):
    def check(self, text):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "moretta.yaml"
            config.write_text(text)
            done = subprocess.run(
                [harness.program("moretta"), "check", "--config", str(config)], capture_output=True,
                timeout=60, check=False, env=harness.clean_environment({
                    "SECRET_KEY": harness.SECRET_KEY, "DATABASE_PASSWORD": "secret",
                    "DATABASE_URL": "host=db.internal dbname=app user=moretta",
                    "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/logins"}))
            return harness.Ended(done.returncode, done.stdout, done.stderr)

    def test_all_are_taken(self):
        files = sorted(artefacts.DEPLOY.rglob("moretta.yaml"))

        self.assertEqual(len(files), 2)
        for file in files:
            text = file.read_text()
            for place, here in PLACES.items():
                text = text.replace(place, here)
            with self.subTest(file=file):
                done = self.check(text)
                self.assertEqual(done.code, harness.EXIT_DONE, done)

    def test_a_wrong_one_would_be_noticed(self):
        text = (artefacts.DEPLOY / "lambda" / "moretta.yaml").read_text()

        done = self.check(text.replace("mask: aes-siv", "mask: aes-sieve"))

        self.assertEqual(done.code, harness.EXIT_CONFIG, done)


if __name__ == "__main__":
    unittest.main()
