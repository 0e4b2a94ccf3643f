"""SQS to masked rows in Postgres, measured: every contender on the same work, on one machine.

    bench/run.py [--quick] [--peers] [--only NAME…] [--delays MS…] [--resume] …

Starts a devqueue and a throwaway Postgres (durable: fsync and synchronous_commit on), fills the queue, lets each
contender empty it, checks the table afterwards, and writes results.json and from it RESULTS.md and performance.svg.
CPU time a message is the figure to trust on a shared machine; rates are comparable within one run only. What was
measured is kept in build/bench, so that --resume goes on where a run was broken off.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import signal
import sys
import time

import contenders
import corpus as corpora
import goals
import machine
import measure
import plot
import probes
import report
import world

DELAYS_MS = (0, 2, 10, 20)
LANES = (1, 2, 4, 8, 16)
LANES_MESSAGES = 100_000
LEDGER_IDS = (0, 1_000_000)
LEDGER_IDS_AT_SCALE = (0, 1_000_000, 20_000_000)
LEDGER_MESSAGES = 200_000
DEPTHS_AT_SCALE = (10_000, 100_000, 1_000_000, 3_000_000)
REDELIVERED_MESSAGES = 20_000
PROBE_MESSAGES = 200_000
FILE_MESSAGES = 1_000_000  # for what takes a microsecond each
QUICK_SHARE = 20  # --quick takes a twentieth of the messages
MESSAGES_MIN = 300  # enough for malformed and repeated ones to be among them
MORETTA, VAULT = goals.MORETTA, "moretta-md5-vault"


class Parts:
    """What was measured, each part under its name, written down at once."""

    def __init__(self, path, fingerprint, resume):
        self._path, self._fingerprint, self._parts = path, fingerprint, {}
        if resume and path.exists():
            kept = json.loads(path.read_text())
            if kept["fingerprint"] == fingerprint:
                self._parts = kept["parts"]
            else:
                say("nothing to resume: moretta or the options have changed")

    def get(self, name, make):
        """The part, measured now if it was not before; {"error": …} if the contender failed."""
        if "error" in self._parts.get(name, {"error": ""}):
            started = time.monotonic()
            try:
                self._parts[name] = make()
            except (measure.Failed, AssertionError) as error:
                self._parts[name] = {"error": str(error)[:400]}
            say(f"{name}: {shown(self._parts[name])}  ({time.monotonic() - started:.0f} s)")
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps({"fingerprint": self._fingerprint, "parts": self._parts}))
        return self._parts[name]


def say(text):
    print(text, file=sys.stderr, flush=True)


def shown(part):
    if "error" in part:
        return "FAILED: " + part["error"]
    if not part.get("rows_ok", True):
        return f"ROWS NOT OK: {part['rows_lost']} lost, {part['rows_repeated']} repeated, {part['rows_wrong']} wrong"
    names = ("messages_per_second", "client_us_per_message", "backend_us_per_message", "queue_us_per_message")
    return ", ".join(f"{name} {part[name]:.4g}" for name in names if name in part) or "done"


class Bench:
    def __init__(self, options, postgres, parts):
        self._options, self._postgres, self._parts = options, postgres, parts
        self._folder = contenders.BUILD / "corpus"

    def _sized(self, messages):
        return max(MESSAGES_MIN, messages // self._options.share)

    def _corpus(self, messages):
        return corpora.corpus(corpora.Shape(self._sized(messages)), self._folder)

    def contender(self, contender, version):
        """Its entries, one for each delay."""
        waiting = {} if self._options.drains_only else self._waiting(contender)
        entries = []
        for delay in self._options.delays:
            corpus, parallel = self._corpus(contender.messages[delay]), contender.parallel[delay]
            runs = [self._parts.get(f"{contender.name} {delay} ms, run {number + 1}",
                                    lambda: measure.drain(self._postgres, contender, corpus, delay, parallel))
                    for number in range(self._options.runs or contender.runs)]
            failed = [run for run in runs if "error" in run]
            entries.append({"name": contender.name, "title": contender.title, "version": version,
                            "promise": contender.promise, "delay_ms": delay, "parallel": parallel,
                            **(failed[0] | {"rows_ok": False} if failed else measure.median_of(runs)), **waiting})
        return entries

    def _waiting(self, contender):
        """How it does when it is not behind, and when a message comes twice."""
        parallel = contender.parallel[min(contender.parallel)]
        steady = self._parts.get(f"{contender.name}, steady", lambda: self._steady(contender, parallel))
        corpus = self._corpus(min(contender.messages[min(contender.messages)], REDELIVERED_MESSAGES))
        again = self._parts.get(f"{contender.name}, redelivered",
                                lambda: probes.redelivered(self._postgres, contender, corpus, parallel))
        return {"send_to_commit_p50_ms": steady.get("p50_ms"), "send_to_commit_p99_ms": steady.get("p99_ms"),
                "redelivered": again}

    def _steady(self, contender, parallel):
        taken = measure.send_to_commit_ms(self._postgres, contender, parallel)
        return {"p50_ms": measure.percentile(taken, 0.5), "p99_ms": measure.percentile(taken, 0.99)}

    def lanes(self, contender):
        """Rates by round trip and lanes."""
        corpus = self._corpus(LANES_MESSAGES)
        return [{"delay_ms": delay, "lanes": lanes,
                 **self._parts.get(f"{contender.name} {delay} ms, {lanes} lanes",
                                   lambda: measure.drain(self._postgres, contender, corpus, delay, lanes))}
                for delay in self._options.delays for lanes in LANES]

    def ledger(self, contender):
        """The sizes in turns: whatever else the machine does meanwhile, it does to each of them."""
        corpus, parallel = self._corpus(LEDGER_MESSAGES), contender.parallel[0]
        sizes = LEDGER_IDS_AT_SCALE if self._options.scale else LEDGER_IDS
        runs = {self._sized(ids) if ids else 0: [] for ids in sizes}
        for number in range(self._options.runs or contender.runs):
            for ids, parts in runs.items():
                parts.append(self._parts.get(
                    f"{contender.name}, {ids} ids in the ledger, run {number + 1}",
                    lambda: probes.at_ledger_size(self._postgres, contender, corpus, parallel, ids)))
        return [next((part for part in parts if "error" in part), None) or measure.median_of(parts)
                for parts in runs.values()]

    def depth(self, contender):
        return [{"depth": corpus.shape.messages,
                 **self._parts.get(f"{contender.name}, {corpus.shape.messages} deep", lambda: measure.drain(
                     self._postgres, contender, corpus, 0, contender.parallel[0]))}
                for corpus in map(self._corpus, DEPTHS_AT_SCALE)]

    def probes(self, contender, vault):
        corpus, parallel = self._corpus(PROBE_MESSAGES), contender.parallel[0]
        postgres, folder, messages = self._postgres, self._folder, self._sized(PROBE_MESSAGES)
        lines = self._corpus(FILE_MESSAGES)
        found = {
            "idle": self._parts.get("idle", lambda: probes.idle(postgres, contender, parallel)),
            "tls": self._parts.get("over TLS", lambda: probes.over_tls(postgres, contender, corpus, parallel)),
            "memory": self._parts.get("memory", lambda: probes.memory(postgres, contender, folder, messages)),
            "mask": self._parts.get("moretta mask", lambda: probes.mask_alone(lines)),
            "load": self._parts.get("moretta load", lambda: probes.load_file(postgres, lines)),
            "vault": self._parts.get("repeated values", lambda: probes.repeats(
                postgres, vault, folder, messages, parallel))}
        return {name: part for name, part in found.items() if "error" not in part}


def chosen(options):
    """The contenders that take part, and why others do not."""
    found, skipped = [], []
    for contender in contenders.load_all(options.contenders):
        if options.only and contender.name not in options.only or contender.peers and not options.peers:
            continue
        try:
            found.append((contender, contender.get_ready()))
        except contenders.Skipped as reason:
            say(f"SKIPPED: {contender.name}: {reason}")
            skipped.append({"name": contender.name, "title": contender.title, "why": str(reason)})
    return found, skipped


def run(options, parts, postgres):
    found, skipped = chosen(options)
    bench = Bench(options, postgres, parts)
    by_name = {contender.name: contender for contender, _ in found}
    results = {"taken": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
               "commit": machine.commit(), "share": options.share, "machine": machine.description(postgres.data),
               "versions": machine.versions(postgres), "postgres_settings": world.POSTGRES_SETTINGS,
               "contenders": [], "skipped": skipped, "lanes": [], "ledger": [], "depth": [], "probes": {}}
    for contender, version in found:
        results["contenders"] += bench.contender(contender, version)
    if options.drains_only or MORETTA not in by_name or VAULT not in by_name:
        return results | {"reach": goals.judge(results)}
    results["probes"] = bench.probes(by_name[MORETTA], by_name[VAULT])
    results["ledger"] = bench.ledger(by_name[MORETTA])
    results["lanes"] = [] if options.quick else bench.lanes(by_name[MORETTA])
    results["depth"] = bench.depth(by_name[MORETTA]) if options.scale else []
    return results | {"reach": goals.judge(results)}


def write(results, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(rounded(results), indent=1, ensure_ascii=False) + "\n")
    (folder / "RESULTS.md").write_text(report.markdown(results))
    if results["lanes"]:
        (folder / "performance.svg").write_text(plot.rates(results["lanes"]))


def rounded(value):
    """Four digits: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) < 10_000 else round(value)
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, (list, tuple)) else value


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the messages, 0 and 10 ms, no lanes")
    parser.add_argument("--peers", action="store_true", help="also those compiled from the Go module proxy")
    parser.add_argument("--scale", action="store_true", help="also 20 million ids in the ledger, deep queues")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these contenders, by the names of their folders")
    parser.add_argument("--drains-only", action="store_true", help="full queues emptied, nothing else")
    parser.add_argument("--delays", nargs="+", type=int, choices=DELAYS_MS, metavar="MS",
                        help=f"round trips to the queue: of {DELAYS_MS}")
    parser.add_argument("--runs", type=int, default=0, help="so many of each (default: as the contender says)")
    parser.add_argument("--share", type=int, default=0, metavar="N", help="one Nth of the messages")
    parser.add_argument("--resume", action="store_true", help="keep what the same moretta measured before")
    parser.add_argument("--output", type=pathlib.Path, default=contenders.BENCH, metavar="FOLDER",
                        help="where the results go (default: bench; with --quick or --only: build/bench)")
    parser.add_argument("--contenders", type=pathlib.Path, metavar="FOLDER", help="one more folder of contenders")
    options = parser.parse_args(arguments)
    if (options.quick or options.only) and options.output == contenders.BENCH:
        options.output = contenders.BUILD
    options.share = options.share or (QUICK_SHARE if options.quick else 1)
    options.delays = sorted(options.delays or ((0, 10) if options.quick else DELAYS_MS))
    options.runs = options.runs or (1 if options.quick else 0)
    return options


def fingerprint(options):
    """Of all that a part depends on."""
    moretta = hashlib.sha256(pathlib.Path(world.harness.program("moretta")).read_bytes()).hexdigest()
    return f"{moretta} {options.share}"


def main(arguments=None):
    options = parsed(arguments)
    parts = Parts(options.output / "parts.json" if options.output != contenders.BENCH
                  else contenders.BUILD / "full.json", fingerprint(options), options.resume)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped; --resume goes on from here"))  # and ends its children
    started = time.monotonic()
    postgres = world.start_postgres()
    try:
        results = run(options, parts, postgres)
    finally:
        postgres.close()
    write(results, options.output)
    print(report.markdown(results))
    say(f"written: {options.output}/results.json, RESULTS.md  ({(time.monotonic() - started) / 60:.0f} minutes)")


if __name__ == "__main__":
    main()
