"""Which shared libraries a program needs, for any architecture: read from the files, not by running."""

import pathlib
import re
import subprocess


def _readelf(flag, path):
    return subprocess.run(["readelf", "-W", flag, str(path)], capture_output=True, text=True,
                          check=True).stdout


def needed(path):
    return re.findall(r"\(NEEDED\)\s+Shared library: \[(.+)\]", _readelf("-d", path))


def interpreter(path):
    """The loader that the program asks for."""
    return re.search(r"\[Requesting program interpreter: (.+)\]", _readelf("-l", path)).group(1)


def closure(program, folders):
    """{name: file} of everything that the program needs, the loader included."""
    found = {}
    loader = pathlib.PurePosixPath(interpreter(program)).name
    waiting = [loader, *needed(program)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        file = next((folder / name for folder in folders if (folder / name).exists()), None)
        if file is None:
            raise SystemExit(f"cannot find {name}, which {program} needs, in "
                             + ", ".join(map(str, folders)))
        found[name] = file
        waiting += needed(file)
    return found
