"""mask, init, check, schema: what a user does before the first message."""

import json
import os
import re
import shutil
import stat
import subprocess
import unittest

import harness
from harness import EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EndToEnd, login, logins


class Mask(EndToEnd):
    def masked(self, lines, *arguments, preset="logins-keyed"):
        return self.moretta("mask", "--preset", preset, *arguments,
                            input="".join(line + "\n" for line in lines).encode())

    def test_gives_one_masked_row_a_line_in_order(self):
        done = self.masked(logins(50))

        self.assertEqual(done.code, EXIT_DONE, done)
        rows = [json.loads(line) for line in done.text.splitlines()]
        self.assertEqual([row["user_id"] for row in rows], [f"user-{n:06}" for n in range(50)])
        self.assertTrue(all(re.fullmatch(r"s1:[\w-]{64}", row["masked_ip"]) for row in rows))
        self.assertNotIn("10.0.0.", done.text)

    def test_tells_rejects_on_standard_error_and_ends_with_3(self):
        done = self.masked([login(0), "no JSON", login(1, ip=5), login(2)])

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(len(done.text.splitlines()), 2)
        rejects = [json.loads(line) for line in done.said.splitlines() if line.startswith("{")]
        self.assertEqual([reject["reason"] for reject in rejects], ["invalid_json", "wrong_type"])

    def test_writes_csv_that_postgres_reads(self):
        self.sql(harness.table_sql())
        done = self.masked(logins(20), "--format", "csv")
        path = self.folder / "rows.csv"
        path.write_bytes(done.out)

        with self.postgres.connect(self.database) as connection, open(path) as rows:
            header = rows.readline().strip()
            connection.cursor().copy_expert(
                f"COPY user_logins ({header}) FROM STDIN (FORMAT csv)", rows)

        self.assert_every_login_once(20)

    def test_ends_quietly_when_its_reader_goes_away(self):
        lines = self.folder / "lines"
        lines.write_text("".join(line + "\n" for line in logins(20000)))
        reader, writer = os.pipe()
        os.close(reader)
        with open(lines) as source:
            done = subprocess.run([harness.program("moretta"), "mask", "--preset", "logins-keyed"],
                                  env=self.env, stdin=source, stdout=writer, stderr=subprocess.PIPE,
                                  timeout=harness.WAIT_MAX_S)
        os.close(writer)

        self.assertEqual(done.returncode, EXIT_FAILED, done)
        self.assertNotIn(b"cannot write", done.stderr)


class Beginning(EndToEnd):
    def test_goes_from_init_to_the_first_rows_as_the_manual_says(self):
        self.open_queue()
        self.queue.send(self.queue_url, logins(10))
        self.sql(harness.table_sql())
        made = self.moretta("init", "--preset", "logins-keyed", "--output", "moretta.yaml",
                            "--key", "moretta.key")
        self.assertEqual(made.code, EXIT_DONE, made)
        self.env["SECRET_KEY"] = (self.folder / "moretta.key").read_text().strip()

        for arguments in (["check"], ["schema", "--apply"], ["check", "--connect"],
                          ["drain", "--no-progress"]):
            done = self.moretta(*arguments)
            self.assertEqual(done.code, EXIT_DONE, (arguments, done))

        self.assert_every_login_once(10)
        self.assert_queue_is_empty()

    def test_makes_a_key_that_only_its_owner_can_read_and_never_overwrites_it(self):
        first = self.moretta("init", "--key", "moretta.key")
        path = self.folder / "moretta.key"
        key = path.read_text()
        again = self.moretta("init", "--key", "moretta.key", "--force")

        self.assertEqual(first.code, EXIT_DONE, first)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertRegex(key.strip(), r"^[0-9a-f]{64}$")
        self.assertNotIn(key.strip(), first.text + first.said)
        self.assertNotEqual(again.code, EXIT_DONE)
        self.assertEqual(path.read_text(), key)

    def test_does_not_overwrite_a_configuration_unless_told(self):
        path = self.folder / "moretta.yaml"
        path.write_text("mine\n")

        kept = self.moretta("init", "--preset", "logins", "--output", "moretta.yaml")
        self.assertNotEqual(kept.code, EXIT_DONE)
        self.assertEqual(path.read_text(), "mine\n")

        forced = self.moretta("init", "--preset", "logins", "--output", "moretta.yaml", "--force")
        self.assertEqual(forced.code, EXIT_DONE)
        self.assertEqual(path.read_text(), (harness.EXAMPLES / "logins.yaml").read_text())

    def test_lists_presets(self):
        done = self.moretta("init")

        self.assertEqual(done.code, EXIT_DONE, done)
        for name in ("logins", "logins-keyed"):
            self.assertIn(name, done.text)


