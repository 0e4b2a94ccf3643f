"""What a drain of a full queue does not show: idling, a single message, TLS, memory, masking alone, repeats."""

import contextlib
import datetime
import os
import pathlib
import resource
import socket
import subprocess
import tempfile
import threading
import time

import corpus as corpora
import measure
import world

IDLE_S = 25  # more than one long poll
LONE_MESSAGES = 30
LONE_GAP_S = 0.15
MEMORY_LANES, MEMORY_BODY_BYTES = 8, 1024
REPEATED_VALUES = 1000  # so few addresses and devices that nearly every login repeats one
SERVER_START_MAX_S = 10


def redelivered(postgres, contender, corpus, parallel):
    """What becomes of messages that the queue gives twice, as SQS may: one in twenty here."""
    run = measure.drain(postgres, contender, corpus, 0, parallel,
                        measure.Circumstances(faults={"duplicate": {"rate": 0.05}}))
    return {name: run[name] for name in ("messages", "rows_lost", "rows_repeated", "rows_wrong")}


def idle(postgres, contender, parallel, seconds=IDLE_S):
    """An empty queue: CPU in percent of one core, and long polls under way at the same time."""
    name = "bench_idle"
    with contextlib.ExitStack() as stack:
        stack.enter_context(world.database(postgres, name))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="moretta-bench."))
        queue = world.Queue(folder, gate="open")
        stack.callback(queue.close)
        child = stack.enter_context(measure.started(contender, queue, postgres.url(name), parallel, folder))
        cpu, requests = world.tree_cpu_seconds(child.pid), queue.stats()[1]
        threading.Event().wait(seconds)
        spent = world.tree_cpu_seconds(child.pid) - cpu
        receives = queue.stats()[1]["ReceiveMessage"] - requests["ReceiveMessage"]
        lone = _lone_messages(postgres, name, queue)
    return {"seconds": seconds, "cpu_percent": 100 * spent / seconds, "lanes": parallel,
            "receives_per_20_s": receives * 20 / seconds, **lone}


def _lone_messages(postgres, name, queue):
    """One message at a time into an idle queue: milliseconds until its row is committed."""
    pause, sent = threading.Event(), {}
    for number in range(LONE_MESSAGES):
        body = world.harness.login(number)
        sent[f"user-{number:06}"] = time.time()
        queue.client.send_message(QueueUrl=queue.first_url, MessageBody=body)
        pause.wait(LONE_GAP_S)
    world.harness.eventually(
        lambda: postgres.run(name, "SELECT count(*) FROM user_logins")[0][0] == LONE_MESSAGES,
        "every single message has its row")
    committed = dict(postgres.run(name, measure.SENT_TO_COMMITTED))
    taken = sorted((committed[user] - at) * 1000 for user, at in sent.items())
    return {"lone_p50_ms": measure.percentile(taken, 0.5), "lone_max_ms": taken[-1]}


