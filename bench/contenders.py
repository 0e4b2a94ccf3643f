"""The contenders: one folder each in contenders/, with a contender.json and a README that says why its
configuration is fair.

    title      what the tables call it
    promise    once: exactly one row a message, whatever the queue does; at-least-once
    tokens     md5 or keyed: what the masked columns have to hold
    messages   how many by delay in ms, for slow ones fewer
    parallel   lanes, threads or consumers by delay in ms; {parallel} in commands
    runs       how many times each
    fetch      a command that brings what Debian does not have; if it fails the contender is skipped
    before     commands that prepare a database
    run        the command that moves messages until SIGTERM
    version    a command that prints its version
    peers      true: only with --peers

In commands, {folder} is the contender's, {moretta} our binary, {examples} our examples, {build} a folder that
outlives the run.
"""

import dataclasses
import json
import os
import pathlib
import subprocess

import world

BENCH = pathlib.Path(__file__).resolve().parent
BUILD = world.harness.ROOT / "build" / "bench"
FETCH_MAX_S = 3600  # compiling a peer takes long on two cores
VERSION_MAX_S = 60


class Skipped(Exception):
    """Why a contender cannot take part here."""


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    folder: pathlib.Path
    title: str
    promise: str
    tokens: str
    messages: dict
    parallel: dict
    run: list
    version: list
    runs: int = 1
    fetch: list = dataclasses.field(default_factory=list)
    before: list = dataclasses.field(default_factory=list)
    peers: bool = False

    def command(self, words, parallel=1):
        places = {"folder": self.folder, "examples": world.harness.EXAMPLES, "build": BUILD,
                  "moretta": world.harness.BIN / "moretta", "parallel": parallel}
        return [word.format(**places) for word in words]

    def get_ready(self):
        """Fetches what it needs; its version. Throws Skipped."""
        if self.fetch:
            BUILD.mkdir(parents=True, exist_ok=True)
            _run(self.command(self.fetch), self.folder, FETCH_MAX_S)
        said = _run(self.command(self.version), self.folder, VERSION_MAX_S).strip().splitlines()[0]
        return said.replace("Version: ", f"{self.title} ")


def _run(command, folder, within):
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=within)
    except (FileNotFoundError, PermissionError) as error:
        raise Skipped(f"cannot start {command[0]}: {error.strerror.lower()}") from None
    except subprocess.TimeoutExpired:
        raise Skipped(f"{command[0]} took longer than {within} s") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        raise Skipped(f"{' '.join(command)} ended with {done.returncode} and said: {said[-1]}")
    return done.stdout or done.stderr


def load(folder):
    given = json.loads((folder / "contender.json").read_text())
    for key in ("messages", "parallel"):
        given[key] = {int(delay): value for delay, value in given[key].items()}
    return Contender(name=folder.name, folder=folder, **given)


def load_all(extra=None):
    """In the order of the tables: moretta first, then as the names go. `extra` is one more folder of contenders."""
    folders = sorted((BENCH / "contenders").glob("*/contender.json"),
                     key=lambda path: (not path.parent.name.startswith("moretta"), path.parent.name))
    folders += sorted(pathlib.Path(extra).glob("*/contender.json")) if extra else []
    return [load(path.parent) for path in folders]


def environment(queue, database_url):
    """All that a contender gets to know."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LANG": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true", "SECRET_KEY": world.harness.SECRET_KEY,
            "DATABASE_URL": database_url, **queue.environment()}
