"""The drain protocol: SIGTERM at each stage of a turn, and a second signal.

docs/decisions has the stages. After each of them what was received is committed or back in the queue.
"""

import signal
import unittest

from chaos.fault_proxy import FaultProxy
from harness import EXIT_DONE, EndToEnd, Postgres, eventually, logins

COUNT = 40
LEASE_S = 600  # what comes back sooner was given back
GRACE_S = 20   # for the five seconds of a stop, on a busy machine; a statement gives up after 30 by itself


class Shutdown(EndToEnd):
    def setUp(self):
        super().setUp()
        self.open_queue(VisibilityTimeout=LEASE_S)
        self.create_tables()

    def worker(self, **options):
        return self.start("run", "--json", "--lanes", "1", **options)

    def stopped(self, worker):
        """SIGTERM; ends within the grace, and all that is not committed can be had again soon."""
        ended = worker.end(signal.SIGTERM, within=GRACE_S)
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        return ended

    def visible(self):
        return int(self.queue.attributes(self.queue_url)["ApproximateNumberOfMessages"])

    def await_return(self):
        """With a delay that is far below the queue's own lease."""
        eventually(lambda: self.in_flight() == 0, "what was given back can be had again")

    def assert_given_back(self, count):
        self.await_return()
        self.assertEqual(self.visible(), count)
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(count)

    def test_while_it_connects_to_a_database_that_is_locked(self):
        self.queue.send(self.queue_url, logins(COUNT))
        with self.locked("user_logins"):
            worker = self.worker()
            eventually(self.a_statement_waits, "it waits for the table")
            ended = self.stopped(worker)

        self.assertEqual(ended.summary["received"], 0)
        self.assert_given_back(COUNT)

    def test_while_messages_are_on_their_way_to_it(self):
        """What the queue was lending in that moment comes back when its lease is over, no later."""
        self.queue_url = self.queue.create("short", VisibilityTimeout=2)
        self.env["QUEUE_URL"] = self.queue_url
        worker = self.worker()
        eventually(self.queue_is_polled, "it polls")
        self.queue.faults(latency_ms=3000, operations=["ReceiveMessage"])
        self.queue.send(self.queue_url, logins(COUNT))
        eventually(self.in_flight, "messages are on their way to it")
        self.stopped(worker)
        self.queue.faults()

        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(COUNT)
        self.assert_queue_is_empty()

    def test_while_the_database_does_not_answer(self):
        worker = self.worker()
        self.queue.send(self.queue_url, logins(COUNT))
        eventually(lambda: self.count() == COUNT, "it works")
        self.sql("TRUNCATE user_logins")
        with self.locked("moretta_ledger"):
            self.queue.send(self.queue_url, logins(COUNT))
            eventually(self.a_statement_waits, "a turn waits for the table")
            ended = self.stopped(worker)
            self.assertGreater(ended.summary["returned"], 0)
        self.await_return()
        # The server may still have run what the worker no longer waited for: then the ledger knows it.
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(COUNT)

    def test_while_the_network_swallows_everything(self):
        proxy = FaultProxy(self.database_url.split("host=")[1] + "/.s.PGSQL.5432")
        self.addCleanup(proxy.close)
        worker = self.worker(env={
            "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{proxy.port}/{self.database}"})
        self.queue.send(self.queue_url, logins(1))
        eventually(lambda: self.count() == 1, "it works")
        proxy.freeze()
        self.queue.send(self.queue_url, logins(COUNT - 1, start=1))
        eventually(self.in_flight, "it has messages that it cannot write")
        self.stopped(worker)

        self.await_return()
        proxy.close()
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(COUNT)

    def test_while_it_deletes_what_is_committed(self):
        self.queue.faults(latency_ms=2000, operations=["DeleteMessageBatch"])
        self.queue.send(self.queue_url, logins(COUNT))
        worker = self.worker()
        eventually(lambda: self.count() > 0, "a turn is committed and not deleted")
        ended = self.stopped(worker)
        self.queue.faults()

        self.assertEqual((self.visible(), self.in_flight()), (COUNT - ended.summary["stored"], 0))
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(COUNT)

    def test_while_it_waits_for_a_database_that_is_away(self):
        own = Postgres()
        self.addCleanup(own.close)
        own.run("postgres", f"CREATE DATABASE {self.database}")
        worker_url = own.url(self.database)
        self.moretta("schema", "-c", str(self.config()), "--apply", env={"DATABASE_URL": worker_url})
        worker = self.worker(env={"DATABASE_URL": worker_url})
        self.queue.send(self.queue_url, logins(1))
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "it works")
        own.stop(signal.SIGQUIT)
        self.queue.send(self.queue_url, logins(COUNT))
        eventually(lambda: b'"unavailable"' in worker.err, "it says that the database is away")
        self.stopped(worker)

        self.assert_given_back(COUNT)

    def test_a_second_signal_ends_it_hard_and_loses_nothing(self):
        self.queue_url = self.queue.create("short", VisibilityTimeout=1)
        self.env["QUEUE_URL"] = self.queue_url
        self.queue.send(self.queue_url, logins(COUNT))
        worker = self.worker()
        eventually(lambda: self.count() == COUNT, "it works")
        with self.locked("moretta_ledger"):
            self.queue.send(self.queue_url, logins(COUNT, start=COUNT))
            eventually(self.a_statement_waits, "a turn is under way")
            worker.send_signal(signal.SIGTERM)
            code = eventually(lambda: self.hit_again(worker), "it ends").code

        self.assertEqual(code, 130)
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.assert_every_login_once(2 * COUNT)
        self.assert_queue_is_empty()

    def hit_again(self, worker):
        worker.send_signal(signal.SIGTERM)
        return None if worker.is_running() else worker.wait()

    def queue_is_polled(self):
        return self.queue.requests().get("ReceiveMessage", 0) > 0


if __name__ == "__main__":
    unittest.main()
