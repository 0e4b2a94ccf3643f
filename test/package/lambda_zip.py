"""The zip of the Lambda function, made once for all tests, and places to run it in."""

import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "e2e"))

import harness  # noqa: E402

EPOCH = 1700000000
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
TASK_ROOT = "var/task"  # below the root of a sandbox

# What Lambda sets: its own, older libraries come first there.
LIBRARY_PATH = ("/lib64:/usr/lib64:/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu:/var/runtime:"
                "/var/runtime/lib:/var/task:/var/task/lib:/opt/lib")


def make_zip(folder, *beside):
    """Out of the binary under test."""
    out = pathlib.Path(folder) / f"moretta-lambda-{ARCHITECTURE}.zip"
    done = subprocess.run(
        ["/usr/bin/python3", "-B", str(ROOT / "tools" / "package" / "lambda_zip.py"),
         "--program", harness.program("moretta"), "--arch", ARCHITECTURE, "--version", "0",
         "--epoch", str(EPOCH), "--out", str(out), *map(str, beside)],
        capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise AssertionError(f"lambda_zip.py ended with {done.returncode}\n{done.stderr}")
    return out


@functools.cache
def shared_zip():
    folder = tempfile.mkdtemp(prefix="moretta-zip.")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_zip(folder)


def unpack(archive, root):
    """To /var/task of a root, modes and all, as Lambda does."""
    task_root = pathlib.Path(root) / TASK_ROOT
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            target = pathlib.Path(opened.extract(entry, task_root))
            target.chmod(entry.external_attr >> 16 & 0o7777)
    return task_root


def in_root(root, *command):
    """The command line that runs a program in there, with nothing of this system but its network."""
    return ["/usr/sbin/chroot", str(root), *command]


def sandbox_environment(more=None):
    """Of a function, as AWS documents it. No PATH of ours, no home."""
    return {"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
            "LD_LIBRARY_PATH": LIBRARY_PATH, "LAMBDA_TASK_ROOT": "/" + TASK_ROOT,
            "LAMBDA_RUNTIME_DIR": "/var/runtime", "_HANDLER": "bootstrap",
            "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_LAMBDA_FUNCTION_NAME": "moretta", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test", **(more or {})}
