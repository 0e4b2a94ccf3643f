"""moretta run: signals, crashes and outages. Nothing is lost, nothing is stored twice."""

import json
import re
import signal
import socket
import time
import unittest

import harness
from harness import EXIT_DONE, EndToEnd, OwnServer, eventually, login, logins


class Reloading(EndToEnd):
    def start_with(self, *changes):
        self.open_queue()
        self.create_tables()
        self.config_file = self.config(changes=changes)
        worker = self.start("run", "--json", "--log-format", "json", "--lanes", "2",
                            config=self.config_file)
        self.send_and_await(worker, 0)
        return worker

    def config_of(self, queue_url):
        return self.config(changes=[("  protocol: auto", f"  url: {queue_url}\n  protocol: auto")])

    def send_and_await(self, worker, start):
        self.queue.send(self.queue_url, logins(20, start=start))
        eventually(lambda: self.count() == start + 20, "all are stored")

    def hang_up(self, worker, event):
        before = worker.err.count(event)
        worker.send_signal(signal.SIGHUP)
        eventually(lambda: worker.err.count(event) > before or not worker.is_running(), event)
        self.assertTrue(worker.is_running(), worker.err)

    def test_takes_a_good_configuration_between_turns(self):
        worker = self.start_with()
        self.config(changes=[("mask: aes-siv", "mask: hmac-sha256")])

        self.hang_up(worker, b'"config_reloaded"')
        eventually(lambda: worker.err.count(b'"start"') == 2, "it has begun anew")
        self.send_and_await(worker, 20)
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assertEqual(ended.summary["stored"], 40)
        forms = self.sql("SELECT left(masked_ip, 3), count(*) FROM user_logins GROUP BY 1 ORDER BY 1")
        self.assertEqual(forms, [("h1:", 20), ("s1:", 20)])
        self.assert_every_login_once(40)

    def test_keeps_the_old_one_and_says_why_if_the_new_one_is_not_good(self):
        worker = self.start_with()
        text = self.config_file.read_text()
        for wrong, reason in ((text + "nonsense: 1\n", b"nonsense"),
                              (text.replace("masked_ip:", "no_such_column:"), b"no_such_column"),
                              (text + "traces: otlp\n", b"no collector is named"),
                              ("", b"is empty")):
            self.config_file.write_text(wrong)
            self.hang_up(worker, b'"config_refused"')
            self.assertIn(reason, worker.err.splitlines()[-1])
        self.send_and_await(worker, 20)

        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(ended.summary["stored"], 40)
        self.assertEqual(ended.err.count(b'"start"'), 1)
        self.assertNotIn(harness.SECRET_KEY.encode(), ended.err)

    def test_keeps_its_counters_through_a_change(self):
        worker = self.start_with()
        self.config(changes=[("mask: aes-siv", "mask: hmac-sha256")], extra="\nmetrics: emf\n")
        self.queue.send(self.queue_url, ["[]"])
        eventually(lambda: self.count("moretta_quarantine") == 1, "it is in quarantine")

        self.hang_up(worker, b'"config_reloaded"')
        eventually(lambda: worker.err.count(b'"start"') == 2, "it has begun anew")
        self.send_and_await(worker, 20)
        ended = worker.end(signal.SIGTERM)

        stops = [json.loads(line) for line in ended.said.splitlines() if '"event":"stop"' in line]
        self.assertEqual([stop["stored"] for stop in stops], [20, 40])
        self.assertEqual([stop["quarantined"] for stop in stops], [1, 1])
        # What was counted before it wrote figures is none of theirs.
        figures = [json.loads(line) for line in ended.text.splitlines() if "_aws" in line]
        self.assertEqual(sum(line["stored"] for line in figures), 20)

    def test_obeys_sigterm_while_it_waits_for_a_queue_that_does_not_answer(self):
        self.open_queue()
        self.create_tables()
        del self.env["QUEUE_URL"]  # which would hold, whatever stands in the file
        worker = self.start("run", "--json", "--log-format", "json", config=self.config_of(self.queue_url))
        self.send_and_await(worker, 0)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(harness.WAIT_MAX_S)
            self.config_of(f"http://127.0.0.1:{silent.getsockname()[1]}/000000000000/logins")
            worker.send_signal(signal.SIGHUP)
            asking, _ = silent.accept()
            with asking:
                ended = worker.end(signal.SIGTERM, within=20)  # three tries of 10 s each

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(ended.summary["stored"], 20)
        self.assertNotIn("config_refused", ended.said)

    def test_loses_nothing_however_often_it_is_told(self):
        worker = self.start_with()
        self.queue.send(self.queue_url, logins(3000, start=20))
        for _ in range(5):
            self.hang_up(worker, b'"config_reloaded"')
        eventually(lambda: self.count() == 3020, "all are stored")

        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assert_every_login_once(3020)


