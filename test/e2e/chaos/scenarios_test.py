"""One thing that breaks at a time, for longer than a lease: nothing is lost, nothing is stored twice,
nothing goes to the dead-letter queue.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from chaos.fault_proxy import FaultProxy
from harness import (EXIT_DONE, EXIT_FAILED, Child, EndToEnd, PortPostgres, Postgres, eventually, logins,
                     program)

LEASE_S = 2
RECEIVES_MAX = 3  # then the queue gives a message up
OUTAGE_S = float(os.environ.get("MORETTA_OUTAGE_S") or 4 * LEASE_S)
COUNT = 300
LANES = "6"  # more than receives: each free lane could take what another one's lease lost


class Scenario(EndToEnd):
    """A queue that gives a message up after three receives, before a database with a proxy."""

    def setUp(self):
        super().setUp()
        self.open_queue()
        self.dead_letters = self.queue.create("dead-letters")
        arn = self.queue.attributes(self.dead_letters)["QueueArn"]
        self.queue_url = self.queue.create("watched", VisibilityTimeout=LEASE_S, RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES_MAX}))
        self.env["QUEUE_URL"] = self.queue_url
        self.create_tables()

    def proxied(self, url):
        """The same database by way of a proxy."""
        proxy = FaultProxy(url.split("host=")[1] + "/.s.PGSQL.5432")
        self.addCleanup(proxy.close)
        return proxy, f"postgresql://postgres@127.0.0.1:{proxy.port}/{self.database}"

    def log_has(self, worker, event):
        return eventually(lambda: f'"{event}"'.encode() in worker.err, f"it logs {event}")

    def assert_every_message_came_through(self, worker, count=COUNT):
        eventually(lambda: self.count() >= count and self.queue.depth(self.queue_url) == 0,
                   "all messages are through")
        ended = worker.end(signal.SIGTERM)
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assert_every_login_once(count)
        self.assertEqual(self.queue.depth(self.dead_letters), 0, "messages were given up")
        return ended

    def assert_no_receive_was_spent(self, count):
        self.assertEqual(self.queue.stats(self.queue_url)["received"], count)


class Database(Scenario):
    def test_a_lock_on_the_table_spends_no_receives(self):
        worker = self.start("run", "--json", "--lanes", LANES)
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")
        with self.locked("user_logins"):
            self.queue.send(self.queue_url, logins(10, start=10))
            eventually(self.a_statement_waits, "a turn waits for the lock")
            time.sleep(OUTAGE_S)

        self.assert_every_message_came_through(worker, count=20)
        self.assert_no_receive_was_spent(20)

    def test_a_network_that_swallows_everything_spends_no_receives(self):
        proxy, url = self.proxied(self.database_url)
        worker = self.start("run", "--json", "--lanes", LANES, env={"DATABASE_URL": url})
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")

        proxy.freeze()
        self.queue.send(self.queue_url, logins(10, start=10))
        time.sleep(OUTAGE_S)
        proxy.thaw()

        self.assert_every_message_came_through(worker, count=20)
        self.assert_no_receive_was_spent(20)

    def test_a_table_altered_under_load_loses_nothing(self):
        worker = self.start("run", "--json", "--lanes", "2")
        for number, change in enumerate((
                "ALTER TABLE user_logins ADD COLUMN seen timestamptz DEFAULT now()",
                "ALTER TABLE user_logins ALTER COLUMN app_version TYPE bigint",
                "CREATE INDEX ON user_logins(locale)",
                "ALTER TABLE user_logins RENAME TO old; CREATE TABLE user_logins(LIKE old);"
                " INSERT INTO user_logins SELECT * FROM old; DROP TABLE old")):
            self.queue.send(self.queue_url, logins(COUNT // 4, start=number * (COUNT // 4)))
            eventually(lambda: self.count() > number * (COUNT // 4), "it works")
            self.sql("BEGIN; " + change + "; COMMIT")

        self.assert_every_message_came_through(worker)

    def test_waits_through_a_server_that_has_become_read_only(self):
        worker = self.start("run", "--json", "--lanes", "2")
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")
        self.sql(f"ALTER DATABASE {self.database} SET default_transaction_read_only = on")
        self.throw_out()
        self.queue.send(self.queue_url, logins(COUNT - 10, start=10))
        self.log_has(worker, "unavailable")
        time.sleep(OUTAGE_S)
        self.postgres.run("postgres", f"ALTER DATABASE {self.database} RESET default_transaction_read_only")
        self.throw_out()

        self.assert_every_message_came_through(worker)

    def test_waits_while_the_server_takes_no_more_connections(self):
        role, url = self.loader()
        self.sql(f"ALTER ROLE {role} CONNECTION LIMIT 0")
        worker = self.start("run", "--json", "--lanes", "2", env={"DATABASE_URL": url})
        self.log_has(worker, "unavailable")
        self.queue.send(self.queue_url, logins(COUNT))
        time.sleep(OUTAGE_S / 2)
        self.assertEqual(self.count(), 0)
        self.sql(f"ALTER ROLE {role} CONNECTION LIMIT 1")  # one lane of two
        eventually(lambda: self.count() > 0, "one lane works")
        self.sql(f"ALTER ROLE {role} CONNECTION LIMIT -1")

        self.assert_every_message_came_through(worker)

    def throw_out(self):
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND application_name LIKE 'moretta%'")

    def loader(self):
        """A role like a worker's; a superuser has no limits."""
        role = "loader_" + self.database
        self.sql(f"CREATE ROLE {role} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};"
                 f" GRANT CREATE ON SCHEMA public TO {role}")
        self.addCleanup(self.postgres.run, "postgres", f"DROP ROLE {role}")
        self.addCleanup(self.sql, f"DROP OWNED BY {role}")
        return role, self.postgres.url(self.database, user=role)