class Schema(EndToEnd):
    def test_prints_what_it_applies(self):
        script = self.moretta("schema", "--preset", "logins")
        self.assertEqual(script.code, EXIT_DONE, script)

        self.sql(script.text)

        self.assertEqual(self.tables(), self.applied_elsewhere())

    def test_can_be_applied_again_and_leaves_rows_alone(self):
        self.create_tables()
        self.sql("INSERT INTO user_logins (user_id) VALUES ('mine')")

        again = self.moretta("schema", "-c", str(self.config()), "--apply")

        self.assertEqual(again.code, EXIT_DONE, again)
        self.assertEqual(self.count(), 1)

    def tables(self):
        return self.sql("SELECT table_name, column_name, data_type FROM information_schema.columns "
                        "WHERE table_schema = 'public' AND table_name !~ '_d[0-9]{8}$' ORDER BY 1, 2")

    def applied_elsewhere(self):
        self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        done = self.moretta("schema", "-c", str(self.config("logins")), "--apply")
        self.assertEqual(done.code, EXIT_DONE, done)
        return self.tables()


class Check(EndToEnd):
    def test_needs_neither_queue_nor_database_unless_told_to_connect(self):
        del self.env["DATABASE_URL"]

        done = self.moretta("check", "-c", str(self.config()))

        self.assertEqual(done.code, EXIT_DONE, done)

    def test_finds_a_column_too_narrow_for_its_tokens(self):
        self.open_queue()
        self.create_tables()
        self.sql("ALTER TABLE user_logins ALTER masked_ip TYPE varchar(40)")

        done = self.moretta("check", "-c", str(self.config()), "--connect")

        self.assertNotEqual(done.code, EXIT_DONE, done)
        self.assertIn("masked_ip", done.text + done.said)

    def test_finds_what_is_missing_all_at_once(self):
        self.open_queue()
        self.sql("CREATE TABLE user_logins (user_id varchar(128))")

        done = self.moretta("check", "-c", str(self.config()), "--connect")

        self.assertNotEqual(done.code, EXIT_DONE, done)
        for name in ("device_type", "masked_ip", "locale", "moretta_ledger"):
            self.assertIn(name, done.text + done.said)

    def test_receives_nothing(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(3))

        done = self.moretta("check", "-c", str(self.config()), "--connect", "--json")

        self.assertEqual(done.code, EXIT_DONE, done)
        json.loads(done.text)
        self.assertEqual(self.queue.attributes(self.queue_url)["ApproximateNumberOfMessages"], "3")


    def check(self, *arguments, config=None):
        """What `check --connect` finds, by what it is about."""
        done = self.moretta("check", "-c", str(config or self.config()), "--connect", "--json",
                            *arguments)
        return [f"{finding['what']}; {finding['fix']}" for finding in json.loads(done.text)["findings"]]

    def test_counts_the_connections_of_all_workers(self):
        self.open_queue()
        self.create_tables()

        one = self.check("--workers", "1")
        many = self.check("--workers", "40")

        self.assertFalse([text for text in one if "connections" in text], one)
        self.assertRegex("\n".join(many), r"allows 57 connections \(max_connections less the reserved\); "
                                          r"all lanes together want 160")

    def test_counts_the_connections_that_the_role_may_have(self):
        self.open_queue()
        self.create_tables()
        role = "few_" + self.database
        self.sql(f"CREATE ROLE {role} LOGIN SUPERUSER CONNECTION LIMIT 3")
        self.addCleanup(self.postgres.run, "postgres", f"DROP ROLE {role}")

        found = self.check("--database-url", self.postgres.url(self.database, user=role))

        self.assertIn("allows 3 connections to this role; all lanes together want 4",
                      "\n".join(found))

    def test_looks_at_the_dead_letter_queue_too(self):
        self.open_queue(VisibilityTimeout=120, MessageRetentionPeriod=345600)
        self.create_tables()
        dead = self.queue.create("dead", MessageRetentionPeriod=86400)
        arn = self.queue.attributes(dead)["QueueArn"]
        self.queue.client.set_queue_attributes(QueueUrl=self.queue_url, Attributes={
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})})

        found = "\n".join(self.check())

        self.assertIn("its dead-letter queue keeps messages for 1 days, the queue itself for 4", found)
        self.assertIn("its maxReceiveCount is 2", found)
        self.assertNotIn("visibility timeout", found)

    def test_takes_the_time_of_turns_from_a_run_or_says_that_it_is_an_estimate(self):
        self.open_queue(VisibilityTimeout=30)
        config = self.config(extra="\nstatus:\n  listen: 127.0.0.1:0\n")
        self.create_tables(config)
        estimated = "\n".join(self.check(config=config))
        worker = self.start("run", "--log-format", "json", config=config)
        said = harness.eventually(lambda: re.search(rb'"status_listening".*?"port":(\d+)', worker.err),
                                  "it says where it listens")
        self.queue.send(self.queue_url, logins(20))
        harness.eventually(lambda: self.count() == 20, "all are stored")
        address = f"127.0.0.1:{int(said.group(1))}"

        measured = harness.eventually(
            lambda: (found := "\n".join(self.check("--status", address, config=config)))
            and "measured" in found and found, "a turn has been measured")

        self.assertRegex(estimated, r"timeout is 30 s, and a turn takes up to \d+ ms \(estimated: 1000 rows")
        self.assertRegex(measured, rf"a turn takes up to [\d.]+ m?s \(measured by the run at {address}, \d+ turns\)")


