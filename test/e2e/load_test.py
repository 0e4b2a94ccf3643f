"""moretta load: every line of a file becomes one row or one quarantine record, whatever happens meanwhile."""

import os
import random
import signal
import time
import unittest

import harness
from harness import EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EXIT_USAGE, EndToEnd, login, logins

SENT = ("--sent-at", "2023-11-15T12:00:00Z")


class Load(EndToEnd):
    def write(self, lines, name="logins.jsonl", end="\n"):
        path = self.folder / name
        path.write_text("\n".join(lines) + end)
        return str(path)

    def load(self, *arguments, config=None, sent=SENT, **options):
        return self.moretta("load", "-c", str(config or self.config()), *sent, "--json", "--no-progress",
                            *arguments, **options)

    def reasons(self):
        return self.sql("SELECT reason, count(*) FROM moretta_quarantine GROUP BY 1 ORDER BY 1")

    def test_stores_every_line_and_ends_with_0(self):
        self.create_tables()

        done = self.load(self.write(logins(1234)))

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertEqual(done.summary["stored"], 1234)
        self.assert_adds_up(done.summary)
        self.assert_every_login_once(1234)
        self.assertEqual(self.sql("SELECT DISTINCT create_date::text FROM user_logins"), [("2023-11-15",)])

    def test_gives_the_rows_that_drain_gives(self):
        self.create_tables()
        self.open_queue()
        for preset in ("logins", "logins-keyed"):
            config = self.config(preset, name=f"{preset}.yaml")
            self.sql("TRUNCATE user_logins, pii_vault")
            self.queue.send(self.queue_url, logins(50))
            self.assertEqual(self.drain(config=config).code, EXIT_DONE)
            rows = "SELECT row(l.*)::text FROM user_logins l ORDER BY 1"
            vault = "SELECT domain, token, key_id, sealed FROM pii_vault ORDER BY 1, 2"
            drained, vaulted = self.sql(rows), self.sql(vault)
            sent = self.sql("SELECT DISTINCT create_date FROM user_logins")[0][0]
            self.sql("TRUNCATE user_logins, pii_vault")

            done = self.load(self.write(logins(50), f"{preset}.jsonl"), config=config,
                             sent=("--sent-at", f"{sent}T01:00:00Z"))

            self.assertEqual(done.code, EXIT_DONE, done)
            self.assertEqual(self.sql(rows), drained)
            self.assertEqual(self.sql(vault), vaulted)

    def test_quarantines_lines_that_give_no_row_and_ends_with_3(self):
        self.create_tables()
        lines = logins(100) + ["no JSON", "", "[]", login(900, ip=...), "x" * 2_000_000, login(100)]

        done = self.load(self.write(lines))

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(101)
        self.assertEqual(self.reasons(), [("body_too_large", 1), ("invalid_json", 1), ("missing_key", 1),
                                          ("not_an_object", 1)])
        self.assertEqual(done.summary["received"], 105)
        self.assert_adds_up(done.summary)

    def test_names_a_quarantined_line_by_its_place_in_its_file(self):
        self.create_tables()
        path = self.write([login(1), "[1]", login(2)])

        self.load(path)

        name, size = self.sql("SELECT message_id, body_bytes FROM moretta_quarantine")[0]
        offset = int(name.rpartition(":")[2])
        with open(path, "rb") as file:
            file.seek(offset)
            self.assertEqual(file.readline(), b"[1]\n")
        self.assertTrue(name.startswith(os.path.realpath(path) + "#"), name)
        self.assertEqual(size, 3)

    def test_quarantines_only_the_rows_that_the_table_refuses(self):
        self.create_tables()
        self.sql("ALTER TABLE user_logins ADD CONSTRAINT no_nokia CHECK (device_type <> 'nokia')")
        bad = {7, 8, 777, 999}
        lines = [login(n, device_type="nokia") if n in bad else login(n) for n in range(1000)]

        done = self.load(self.write(lines))

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(self.count(), 996)
        self.assertEqual(self.sql("SELECT DISTINCT reason, sqlstate, column_name FROM moretta_quarantine"),
                         [("refused_by_table", "23514", "no_nokia")])
        self.assertEqual(self.count("moretta_quarantine"), 4)
        self.assert_adds_up(done.summary)

    def test_loads_a_file_once_however_often_it_is_told_to(self):
        self.create_tables()
        path = self.write(logins(300) + ["[]"])
        self.load(path)

        again = self.load(path)

        self.assertEqual(again.code, EXIT_DONE, again)
        self.assertEqual(again.summary["received"], 0)
        self.assertEqual(again.summary["already_loaded"], 301)
        self.assert_every_login_once(300)
        self.assertEqual(self.count("moretta_quarantine"), 1)

    def test_loses_and_repeats_nothing_when_it_is_killed_at_any_moment(self):
        self.create_tables()
        count = 300_000
        lines = logins(count)
        for bad in range(0, count, 1000):
            lines[bad] = '{"bad": %d}' % bad
        path = self.write(lines)
        chance = random.Random(20231115)
        kills = 0
        for _ in range(60):
            child = self.start("load", path, *SENT, "--json", "--no-progress", "--lanes", "3")
            end = time.monotonic() + chance.uniform(0.05, 0.6)
            while child.is_running() and time.monotonic() < end:
                time.sleep(0.005)
            if not child.is_running():
                break
            child.end(signal.SIGKILL)
            kills += 1
        done = self.load(path)

        self.assertIn(done.code, (EXIT_DONE, EXIT_REJECTS), done)
        self.assertGreater(kills, 0)
        self.assertEqual(self.sql("SELECT count(*), count(DISTINCT user_id) FROM user_logins"),
                         [(count - 300, count - 300)])
        self.assertEqual(self.sql("SELECT count(*), count(DISTINCT message_id) FROM moretta_quarantine"),
                         [(300, 300)])
        loaded = self.sql("SELECT sum(stored), sum(quarantined) FROM moretta_load")
        self.assertEqual(loaded, [(count - 300, 300)])

    def test_goes_on_by_itself_after_the_database_was_away(self):
        self.create_tables()
        count = 300_000
        path = self.write(logins(count))
        child = self.start("load", path, *SENT, "--json", "--no-progress", "--lanes", "2")
        harness.eventually(lambda: self.count("moretta_load") > 0, "the first batch is stored")

        self.postgres.restart(signal.SIGQUIT)

        done = child.wait(within=120)
        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertEqual(self.sql("SELECT count(*), count(DISTINCT user_id) FROM user_logins"),
                         [(count, count)])

    def test_stops_on_sigint_and_says_how_to_go_on(self):
        self.create_tables()
        count = 300_000
        path = self.write(logins(count))
        child = self.start("load", path, *SENT, "--json", "--no-progress")
        harness.eventually(lambda: self.count("moretta_load") > 0, "the first batch is stored")

        stopped = child.end(signal.SIGINT)

        self.assertEqual(stopped.code, EXIT_FAILED, stopped)
        self.assertIn("run the same command again", stopped.said)
        self.assert_adds_up(stopped.summary)
        rest = self.load(path)
        self.assertEqual(rest.code, EXIT_DONE, rest)
        self.assertEqual(rest.summary["already_loaded"], stopped.summary["stored"])
        self.assert_every_login_once(count)

    def test_lets_only_one_process_load_a_file(self):
        self.create_tables()
        count = 300_000
        path = self.write(logins(count))
        both = [self.start("load", path, *SENT, "--json", "--no-progress") for _ in range(2)]

        ended = [child.wait() for child in both]

        self.load(path)
        self.assertEqual(self.sql("SELECT count(*), count(DISTINCT user_id) FROM user_logins"),
                         [(count, count)], ended)

    def test_refuses_a_file_that_is_not_the_one_it_loaded_until_told_that_it_is_new(self):
        self.create_tables()
        path = self.write(logins(10))
        self.load(path)
        self.write(logins(12))

        refused = self.load(path)

        self.assertEqual(refused.code, EXIT_FAILED, refused)
        self.assertIn("--as-new", refused.said)
        self.assert_every_login_once(10)
        self.write(logins(20, 10))
        self.assertEqual(self.load(path, "--as-new").code, EXIT_DONE)
        self.assertEqual(self.load(path, "--as-new").summary["received"], 0)
        self.assert_every_login_once(30)

    def test_reads_standard_input_and_many_files(self):
        self.create_tables()
        first, second = self.write(logins(10), "a"), self.write(logins(10, 10), "b", end="")

        done = self.load(first, "-", second, input="\n".join(logins(10, 20)).encode())

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(30)

    def test_takes_the_time_of_sending_from_the_line_the_file_or_the_caller(self):
        self.create_tables()
        path = self.write([login(1, at="2021-02-03T23:59:59Z"), login(2, at=1612396800000), login(3)])
        os.utime(path, (1_600_000_000, 1_600_000_000))

        done = self.load(path, sent=("--sent-at", "/at"))

        self.assertEqual(self.sql("SELECT user_id, create_date::text FROM user_logins ORDER BY 1"),
                         [("user-000001", "2021-02-03"), ("user-000002", "2021-02-04")], done)
        self.assertEqual(self.reasons(), [("missing_key", 1)])
        other = self.write(logins(1, 3), "other")
        os.utime(other, (1_600_000_000, 1_600_000_000))
        self.load(other, sent=("--sent-at", "mtime"))
        self.assertEqual(self.sql("SELECT create_date::text FROM user_logins WHERE user_id = 'user-000003'"),
                         [("2020-09-13",)])

    def test_asks_when_lines_were_sent_if_a_column_reads_that(self):
        self.create_tables()
        path = self.write(logins(1))
        for sent in ((), ("--sent-at", "yesterday"), ("--sent-at", "/a~2")):
            refused = self.load(path, sent=sent)

            self.assertEqual(refused.code, EXIT_USAGE, refused)
            self.assertIn("--sent-at", refused.said)
        self.assertEqual(self.count(), 0)

    def test_says_what_to_do_when_it_cannot_begin(self):
        path = self.write(logins(3))
        for arguments, words in (
                ((str(self.folder / "none"),), "No such file"),
                ((str(self.folder),), "not a regular file"),
                ((path,), "moretta schema --apply"),
                ((path, "--database-url", "postgresql://127.0.0.1:1/x"), "Connection refused")):
            refused = self.load(*arguments)

            self.assertEqual(refused.code, EXIT_FAILED, refused)
            self.assertIn(words, refused.said)
        self.create_tables()
        self.sql("ALTER TABLE user_logins ALTER app_version TYPE bigint")
        refused = self.load(path)
        self.assertEqual(refused.code, EXIT_FAILED, refused)
        self.assertIn("app_version is bigint, not integer", refused.said)
        self.assertEqual(self.load(path, config=self.folder / "no.yaml").code, EXIT_CONFIG)


if __name__ == "__main__":
    unittest.main()
