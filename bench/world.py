"""What a contender runs against: a queue with a gate and round trips as long as asked for, and a Postgres that
keeps what it commits; and the counters of the operating system for all three.
"""

import contextlib
import json
import os
import pathlib
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "e2e"))
import harness  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")

# A server as one would run it for this: durable, with room between checkpoints. Commit times are kept so that
# "send to commit" needs no contender's help.
POSTGRES_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
                     "shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200",
                     "track_commit_timestamp": "on"}

# While the gate is closed every receive is answered empty, after so long that asking costs nobody anything.
GATE_LATENCY_MS = 20


def start_postgres():
    return harness.Postgres(POSTGRES_SETTINGS)


class Queue(harness.Devqueue):
    """The devqueue with a corpus in it, behind a gate: contenders start, connect and poll before time is taken."""

    def __init__(self, folder, lines=None, gate="closed"):
        load = ["--load", str(lines)] if lines else []
        plan = {"latency_ms": GATE_LATENCY_MS, "empty_receive": {"rate": 1}} if gate == "closed" else {}
        super().__init__(folder, "--queue", "bench", *load, "--faults", json.dumps(plan))

    def open_gate(self, delay_ms, **faults):
        self.faults(latency_ms=delay_ms, **faults)

    def stats(self):
        with urllib.request.urlopen(self.endpoint + "/_devqueue/stats", timeout=10) as answer:
            stats = json.load(answer)
        return stats["queues"]["bench"], stats["requests"]

    def environment(self):
        """What every contender is told of it, in the names that the tools of AWS know."""
        return {"QUEUE_URL": self.first_url, "AWS_ENDPOINT_URL": self.endpoint,
                "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@contextlib.contextmanager
def database(postgres, name):
    """A database with the first user's table in it."""
    postgres.run("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgres.run("postgres", f"CREATE DATABASE {name}")
    try:
        postgres.run(name, harness.table_sql())
        yield name
    finally:
        postgres.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")


def own_cpu_seconds(pid):
    """User and system time of a process, of threads that have ended too, in nanoseconds as the scheduler counts it."""
    process_clock = (~pid << 3) | 2  # what clock_getcpuclockid(3) makes of a process on Linux
    try:
        return time.clock_gettime(process_clock)
    except OSError:
        return 0.0  # it is gone


def cpu_seconds(pid):
    """The same, and that of its children that have ended and were waited for, in ticks."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return own_cpu_seconds(pid) + sum(int(field) for field in fields[13:15]) / TICKS


def tree(pid):
    """A process and all that descend from it."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def tree_cpu_seconds(pid):
    return sum(cpu_seconds(member) for member in tree(pid))


def tree_peak_mb(pid):
    """The sum of what each process held at its peak."""
    peak_kb = 0
    for member in tree(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for line in pathlib.Path(f"/proc/{member}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak_kb += int(line.split()[1])
    return peak_kb / 1024


def backend_cpu_seconds(postgres, name):
    """Of the sessions in this database: the server without its writers and checkpointer."""
    rows = postgres.run("postgres", "SELECT pid FROM pg_stat_activity"
                        " WHERE datname = %s AND backend_type = 'client backend'", (name,))
    return sum(own_cpu_seconds(pid) for (pid,) in rows)
