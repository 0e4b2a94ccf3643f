"""One contender on one piece of work: what it cost whom, and whether the table holds what it must."""

import contextlib
import dataclasses
import datetime
import os
import signal
import statistics
import tempfile
import threading
import time

import contenders
import world

START_MAX_S = 60  # a JVM-sized contender on a busy machine
WARM_S = 1.0  # from its first receive until the gate opens: connections, pools, compiled code
STALL_MAX_S = 45  # a message that was dropped comes back after the visibility timeout of 30 s
POLL_SHARE, POLL_MIN_S, POLL_MAX_S = 0.005, 0.005, 0.25  # of the time passed: asking costs the queue CPU

STEADY_MESSAGES = 300
STEADY_PER_SECOND = 100


class Failed(Exception):
    """The contender did not do the work."""


@contextlib.contextmanager
def started(contender, queue, database_url, parallel, folder, more=None):
    """The contender under way and polling, killed at the end. `more` goes before what the queue says of itself."""
    env = {**contenders.environment(queue, database_url), **(more or {})}
    for command in contender.before:
        done = world.harness.Child(contender.command(command, parallel), env, folder, cwd=contender.folder)
        ended = done.wait()
        done.close()
        if ended.code != 0:
            raise Failed(f"{command[0]} ended with {ended.code}: {ended.said[-500:]}")
    child = world.harness.Child(contender.command(contender.run, parallel), env, folder, cwd=contender.folder,
                                start_new_session=True)
    try:
        _wait_for_first_receive(child, queue)
        time.sleep(WARM_S)
        yield child
    finally:
        # The figures are taken and the table is read: how it would stop by itself is not what is measured here.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.close()


def _wait_for_first_receive(child, queue):
    end = time.monotonic() + START_MAX_S
    while queue.stats()[1].get("ReceiveMessage", 0) == 0:
        if not child.is_running():
            raise Failed(f"it ended before it received: {child.err.decode(errors='replace')[-500:]}")
        if time.monotonic() > end:
            raise Failed(f"it did not receive within {START_MAX_S} s")
        time.sleep(0.02)


@dataclasses.dataclass(frozen=True)
class Counters:
    """What the operating system and the server count, at one moment."""

    at: float
    client: float
    queue: float
    server: float
    backends: float
    requests: int
    wal: int


def counters(child, queue, postgres, name):
    _, requests = queue.stats()
    wal = postgres.run("postgres", "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")[0][0]
    backends = world.backend_cpu_seconds(postgres, name)
    return Counters(at=time.monotonic(), client=world.tree_cpu_seconds(child.pid),
                    queue=world.cpu_seconds(queue.pid), server=world.tree_cpu_seconds(postgres.pid),
                    backends=backends, requests=sum(requests.values()), wal=wal)


def _wait_until_empty(child, queue, opened):
    """When the last message left the queue."""
    progress, progressed = -1, time.monotonic()
    while True:
        counts, _ = queue.stats()
        now = time.monotonic()
        if counts["visible"] + counts["in_flight"] + counts["delayed"] == 0:
            return now
        if counts["deleted"] != progress:
            progress, progressed = counts["deleted"], now
        if not child.is_running():
            raise Failed(f"it ended with {counts['visible'] + counts['in_flight']} messages left: "
                         f"{child.err.decode(errors='replace')[-500:]}")
        if now - progressed > STALL_MAX_S:
            raise Failed(f"no message left the queue for {STALL_MAX_S} s; {counts}")
        time.sleep(min(max((now - opened) * POLL_SHARE, POLL_MIN_S), POLL_MAX_S))


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """What else a drain may meet."""

    faults: dict = dataclasses.field(default_factory=dict)  # of the queue, beside the delay
    prepare: object = None  # called with postgres and the database's name before the gate opens
    in_front: object = None  # a context manager called with queue and folder: more environment for the contender


PLAIN = Circumstances()


def drain(postgres, contender, corpus, delay_ms, parallel, circumstances=PLAIN):
    """A full queue, emptied. Figures for each message of the corpus; times from the opening of the gate."""
    name = "bench_run"
    messages = corpus.shape.messages
    with contextlib.ExitStack() as stack:
        stack.enter_context(world.database(postgres, name))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="moretta-bench."))
        queue = world.Queue(folder, corpus.lines)
        stack.callback(queue.close)
        more = stack.enter_context(circumstances.in_front(queue, folder)) if circumstances.in_front else None
        child = stack.enter_context(started(contender, queue, postgres.url(name), parallel, folder, more))
        if circumstances.prepare:
            circumstances.prepare(postgres, name)
        postgres.run("postgres", "CHECKPOINT")
        before = counters(child, queue, postgres, name)
        queue.open_gate(delay_ms, **circumstances.faults)
        opened = time.monotonic()
        seconds = _wait_until_empty(child, queue, opened) - opened
        after = counters(child, queue, postgres, name)
        peak_mb = world.tree_peak_mb(child.pid)
        verdict = check_table(postgres, name, corpus, contender.tokens)
        per_message = 1e6 / messages
        return {
            "messages": messages, "seconds": seconds, "messages_per_second": messages / seconds,
            "client_us_per_message": (after.client - before.client) * per_message,
            "postgres_us_per_message": (after.server - before.server) * per_message,
            "backend_us_per_message": (after.backends - before.backends) * per_message,
            "queue_us_per_message": (after.queue - before.queue) * per_message,
            "peak_rss_mb": peak_mb,
            "requests_per_message": (after.requests - before.requests) / messages,
            "wal_bytes_per_row": (after.wal - before.wal) / max(1, corpus.rows),
            **verdict}


