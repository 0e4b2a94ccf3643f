"""Several workers, one queue, one Postgres, and everything that can break does, from a seed.

    storm.py [--seed S] [--minutes N] [--workers N]

At the end every message that was sent is one row or one record in the quarantine, and there is nothing
else. The last line has the totals.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import tempfile
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from chaos.fault_proxy import FaultProxy  # noqa: E402
from harness import Child, Devqueue, EXIT_DONE, Postgres, clean_environment, eventually  # noqa: E402

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
SKEWS_S = (-86_400, -400, 400, 3_600, 40 * 86_400)  # of a worker's clock
LEASE_S = 4
STEP_MAX_S = 0.8  # between two faults
BATCH_MAX = 150   # messages sent between two faults
DRAINED_WITHIN_S = 240.0

# Clear text that must stand in no log: every device id looks so.
CANARY = re.compile(rb"\b\d{3}-\d{2}-\d{4}\b")

QUEUE_FAULTS = (
    {"throttle": {"rate": 0.5}},
    {"error": {"rate": 0.4}, "error_status": 503},
    {"drop_before": {"rate": 0.3}},
    {"drop_after": {"rate": 0.3}},
    {"entry_failure": {"rate": 0.4}},
    {"duplicate": {"rate": 0.3}, "short_receive": {"rate": 0.3}},
    {"empty_receive": {"rate": 0.5}, "latency_ms": 30},
    {"drop_after": {"rate": 0.7}, "operations": ["ReceiveMessage"]},
    {"error": {"rate": 1.0}, "operations": ["DeleteMessageBatch", "DeleteMessage"]},
    {"clock_skew_s": 1_000},
)


def bad_message(number):
    """One that gives no row, and why not."""
    return ((harness.login(number, user_id=...), "missing_key"),
            (harness.login(number, ip=7), "wrong_type"),
            (f"not JSON at all {number} 123-45-6789", "invalid_json"),
            (harness.login(number, locale="XX"), "refused_by_table"))[number % 4]


class World:
    """One queue, one database, the proxies before them and what was sent."""

    def __init__(self, seed):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="moretta-chaos."))
        self.postgres = Postgres()
        self.keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        self.queue = Devqueue(self.folder, "--verify-keys", "env", env=self.keys)
        self.queue_url = self.queue.create("logins", VisibilityTimeout=LEASE_S)
        self.to_queue = FaultProxy(int(self.queue.endpoint.rsplit(":", 1)[1]), seed)
        self.to_postgres = FaultProxy(str(self.postgres.data.parent / ".s.PGSQL.5432"), seed + 1)
        self.config = self.folder / "moretta.yaml"
        self.config.write_text((harness.EXAMPLES / "logins-keyed.yaml").read_text())
        self.sent_good = 0
        self.sent_bad = collections.Counter()
        self.sent_ids = set()
        self.postgres.run("postgres", "CREATE DATABASE chaos")
        self.sql(harness.table_sql())
        self.sql("ALTER TABLE user_logins ADD CHECK (locale <> 'XX')")
        done = Child([harness.program("moretta"), "schema", "-c", str(self.config), "--apply"],
                     env=self.environment(direct=True), folder=self.folder)
        ended = done.wait()
        if ended.code != EXIT_DONE:
            raise AssertionError(ended)

    def environment(self, direct=False):
        queue_url, database_url = self.queue_url, self.postgres.url("chaos")
        if not direct:
            queue_url = re.sub(r":\d+/", f":{self.to_queue.port}/", queue_url, count=1)
            database_url = f"postgresql://postgres@127.0.0.1:{self.to_postgres.port}/chaos"
        return clean_environment({**self.keys, "AWS_REGION": "us-east-1",
                                  "SECRET_KEY": harness.SECRET_KEY, "QUEUE_URL": queue_url,
                                  "DATABASE_URL": database_url})

    def sql(self, text):
        return self.postgres.run("chaos", text)

    def send(self, bodies):
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(i), "MessageBody": body}
                       for i, body in enumerate(bodies[start:start + 10])]
            answer = self.queue.client.send_message_batch(QueueUrl=self.queue_url, Entries=entries)
            if answer.get("Failed"):
                raise AssertionError(answer)
            self.sent_ids.update(entry["MessageId"] for entry in answer["Successful"])

    def send_some(self, count, chance):
        """`count` messages, some of them bad; the faults of the queue are not for the sender."""
        bodies = []
        for _ in range(count):
            if chance.random() < 0.03:
                body, reason = bad_message(sum(self.sent_bad.values()))
                self.sent_bad[reason] += 1
                bodies.append(body)
            else:
                bodies.append(harness.login(self.sent_good))
                self.sent_good += 1
        self.send(bodies)

    def close(self):
        self.to_queue.close()
        self.to_postgres.close()
        self.queue.close()
        self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Worker:
    """A `moretta run` that may be killed, stopped, frozen, and have a wrong clock."""

    def __init__(self, world, skew_s):
        env = world.environment()
        if skew_s:
            env.update(LD_PRELOAD=FAKETIME, FAKETIME=f"{skew_s:+d}", FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.skew_s = skew_s
        self.child = Child([harness.program("moretta"), "run", "-c", str(world.config), "--json",
                            "--lanes", "2"], env=env, folder=world.folder)

    def expect_alive(self):
        if not self.child.is_running():
            raise AssertionError(f"a worker ended by itself (clock {self.skew_s:+d} s): "
                                 f"{self.child.wait()}")


def is_thrown_out(connection):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return True
    return False


class Storm:
    """Faults in an order that the seed gives."""

    def __init__(self, seed, workers, say):
        self.seed, self.chance, self.say = seed, random.Random(seed), say
        self.world = World(seed)
        self.can_skew = os.path.exists(FAKETIME)
        self.done = collections.Counter()
        self.absorbed = 0
        self.logs = []
        self.workers = [self.new_worker() for _ in range(workers)]

    # --- faults

    def new_worker(self):
        skewed = self.can_skew and self.chance.random() < 0.4
        skew_s = self.chance.choice(SKEWS_S) if skewed else 0
        self.done["skewed_clocks"] += skewed
        return Worker(self.world, skew_s)

    def pick(self):
        return self.chance.randrange(len(self.workers))

    def kill(self):
        at = self.pick()
        self.logs.append(self.workers[at].child.end(signal.SIGKILL).err)
        self.workers[at] = self.new_worker()
        self.done["kills"] += 1

    def terminate(self):
        at = self.pick()
        self.end(self.workers[at])
        self.workers[at] = self.new_worker()
        self.done["sigterms"] += 1

    def freeze(self):
        worker = self.workers[self.pick()]
        worker.child.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, 1.5 * LEASE_S))
        worker.child.send_signal(signal.SIGCONT)
        self.done["freezes"] += 1

    def restart_postgres(self):
        self.world.postgres.stop(self.chance.choice((signal.SIGQUIT, signal.SIGQUIT, signal.SIGINT)))
        time.sleep(self.chance.uniform(0, 2))
        self.world.postgres.start()
        self.done["postgres_restarts"] += 1

    def crash_backend(self):
        """kill -9 of one server process: the server throws everybody out and recovers."""
        pids = self.world.sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'moretta lane%'")
        if pids:
            with contextlib.closing(self.world.postgres.connect("chaos")) as bystander:
                os.kill(self.chance.choice(pids)[0], signal.SIGKILL)
                eventually(lambda: is_thrown_out(bystander), "postgres notices")
            eventually(self.world.postgres._answers, "postgres recovers")
            self.done["backend_crashes"] += 1

    def throw_out(self):
        self.world.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE application_name LIKE 'moretta lane%'")
        self.done["terminated_sessions"] += 1

    def cut(self):
        self.chance.choice((self.world.to_queue, self.world.to_postgres)).cut_all()
        self.done["cut_all"] += 1

    def pull_cable(self):
        proxy = self.chance.choice((self.world.to_queue, self.world.to_postgres))
        proxy.freeze()
        time.sleep(self.chance.uniform(0.5, 1.5 * LEASE_S))
        proxy.thaw()
        self.done["pulled_cables"] += 1

    def bad_network(self):
        proxy = self.chance.choice((self.world.to_queue, self.world.to_postgres))
        proxy.behave(**self.chance.choice((
            {"cut_rate": 0.7}, {"cut_rate": 0.3, "delay_ms": 20}, {"delay_ms": 50}, {"refuse": True}, {})))
        self.done["network_changes"] += 1

    def queue_faults(self):
        self.world.queue.faults(seed=self.chance.randrange(1 << 30), **self.chance.choice(QUEUE_FAULTS))
        self.done["queue_plans"] += 1

    def lock_table(self):
        with self.world.postgres.connect("chaos") as connection, connection.cursor() as cursor:
            connection.autocommit = False
            cursor.execute("LOCK TABLE " + self.chance.choice(("user_logins", "moretta_ledger")))
            time.sleep(self.chance.uniform(0.2, 1.2 * LEASE_S))
            connection.rollback()
        connection.close()
        self.done["locks"] += 1

    def read_only(self):
        """What a failover looks like to who is left on the old primary."""
        self.world.sql("ALTER DATABASE chaos SET default_transaction_read_only = on")
        self.throw_out()
        time.sleep(self.chance.uniform(0.2, 2))
        self.world.postgres.run("postgres", "ALTER DATABASE chaos RESET default_transaction_read_only")
        self.throw_out()
        self.done["read_only_spells"] += 1

    FAULTS = (kill, kill, terminate, terminate, freeze, restart_postgres, crash_backend, throw_out, cut,
              pull_cable, bad_network, bad_network, queue_faults, queue_faults, lock_table, read_only)

    # --- the run

    def rage(self, seconds):
        end = time.monotonic() + seconds
        faults = self.chance.sample(self.FAULTS, k=self.chance.randint(8, len(self.FAULTS)))
        while time.monotonic() < end:
            self.world.queue.faults()  # the sender is not what is tested
            self.world.send_some(self.chance.randint(1, BATCH_MAX), self.chance)
            if self.chance.random() < 0.6:
                self.queue_faults()
            self.chance.choice(faults)(self)
            time.sleep(self.chance.uniform(0, STEP_MAX_S))
            for worker in self.workers:
                worker.expect_alive()

    def end(self, worker):
        ended = worker.child.end(signal.SIGTERM)
        if ended.code != EXIT_DONE or not ended.summary["adds_up"]:
            raise AssertionError(f"a worker did not end well at SIGTERM: {ended}")
        self.absorbed += ended.summary["duplicate"]
        self.logs.append(ended.err)

    def calm(self):
        """No more faults: what is left has to come through by itself."""
        self.world.to_queue.behave()
        self.world.to_postgres.behave()
        self.world.queue.faults()
        eventually(lambda: self.world.queue.depth(self.world.queue_url) == 0, "the queue is drained",
                   within=DRAINED_WITHIN_S)
        for worker in self.workers:
            self.end(worker)

    def check(self):
        """Every message is one row or one record, and there is nothing else."""
        world = self.world
        rows = collections.Counter(row[0] for row in world.sql("SELECT user_id FROM user_logins"))
        sent = {f"user-{number:06}" for number in range(world.sent_good)}
        records = world.sql("SELECT message_id, reason FROM moretta_quarantine")
        ledger = world.sql("SELECT count(*) FROM moretta_ledger")[0][0]
        found = {
            "lost": len(sent - rows.keys()) + sum((world.sent_bad - collections.Counter(
                reason for _, reason in records)).values()),
            "twice": sum(count - 1 for count in rows.values()) +
            len(records) - len({message for message, _ in records}),
            "strangers": len(rows.keys() - sent) + len({m for m, _ in records} - world.sent_ids) +
            sum((collections.Counter(reason for _, reason in records) - world.sent_bad).values()),
            "leaks": sum(len(CANARY.findall(log)) for log in self.logs),
        }
        totals = {"seed": self.seed, "messages": len(world.sent_ids), "rows": sum(rows.values()),
                  "quarantined": len(records), "ledger": ledger, "absorbed_at_least": self.absorbed,
                  "connections_cut": world.to_queue.cut + world.to_postgres.cut,
                  **self.done, **found}
        self.say(json.dumps(totals))
        wrong = {name: count for name, count in found.items() if count}
        if wrong:
            raise AssertionError(f"after seed {self.seed}: {wrong}")
        if not sum(rows.values()) or not records:
            raise AssertionError("nothing went through: this shows nothing")
        return totals

    def close(self):
        for worker in self.workers:
            worker.child.close()
        self.world.close()


def run(seed, seconds, workers=3, say=print):
    storm = Storm(seed, workers, say)
    try:
        if not storm.can_skew:
            say("SKIPPED: no wrong clocks: install faketime")
        storm.rage(seconds)
        storm.calm()
        return storm.check()
    except BaseException:
        say(f"seed {seed}; again: ./dev chaos --seed {seed} --minutes {seconds / 60:g}")
        raise
    finally:
        storm.close()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options.add_argument("--minutes", type=float, default=2)
    options.add_argument("--workers", type=int, default=3)
    chosen = options.parse_args()
    run(chosen.seed, chosen.minutes * 60, chosen.workers)


if __name__ == "__main__":
    main()
