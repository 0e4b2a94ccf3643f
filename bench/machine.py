"""What a figure was taken on."""

import os
import pathlib
import platform
import statistics
import subprocess
import time

import world

SYNCS = 100


def _first(path, name):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip() or line.partition("=")[2].strip('"')
    return "unknown"


def _said(*command, folder=None):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    except FileNotFoundError:
        return None
    return (done.stdout or done.stderr).strip() if done.returncode == 0 else None


def commit():
    return _said("git", "describe", "--always", "--dirty", "--abbrev=12", folder=world.harness.ROOT) or "unknown"


def description(data):
    return {"processor": _first("/proc/cpuinfo", "model name"), "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "system": _first("/etc/os-release", "PRETTY_NAME"), "kernel": platform.release(),
            "load_at_start": round(os.getloadavg()[0], 2), "fdatasync_ms": _sync_ms(data)}


def _sync_ms(folder):
    """The median of writing a page and waiting for the disk: what a commit cannot be faster than."""
    path, taken = pathlib.Path(folder) / "sync.probe", []
    with open(path, "wb", buffering=0) as file:
        for _ in range(SYNCS):
            start = time.monotonic()
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            taken.append((time.monotonic() - start) * 1000)
    path.unlink()
    return round(statistics.median(taken), 3)


def versions(postgres):
    found = {"moretta": (_said(world.harness.program("moretta"), "--version") or "unknown").removeprefix("moretta "),
             "PostgreSQL": postgres.run("postgres", "SHOW server_version")[0][0],
             "compiler": (_said("c++", "--version") or "unknown").splitlines()[0]}
    for package in ("libcurl4", "libssl3", "libpq5", "libsimdjson14"):
        found[package] = _said("dpkg-query", "-W", "-f", "${Version}", package) or "unknown"
    return found
