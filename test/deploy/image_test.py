"""The Dockerfile without an engine: what it copies is enough to compile, what it installs enough to start.

`./dev containers` builds and runs the image for real.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import artefacts

DOCKERFILE = (artefacts.ROOT / "Dockerfile").read_text()


def run(*command, **how):
    return subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, **how)


def copied():
    """(what, where to) of each line that copies from the source tree."""
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M):
        *parts, target = line.split()
        for part in parts:
            yield part, f"{target}{pathlib.Path(part).name}" if target.endswith("/") else target


class Image(unittest.TestCase):
    def test_everything_that_it_copies_is_sent_to_the_engine(self):
        allowed = re.findall(r"^!(.*)$", (artefacts.ROOT / ".dockerignore").read_text(), re.M)

        self.assertEqual({part for part, _ in copied()}, set(allowed))

    def test_what_it_copies_can_be_configured(self):
        done = self.configure(copied())

        self.assertEqual(done.returncode, 0, done.stderr[-2000:])

    def test_a_file_that_is_not_copied_would_be_noticed(self):
        done = self.configure(pair for pair in copied() if pair[0] != "docs/reasons.md")

        self.assertIn("docs/reasons.md", done.stderr)

    def configure(self, parts):
        with tempfile.TemporaryDirectory() as folder:
            for part, target in parts:
                source, target = artefacts.ROOT / part, pathlib.Path(folder) / target
                target = target / source.name if target.is_dir() and source.is_file() else target
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
            return run("cmake", "--preset", "release", cwd=folder)

    def test_installs_every_library_that_the_program_asks_for(self):
        binaries = pathlib.Path(os.environ.get("MORETTA_BIN", artefacts.ROOT / "build" / "release"))
        if not (binaries / "moretta").exists():
            self.skipTest(f"no moretta in {binaries}")
        needed = re.findall(r"NEEDED +(\S+)", run("objdump", "-p", str(binaries / "moretta")).stdout)
        installed = re.search(r"apt-get install -y --no-install-recommends \\\n(.*?)&&", DOCKERFILE, re.S).group(1)

        machine = run("c++", "-print-multiarch").stdout.strip()
        for library in needed:
            owner = run("dpkg-query", "--search", f"*/{machine}/{library}").stdout.split(":")[0]
            with self.subTest(library=library):
                self.assertIn(owner, installed.split() + ["libc6", "libgcc-s1", "libstdc++6"])


if __name__ == "__main__":
    unittest.main()