class Plan(EndToEnd):
    def test_shows_what_another_configuration_would_do_and_consumes_nothing(self):
        self.open_queue()
        self.queue.send(self.queue_url, logins(3))
        old = self.config()
        new = self.folder / "new.yaml"
        new.write_text(old.read_text().replace("type: varchar(32)", "type: varchar(2)", 1))
        events = self.folder / "events.jsonl"
        events.write_text("\n".join(logins(10)))

        done = self.moretta("plan", "-c", str(new), "--against", str(old), str(events))
        as_json = self.moretta("plan", "-c", str(new), "--against", str(old), str(events), "--json")

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertIn("10  give no row any more\n", done.text)
        self.assertIn("no row any more, too_long of device_type: 10\n", done.text)
        self.assertEqual(json.loads(as_json.text.splitlines()[-1])["lost"], 10)
        for secret in ("10.0.0.", "user-0000", "android"):
            self.assertNotIn(secret, done.text + done.said + as_json.text)
        self.assertEqual(self.queue.attributes(self.queue_url)["ApproximateNumberOfMessages"], "3")


class Memory(EndToEnd):
    def test_may_leave_no_core_file(self):
        self.open_queue()
        self.create_tables()
        worker = self.start("run")
        harness.eventually(lambda: b'"start"' in worker.err, "it started")

        with open(f"/proc/{worker.pid}/limits") as limits:
            core = next(line for line in limits if line.startswith("Max core file size"))

        self.assertRegex(core, r"^Max core file size\s+0\s+0\s")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
    def test_cannot_be_read_by_a_debugger_of_the_same_user(self):
        self.folder.chmod(0o755)  # the tree may stand where nobody else may go
        program = shutil.copy(harness.program("moretta"), self.folder)
        command = subprocess.Popen(
            [program, "mask", "--preset", "logins-keyed"], env=self.env, cwd="/",
            user="nobody", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            # What is dumpable belongs to its user, what is not to root.
            harness.eventually(lambda: os.stat(f"/proc/{command.pid}/mem").st_uid == 0,
                               "its memory belongs to root")
        finally:
            command.stdin.close()
            command.wait(harness.WAIT_MAX_S)


if __name__ == "__main__":
    unittest.main()