class Server(Scenario):
    """These change the server, so they have one of their own."""

    def setUp(self):
        self.own = Postgres()
        self.addCleanup(self.own.close)
        super().setUp()
        self.move_to(self.own)
        self.create_tables()

    def test_an_outage_spends_at_most_one_receive_of_each_message(self):
        self.sql("ALTER TABLE user_logins ADD COLUMN receives integer")
        config = self.config(extra="    receives: {from: $receive_count, type: integer}\n")
        worker = self.start("run", "--json", "--lanes", "2", config=config)
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")
        self.own.stop(signal.SIGQUIT)
        self.queue.send(self.queue_url, logins(COUNT - 10, start=10))
        self.log_has(worker, "unavailable")
        time.sleep(OUTAGE_S)
        self.assertGreater(self.in_flight(), 0, "leases ran out")
        self.own.start()

        self.assert_every_message_came_through(worker)
        received = self.queue.stats(self.queue_url)["received"]
        most, = self.sql("SELECT max(receives) FROM user_logins")[0]
        print(f"outage of {OUTAGE_S:g} s: {COUNT} messages, {received} receives, at most {most} of one")
        self.assertLessEqual(most, 2, "the outage spent more than one")

    def test_a_full_disk_costs_no_message(self):
        with small_disk() as disk:
            if disk is None:
                self.skipTest("SKIPPED LOUDLY: may not mount a small disk: a full one was not tested")
            shutil.chown(disk, "postgres", "postgres")
            self.own.run("postgres", f"CREATE TABLESPACE small LOCATION '{disk}'")
            self.sql("ALTER TABLE user_logins SET TABLESPACE small")
            filler = pathlib.Path(disk) / "filler"
            fill(filler)
            worker = self.start("run", "--json", "--lanes", "2")
            self.queue.send(self.queue_url, logins(COUNT))
            self.log_has(worker, "unavailable")
            self.assertIn(b"disk_full", worker.err)
            time.sleep(OUTAGE_S)
            filler.unlink()

            self.assert_every_message_came_through(worker)

    def test_a_rotated_password_ends_the_worker_with_a_hint_and_costs_no_message(self):
        self.sql("CREATE ROLE loader LOGIN PASSWORD 'old-secret';"
                 " GRANT ALL ON ALL TABLES IN SCHEMA public TO loader")
        self.own.asks_password_of("loader")
        worker = self.start("run", "--json", "--lanes", "2", env={
            "DATABASE_URL": self.own.url(self.database, user="loader", password="old-secret")})
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")

        self.sql("ALTER ROLE loader PASSWORD 'new-secret'")
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'loader'")
        self.queue.send(self.queue_url, logins(COUNT - 10, start=10))
        ended = worker.wait()
        after = self.start("run", "--json", "--lanes", "2", env={
            "DATABASE_URL": self.own.url(self.database, user="loader", password="new-secret")})

        self.assertEqual(ended.code, EXIT_FAILED, ended)
        self.assertIn("password", ended.said)
        self.assertNotRegex(ended.said, "(old|new)-secret")
        self.assert_every_message_came_through(after)