@contextlib.contextmanager
def tls(queue, folder):
    """hitch before the devqueue, with a certificate of its own: one process with an event loop, as load balancers
    are. A thread for each connection, as stunnel has, is asleep when a request comes, and who sends it pays for
    waking it on the machine that both share: 8 us a message, which the queue of a region costs nobody."""
    folder = pathlib.Path(folder)
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["--user", "_hitch", "--group", "_hitch"] if os.geteuid() == 0 else []
    with open(folder / "hitch.log", "wb") as log:
        server = subprocess.Popen(
            ["/usr/sbin/hitch", *user, "--workers=1", f"--frontend=[127.0.0.1]:{port}",
             f"--backend=[127.0.0.1]:{queue.endpoint.rpartition(':')[2]}", str(both)],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        world.harness.eventually(lambda: _answers(port), "hitch answers", within=SERVER_START_MAX_S)
        endpoint = f"https://localhost:{port}"
        yield {"AWS_ENDPOINT_URL": endpoint, "AWS_CA_BUNDLE": str(certificate),
               "QUEUE_URL": queue.first_url.replace(queue.endpoint, endpoint)}
    finally:
        server.terminate()
        server.wait()


def _answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def over_tls(postgres, contender, corpus, parallel):
    return measure.drain(postgres, contender, corpus, 0, parallel, measure.Circumstances(in_front=tls))


def memory(postgres, contender, folder, messages):
    corpus = corpora.corpus(corpora.Shape(messages, body_bytes=MEMORY_BODY_BYTES), folder)
    run = measure.drain(postgres, contender, corpus, 0, MEMORY_LANES)
    return {"lanes": MEMORY_LANES, "body_bytes": MEMORY_BODY_BYTES, **run}


def repeats(postgres, contender, folder, messages, parallel):
    """Every value new, then nearly every value seen before: what a vault entry costs, and that it is paid once."""
    return {name: measure.drain(postgres, contender, corpora.corpus(shape, folder), 0, parallel)
            for name, shape in (("new", corpora.Shape(messages)),
                                ("repeated", corpora.Shape(messages, values=REPEATED_VALUES)))}


def _file_command(*arguments, env, within_codes, **streams):
    """A command of moretta's that ends by itself: seconds of CPU and of time."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([world.harness.program("moretta"), *arguments], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=world.harness.clean_environment(env), **streams)
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in within_codes:
        raise measure.Failed(f"moretta {arguments[0]} ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seconds


def _rates(messages, cpu, seconds):
    return {"messages": messages, "seconds": seconds, "messages_per_second": messages / seconds,
            "client_us_per_message": cpu * 1e6 / messages, "messages_per_second_and_core": messages / cpu}


DONE = (world.harness.EXIT_DONE, world.harness.EXIT_REJECTS)  # one line in a hundred is malformed


def mask_alone(corpus, preset="logins-keyed"):
    """`moretta mask` from a file into nothing: events for each second of CPU, which is a core's worth."""
    with open(corpus.lines, "rb") as lines:
        cpu, seconds = _file_command("mask", "--preset", preset, stdin=lines, within_codes=DONE,
                                     env={"SECRET_KEY": world.harness.SECRET_KEY})
    return _rates(corpus.shape.messages, cpu, seconds)


def load_file(postgres, corpus, preset="logins-keyed"):
    """`moretta load` of the same lines as a file: no queue, no ledger, a checkpoint instead."""
    name = "bench_load"
    with world.database(postgres, name):
        env = {"SECRET_KEY": world.harness.SECRET_KEY, "DATABASE_URL": postgres.url(name)}
        _file_command("schema", "--preset", preset, "--apply", env=env, within_codes=DONE)
        postgres.run("postgres", "CHECKPOINT")
        before = world.tree_cpu_seconds(postgres.pid)
        cpu, seconds = _file_command("load", "--preset", preset, "--sent-at", "mtime", str(corpus.lines), env=env,
                                     within_codes=DONE)
        server = world.tree_cpu_seconds(postgres.pid) - before
        day = datetime.datetime.fromtimestamp(corpus.lines.stat().st_mtime, datetime.timezone.utc).date()
        verdict = measure.check_table(postgres, name, corpus, "keyed", first_day=day)
    return {**_rates(corpus.shape.messages, cpu, seconds),
            "postgres_us_per_message": server * 1e6 / corpus.shape.messages, **verdict}


LEDGER_DAYS = 14
FILL_LEDGER = """
INSERT INTO moretta_ledger
SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - (%(days)s::bigint * 86400000 * (%(ids)s - n)
             / %(ids)s)), 12, '0') || substr(md5(n::text), 1, 20))::uuid
FROM generate_series(1, %(ids)s) AS n"""


def ledger_of(ids):
    """A preparation: so many ids of the last fortnight in the ledger, in the order in which they came."""
    def fill(postgres, name):
        if ids > 0:
            with contextlib.closing(postgres.connect(name)) as connection, connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = off")
                cursor.execute(FILL_LEDGER, {"ids": ids, "days": LEDGER_DAYS})
                cursor.execute("VACUUM (ANALYZE) moretta_ledger")
    return fill


def at_ledger_size(postgres, contender, corpus, parallel, ids):
    run = measure.drain(postgres, contender, corpus, 0, parallel, measure.Circumstances(prepare=ledger_of(ids)))
    return {"ledger_ids": ids, **run}
