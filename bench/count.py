#!/usr/bin/python3
"""Instructions for each message, counted by valgrind: the same on a busy machine as on a quiet one, so a change that costs is seen.

    bench/count.py             counts, compares with bench/instructions.json, fails if one has grown by more than 5%,
                               or if what metrics are made of takes 2% of the lane's or more
    bench/count.py --update    stores what it counted
    bench/count.py --profile   also the functions that it goes into

A program runs with a little work and with more of the same; the difference is the work's own, without what starting up costs. `lane` is
bench_lane_count: all that a lane does in its own process for a message, but for sockets. `mask` is `moretta mask` from a file into nothing.
The kernel's work is in neither, and valgrind knows no SHA extensions: hashes look dearer than they are.
"""

import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

import corpus as corpora

BENCH = pathlib.Path(__file__).resolve().parent
STORED = BENCH / "instructions.json"
PROGRAMS = pathlib.Path(os.environ.get("MORETTA_BIN", BENCH.parent / "build" / "release"))
TOLERANCE = 0.05
METRICS_MAX = 0.02  # of the lane's instructions
TURN_MESSAGES = 1000
TURNS = (2, 12)
MASK_MESSAGES = (1_000, 11_000)
PROFILE_LINES = 45
EXIT_DONE, EXIT_FAILED = 0, 1

# Libraries choose their code by what the processor can do; these take the choice from them, so that
# two machines count the same.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "SECRET_KEY": hashlib.sha256(b"any").hexdigest(),
               "OPENSSL_ia32cap": ":0", "SIMDJSON_FORCE_IMPLEMENTATION": "westmere",
               "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM"}


def instructions(command, profile, lines=None):
    """Of one run of a command."""
    with open(lines or os.devnull, "rb") as standard_input:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *command],
                              stdin=standard_input, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              env=ENVIRONMENT, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or counted is None:
        sys.exit(f"cannot count {' '.join(map(str, command))}: it ended with {done.returncode}\n{done.stderr[-2000:]}")
    return int(counted[1])


def count_lane(profile, *how):
    little, more = (instructions([PROGRAMS / "bench_lane_count", str(turns), *how], profile) for turns in TURNS)
    return (more - little) / ((TURNS[1] - TURNS[0]) * TURN_MESSAGES)


def count_mask(profile):
    command = [PROGRAMS / "moretta", "mask", "--preset", "logins-keyed"]
    with tempfile.TemporaryDirectory(prefix="moretta-count.") as folder:
        little, more = (instructions(command, profile, corpora.corpus(
            corpora.Shape(messages, malformed=0), pathlib.Path(folder)).lines) for messages in MASK_MESSAGES)
    return (more - little) / (MASK_MESSAGES[1] - MASK_MESSAGES[0])


def metrics_verdict(lane, profile):
    """What to say of the counters, histograms and clocks of a lane, and whether it is all right."""
    more = count_lane(profile, "metered") - lane
    text = f"metrics: {more:.0f} instructions a message, {more / lane:.2%} of the lane's"
    return text, more / lane < METRICS_MAX


def show_profile(name, profile):
    annotated = subprocess.run(["callgrind_annotate", "--show-percs=yes", profile], capture_output=True, text=True, check=True)
    print(f"-- {name}")
    print("\n".join(line[:170] for line in annotated.stdout.splitlines()[20:20 + PROFILE_LINES]))


def verdict(name, counted, stored):
    """What to say, and whether it is all right."""
    if stored is None:
        return f"{name}: {counted:.0f} instructions a message; none stored (--update)", False
    change = counted / stored - 1
    text = f"{name}: {counted:.0f} instructions a message, {change:+.1%} of the {stored} stored"
    if change > TOLERANCE:
        return text + f": more than {TOLERANCE:.0%} dearer. Mend it, or store the new value with its reason (--update)", False
    return text + (": store the new value (--update)" if change < -TOLERANCE else ""), True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="store what was counted")
    parser.add_argument("--profile", action="store_true", help="show the functions that it goes into")
    parser.add_argument("--only", choices=("lane", "mask"), help="this one alone")
    options = parser.parse_args(arguments)
    if platform.machine() != "x86_64":
        print(f"SKIPPED: instructions are counted on x86_64, this is {platform.machine()}", file=sys.stderr)
        return EXIT_DONE
    stored = json.loads(STORED.read_text()) if STORED.exists() else {}
    all_right = True
    for name, count in (("lane", count_lane), ("mask", count_mask)):
        if options.only not in (None, name):
            continue
        with tempfile.NamedTemporaryFile(prefix="moretta-count.") as profile:
            counted = count(profile.name)
            text, is_good = verdict(name, counted, stored.get(name))
            print(text, flush=True)
            all_right &= is_good
            stored[name] = round(counted)
            if name == "lane":
                text, is_good = metrics_verdict(counted, profile.name)
                print(text, flush=True)
                all_right &= is_good
            if options.profile:
                show_profile(name, profile.name)
    if options.update:
        STORED.write_text(json.dumps(stored, indent=1) + "\n")
        return EXIT_DONE
    return EXIT_DONE if all_right else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