COUNTS = """
WITH want AS (SELECT user_id, count(*) AS n FROM expected GROUP BY 1),
     have AS (SELECT user_id, count(*) AS n FROM user_logins GROUP BY 1)
SELECT coalesce(sum(greatest(coalesce(w.n, 0) - coalesce(h.n, 0), 0)), 0)::bigint,
       coalesce(sum(greatest(coalesce(h.n, 0) - coalesce(w.n, 0), 0)), 0)::bigint
FROM want w FULL JOIN have h USING (user_id)"""

# Clear columns as they were sent, the day of sending (or the one after, at midnight), tokens in place of the
# masked ones, and equal tokens for equal values only.
WRONG = {
    "clear": """SELECT count(*) FROM user_logins h
        JOIN (SELECT DISTINCT * FROM expected) w USING (user_id)
        WHERE (h.device_type, h.app_version) IS DISTINCT FROM (w.device_type, w.app_version)
           OR h.locale IS DISTINCT FROM w.locale
           OR h.create_date IS NULL OR h.create_date NOT BETWEEN %(first)s AND %(last)s""",
    "md5": """SELECT count(*) FROM user_logins h
        JOIN (SELECT DISTINCT * FROM expected) w USING (user_id)
        WHERE (h.masked_ip, h.masked_device_id) IS DISTINCT FROM (md5(w.ip), md5(w.device_id))""",
    "keyed": """WITH pairs AS (SELECT DISTINCT w.ip, w.device_id, h.masked_ip, h.masked_device_id
            FROM user_logins h JOIN (SELECT DISTINCT * FROM expected) w USING (user_id))
        SELECT abs(count(DISTINCT ip) - count(DISTINCT (ip, masked_ip)))
             + abs(count(DISTINCT ip) - count(DISTINCT masked_ip))
             + abs(count(DISTINCT device_id) - count(DISTINCT (device_id, masked_device_id)))
             + abs(count(DISTINCT device_id) - count(DISTINCT masked_device_id))
             + count(*) FILTER (WHERE masked_ip IS NULL OR masked_device_id IS NULL
                                   OR masked_ip = ip OR masked_device_id = device_id
                                   OR masked_ip = md5(ip))
        FROM pairs"""}


def check_table(postgres, name, corpus, tokens, first_day=None):
    """Lost, repeated and wrong rows; how many rows a transaction had."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    dates = {"first": first_day or today - datetime.timedelta(days=1), "last": today}
    with contextlib.closing(postgres.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM user_logins")
        rows, transactions = cursor.fetchone()
        cursor.execute("CREATE TABLE expected (user_id text, device_type text, ip text, device_id text,"
                       " locale text, app_version integer)")
        with open(corpus.expected) as file:
            cursor.copy_from(file, "expected")
        cursor.execute("ANALYZE expected")
        cursor.execute(COUNTS)
        lost, repeated = cursor.fetchone()
        wrong = 0
        for check in ("clear", tokens):
            cursor.execute(WRONG[check], dates)
            wrong += cursor.fetchone()[0]
    return {"rows": rows, "rows_per_transaction": rows / max(1, transactions), "rows_lost": lost,
            "rows_repeated": repeated, "rows_wrong": wrong, "rows_ok": lost == repeated == wrong == 0}


SENT_TO_COMMITTED = """
SELECT user_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM user_logins"""


def send_to_commit_ms(postgres, contender, parallel, messages=STEADY_MESSAGES, per_second=STEADY_PER_SECOND):
    """Milliseconds from sending a message to its row's commit, sorted, of a contender that waits for messages."""
    name = "bench_steady"
    with contextlib.ExitStack() as stack:
        stack.enter_context(world.database(postgres, name))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="moretta-bench."))
        queue = world.Queue(folder, gate="open")
        stack.callback(queue.close)
        child = stack.enter_context(started(contender, queue, postgres.url(name), parallel, folder))
        sent = _send_steadily(queue, messages, per_second)
        opened = time.monotonic()
        _wait_until_empty(child, queue, opened)
        committed = dict(postgres.run(name, SENT_TO_COMMITTED))
    missing = sent.keys() - committed.keys()
    if missing:
        raise Failed(f"{len(missing)} of {messages} messages gave no row")
    return sorted((committed[user] - at) * 1000 for user, at in sent.items())


def _send_steadily(queue, messages, per_second):
    """When each message was sent, by its user."""
    sent, start = {}, time.monotonic()
    pause = threading.Event()
    for number in range(messages):
        pause.wait(max(0.0, start + number / per_second - time.monotonic()))
        body = world.harness.login(number)
        sent[f"user-{number:06}"] = time.time()
        queue.client.send_message(QueueUrl=queue.first_url, MessageBody=body)
    return sent


def percentile(values, share):
    """Of sorted values; the nearest one that is not below the share."""
    return values[min(len(values) - 1, int(len(values) * share))]


def median_of(runs):
    """The figures of several runs: medians, and the spread of those that wander most."""
    entry = {name: statistics.median([run[name] for run in runs]) if isinstance(value, (int, float))
             and not isinstance(value, bool) else value for name, value in runs[0].items()}
    entry["rows_ok"] = all(run["rows_ok"] for run in runs)
    for name in ("rows_lost", "rows_repeated", "rows_wrong"):
        entry[name] = max(run[name] for run in runs)
    entry["spread"] = {name: [min(run[name] for run in runs), max(run[name] for run in runs)]
                       for name in ("messages_per_second", "client_us_per_message", "backend_us_per_message")}
    entry["runs"] = len(runs)
    return entry