class Stopping(EndToEnd):
    def test_finishes_the_turn_on_sigterm_and_accounts_for_every_message(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(3000))

        worker = self.start("run", "--json", "--lanes", "2")
        eventually(lambda: self.count() > 0, "the first turn is committed")
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        stored = self.count()
        self.assertEqual(ended.summary["stored"], stored)
        self.assertEqual(self.queue.depth(self.queue_url), 3000 - stored)
        self.assertEqual(self.in_flight(), 0)

    def test_accounts_for_a_turn_that_waits_for_the_table_at_sigterm(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(50))

        with self.locked("moretta_ledger"):
            worker = self.start("run", "--json", "--lanes", "1")
            eventually(self.a_statement_waits, "a turn waits for the table")
            worker.send_signal(signal.SIGTERM)
        ended = worker.wait()

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assertEqual(self.count() + self.queue.depth(self.queue_url), 50)

    def test_ends_at_once_at_the_second_sigint(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(50))

        with self.locked("moretta_ledger"):
            worker = self.start("run", "--lanes", "1")
            eventually(self.a_statement_waits, "a turn waits for the table")
            worker.send_signal(signal.SIGINT)
            ended = eventually(lambda: self.interrupted_again(worker), "it ends")
            self.assertEqual(ended.code, 130, ended)

        self.assertEqual(self.queue.depth(self.queue_url), 50)

    def test_cuts_the_long_poll_of_an_idle_queue_when_stopped(self):
        self.open_queue()
        self.create_tables()

        worker = self.start("run", "--json")
        eventually(lambda: self.queue.requests().get("ReceiveMessage"), "it polls")
        ended = worker.end(signal.SIGTERM, within=15)  # the long poll would be of 20 s

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(ended.summary["received"], 0)

    def interrupted_again(self, worker):
        worker.send_signal(signal.SIGINT)
        return None if worker.is_running() else worker.wait()


class Crashes(EndToEnd):
    def test_stores_nothing_twice_when_killed_between_commit_and_delete(self):
        self.open_queue(VisibilityTimeout=2)
        self.create_tables()
        self.queue.send(self.queue_url, logins(200))
        self.queue.faults(error={"rate": 1.0}, operations=["DeleteMessageBatch", "DeleteMessage"])
        worker = self.start("run", "--lanes", "1")
        eventually(lambda: self.count() > 0, "rows are committed that are not deleted")

        worker.end(signal.SIGKILL)
        committed = self.count()
        self.queue.faults()
        summary = self.drain().summary

        self.assertGreater(committed, 0)
        self.assert_every_login_once(200)
        self.assertGreaterEqual(summary["duplicate"], 1)
        self.assertEqual(summary["stored"], 200 - committed)
        self.assert_queue_is_empty()

    def test_loses_nothing_when_killed_again_and_again(self):
        self.open_queue(VisibilityTimeout=1)
        self.create_tables()
        self.queue.send(self.queue_url, logins(2000))
        seen = 0
        for _ in range(5):
            worker = self.start("run", "--lanes", "2")
            eventually(lambda: self.count() > seen or self.count() == 2000, "some rows more")
            worker.end(signal.SIGKILL)
            seen = self.count()

        done = self.drain()

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(2000)
        self.assert_queue_is_empty()

    def test_a_worker_that_was_stopped_past_its_leases_stores_nothing_twice(self):
        self.open_queue(VisibilityTimeout=1)
        self.create_tables()
        self.queue.send(self.queue_url, logins(1000))
        sleeper = self.start("run", "--json", "--lanes", "2")
        eventually(lambda: self.count() > 0, "it works")

        sleeper.send_signal(signal.SIGSTOP)
        self.drain()
        sleeper.send_signal(signal.SIGCONT)
        ended = sleeper.end(signal.SIGTERM)
        self.drain()

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_adds_up(ended.summary)
        self.assert_every_login_once(1000)
        self.assert_queue_is_empty()


class Outages(OwnServer):
    """These stop the database server, so they have one of their own."""

    def test_goes_on_by_itself_when_the_database_was_restarted(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(1500))
        worker = self.start("run", "--json", "--lanes", "2")
        eventually(lambda: self.count() > 0, "it works")

        self.own.restart(signal.SIGQUIT)
        self.queue.send(self.queue_url, logins(1500, 1500))
        eventually(lambda: self.count() == 3000, "all rows are there")
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "the queue is empty")
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_every_login_once(3000)
        self.assert_adds_up(ended.summary)

    def test_an_outage_spends_no_receives(self):
        self.open_queue(VisibilityTimeout=2)
        self.create_tables()
        worker = self.start("run", "--lanes", "1")
        eventually(lambda: b'"start"' in worker.err, "it started")
        self.queue.send(self.queue_url, [login(0)])
        eventually(lambda: self.count() == 1, "it works")

        self.own.stop()
        self.queue.send(self.queue_url, [login(1)])
        eventually(lambda: self.in_flight() == 1, "the message is held")
        eventually(lambda: b'"unavailable"' in worker.err, "it says that the database is away")
        held = self.in_flight_over(seconds=5)
        self.own.start()
        eventually(lambda: self.count() == 2, "the row is there")
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(held, {1}, "the lease lapsed")
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_every_login_once(2)

    def test_waits_for_a_database_that_is_not_there_yet(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(25))
        self.own.stop()

        worker = self.start("run", "--json")
        eventually(lambda: b'"unavailable"' in worker.err, "it says that the database is away")
        self.assertEqual(self.in_flight(), 0, "nothing is received before there is a database")
        self.own.start()
        eventually(lambda: self.count() == 25, "all rows are there")
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_every_login_once(25)

    def test_waits_for_a_queue_that_is_not_there_yet(self):
        self.open_queue()
        self.create_tables()
        self.env["QUEUE_URL"] = re.sub("logins$", "later", self.queue_url)

        worker = self.start("run", "--json")
        eventually(lambda: b'"unavailable"' in worker.err, "it says that the queue is away")
        later = self.queue.create("later")
        self.queue.send(later, logins(25))
        eventually(lambda: self.count() == 25, "all rows are there")
        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_every_login_once(25)

    def in_flight_over(self, seconds):
        """All numbers seen in that time: more than two leases."""
        end = time.monotonic() + seconds
        seen = set()
        while time.monotonic() < end:
            seen.add(self.in_flight())
            time.sleep(harness.POLL_S)
        return seen


if __name__ == "__main__":
    unittest.main()