class NameServer:
    """The only one of a worker's world: answers any name with the loopback address, or nothing at all."""

    ADDRESS = "127.7.7.7"  # port 53 as resolv.conf knows no other

    def __init__(self):
        self.is_silent = False
        self.asked = self.unanswered = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.ADDRESS, 53))
        self._socket.settimeout(0.2)
        self._is_closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._is_closed = True

    def _serve(self):
        while not self._is_closed:
            try:
                question, client = self._socket.recvfrom(512)
            except TimeoutError:
                continue
            self.asked += 1
            if self.is_silent:
                self.unanswered += 1
                continue
            self._socket.sendto(self._answer(question), client)
        self._socket.close()

    @staticmethod
    def _answer(question):
        end = question.index(b"\0", 12) + 5  # of the name, its type and its class
        wants_ipv4 = question[end - 4:end - 2] == b"\0\x01"
        record = b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01" if wants_ipv4 else b""
        counts = b"\0\x01" + (b"\0\x01" if wants_ipv4 else b"\0\0") + b"\0\0\0\0"
        return question[:2] + b"\x81\x80" + counts + question[12:end] + record


class Names(Scenario):
    """A worker with a name server of its own, in a mount namespace of its own."""

    def setUp(self):
        try:
            self.names = NameServer()
        except OSError:
            self.skipTest("SKIPPED LOUDLY: may not bind port 53: a silent name server was not tested")
        self.addCleanup(self.names.close)
        self.own = PortPostgres()
        self.addCleanup(self.own.close)
        super().setUp()
        (self.folder / "resolv.conf").write_text(f"nameserver {NameServer.ADDRESS}\n")
        self.move_to(self.own)
        self.create_tables()

    def start_among_names(self, *arguments, **env):
        mount = f"mount --bind {self.folder}/resolv.conf /etc/resolv.conf"
        if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True).returncode != 0:
            self.skipTest("SKIPPED LOUDLY: may not mount: a silent name server was not tested")
        child = Child(["unshare", "-m", "sh", "-c", mount + ' && exec "$@"', "sh", program("moretta"),
                       arguments[0], "-c", str(self.config()), *arguments[1:]],
                      env={**self.env, **env}, folder=self.folder, cwd=self.folder)
        self.addCleanup(child.close)
        return child

    def test_a_name_server_that_says_nothing_spends_no_receives_and_no_time_to_stop(self):
        url = (f"postgresql://postgres@db.example.test:{self.own.port}/{self.database}?sslmode=disable")
        worker = self.start_among_names("run", "--json", "--lanes", "2", DATABASE_URL=url)
        self.queue.send(self.queue_url, logins(10))
        eventually(lambda: self.count() == 10, "it works")

        self.names.is_silent = True
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND application_name LIKE 'moretta%'")
        self.queue.send(self.queue_url, logins(10, start=10))
        eventually(lambda: self.names.unanswered > 0, "a lane with messages asks for the name")
        time.sleep(OUTAGE_S)
        self.assertEqual(self.count(), 10)
        self.names.is_silent = False
        eventually(lambda: self.count() == 20, "all rows")

        self.names.is_silent = True
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND application_name LIKE 'moretta%'")
        asked = self.names.unanswered
        self.queue.send(self.queue_url, logins(5, start=20))
        eventually(lambda: self.names.unanswered > asked, "a lane with messages asks for the name")
        ended = worker.end(signal.SIGTERM, within=15)  # a lookup of libpq's takes longer alone
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assertEqual(self.count(), 20)
        received = self.queue.stats(self.queue_url)["received"]
        self.assertLessEqual(received, 20 + 2 * 5, "10 through the silence at one receive each")
        self.assertEqual(self.queue.depth(self.dead_letters), 0)


@contextlib.contextmanager
def small_disk():
    """A file system of a few megabytes, or None where that is not permitted."""
    folder = tempfile.mkdtemp(prefix="moretta-disk.")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder],
                             capture_output=True).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)
        os.rmdir(folder)


def fill(path):
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)


if __name__ == "__main__":
    unittest.main()
