"""quarantine and trace: what an operator does about messages that gave no row."""

import json
import unittest

from harness import EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EXIT_USAGE, OTHER_KEY, EndToEnd, login


class Quarantine(EndToEnd):
    def setUp(self):
        super().setUp()
        self.open_queue()
        self.written = self.config("logins-keyed")
        self.create_tables(self.written)
        self.queue.send(self.queue_url, [login(0), login(1, ip=5), "no JSON", login(2, user_id=...)])
        self.assertEqual(self.drain(config=self.written).code, EXIT_REJECTS)

    def run_on_config(self, *arguments):
        return self.moretta(*arguments, "--config", str(self.written))

    def listed(self, *arguments):
        done = self.run_on_config("quarantine", "list", "--json", *arguments)
        self.assertEqual(done.code, EXIT_DONE, done)
        return [json.loads(line) for line in done.text.splitlines()]

    def test_lists_what_and_why_and_never_a_value(self):
        reasons = {entry["reason"] for entry in self.listed()}
        self.assertEqual(reasons, {"wrong_type", "invalid_json", "missing_key"})
        self.assertEqual([entry["column"] for entry in self.listed("--reason", "wrong_type")],
                         ["masked_ip"])
        self.assertEqual(len(self.listed("--limit", "2")), 2)
        self.assertEqual(len(self.listed("--from", "1h")), 3)
        self.assertEqual(self.listed("--before", "1h"), [])

        done = self.run_on_config("quarantine", "list")
        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertIn("3 messages: 1 invalid_json, 1 missing_key, 1 wrong_type", done.text)
        self.assertNotIn("user-000001", done.text)

    def test_shows_one_message_and_where_to_go_on(self):
        entry = self.listed("--reason", "missing_key")[0]

        done = self.run_on_config("quarantine", "show", entry["message_id"])
        self.assertEqual(done.code, EXIT_DONE, done)
        for part in (entry["message_id"], "missing_key", "/user_id", "sealed"):
            self.assertIn(part, done.text)
        self.assertIn("moretta-unmask", done.said)

        done = self.run_on_config("quarantine", "show", "nobody")
        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("no such message", done.said)

    def test_purges_only_when_told_what_and_twice(self):
        done = self.run_on_config("quarantine", "purge", "--yes")
        self.assertEqual(done.code, EXIT_USAGE, done)

        done = self.run_on_config("quarantine", "purge", "--reason", "missing_key")
        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertIn("would delete 1 message", done.text)
        self.assertEqual(len(self.listed()), 3)

        done = self.run_on_config("quarantine", "purge", "--reason", "missing_key", "--yes")
        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertEqual(len(self.listed()), 2)

    def test_replays_what_a_better_mapping_takes_and_nothing_twice(self):
        self.sql("ALTER TABLE user_logins ADD CHECK (user_id <> 'user-000007')")
        self.queue.send(self.queue_url, [login(7)])
        self.drain(config=self.written)
        mended = self.config("logins-keyed", name="mended.yaml", changes=[
            ("user_id:          {from: /user_id,", "user_id:          {from: /user_id, required: false, default: nobody,")])
        self.assertEqual(self.count(), 1)

        # As the old configuration has it, nothing passes.
        tried = self.replay(self.written, "--dry-run")
        self.assertEqual(tried.code, EXIT_REJECTS, tried)
        self.assertIn("0 of 4 messages would pass", tried.text)

        tried = self.replay(mended, "--dry-run")
        self.assertEqual(tried.code, EXIT_REJECTS, tried)
        self.assertIn("1 of 4 messages would pass; nothing was changed", tried.text)
        self.assertIn("still refused_by_table", tried.text)
        self.assertEqual((self.count(), len(self.listed())), (1, 4))

        ended = self.replay(mended, "--because", "missing_key", "--json")
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(json.loads(ended.text)["outcome"], "stored")
        self.assertEqual((self.count(), len(self.listed())), (2, 3))

        again = self.replay(mended, "--because", "missing_key")
        self.assertEqual(again.code, EXIT_DONE, again)
        self.assertIn("0 of 0 messages passed", again.text)
        self.assertEqual((self.count(), len(self.listed())), (2, 3))
        users = {row[0] for row in self.sql("SELECT user_id FROM user_logins")}
        self.assertEqual(users, {"user-000000", "nobody"})
        actions = [row[0] for row in self.sql("SELECT action FROM moretta_unmask_audit ORDER BY seq")]
        self.assertEqual(actions, ["replay, dry run"] * 2 + ["replay"] * 2)

    def test_replays_no_message_without_its_key_and_shows_none(self):
        done = self.replay(self.written, env={"SECRET_KEY": OTHER_KEY})

        self.assertEqual(done.code, EXIT_FAILED, done)
        for said in (done.text + done.said, self.replay(self.written, "--json").text):
            self.assertNotIn("no JSON", said)
            self.assertNotIn("user-000001", said)
        self.assertEqual(self.moretta("replay").code, EXIT_USAGE, "a worker cannot replay")

    def test_refuses_what_is_no_time(self):
        done = self.run_on_config("quarantine", "list", "--from", "yesterday")

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("--from is not a time", done.said)

    def row_of(self, message, *arguments, config=None):
        done = self.moretta("trace", message, "--json", "--config", str(config or self.written), *arguments)
        self.assertEqual(done.code, EXIT_DONE, done)
        return json.loads(done.text)["ledger"][0]["row"]

    def send_one(self, body):
        return self.queue.client.send_message(QueueUrl=self.queue_url, MessageBody=body)["MessageId"]

    def test_traces_a_message_to_the_rows_of_its_transaction(self):
        alone = self.send_one(login(9))
        self.drain(config=self.written)
        (place,), = self.sql("SELECT ctid FROM user_logins WHERE user_id = 'user-000009'")
        first, second = self.send_one(login(10)), self.send_one(login(11))
        self.drain(config=self.written)

        row = self.row_of(alone)
        self.assertEqual((row["found_by"], row["rows"], row["ctid"]), ("transaction", 1, place))
        row = self.row_of(first)
        self.assertEqual((row["rows"], row["ctid"]), (2, None))
        rows = self.sql(f"SELECT user_id, ctid FROM user_logins t WHERE {row['where']} ORDER BY 1")
        self.assertEqual([user for user, _ in rows], ["user-000010", "user-000011"])
        self.assertEqual(sorted(found["ctid"] for found in row["candidates"]), sorted(ctid for _, ctid in rows))
        shown = self.run_on_config("trace", second)
        self.assertIn("one of 2 rows of user_logins that came in one transaction", shown.text)
        self.assertIn(f"row {rows[0][1]} of user_logins", shown.text)
        self.assertIn("`from: $message_id` with `mask: keep` would tell which", shown.text)

        self.sql("DELETE FROM user_logins WHERE user_id = 'user-000011'")
        row = self.row_of(second)
        self.assertEqual((row["rows"], row["messages"], row["ctid"]), (1, 2, None), "it is the other's")
        self.assertIn(f"perhaps row {rows[0][1]}", self.run_on_config("trace", second).text)

        self.sql("DELETE FROM user_logins")
        self.assertIn("changed or deleted since", self.run_on_config("trace", second).text)
        role = "reader_" + self.database
        self.sql(f"CREATE ROLE {role} LOGIN; GRANT SELECT ON moretta_ledger, moretta_quarantine TO {role}")
        self.addCleanup(self.postgres.run, "postgres", f"DROP ROLE {role}")
        self.addCleanup(self.sql, f"DROP OWNED BY {role}")
        shown = self.moretta("trace", second, "-c", str(self.written), env={
            "DATABASE_URL": self.postgres.url(self.database, user=role)})
        self.assertIn("this role may not read it", shown.text)

    def test_traces_a_message_to_its_very_row_by_a_column_of_ids(self):
        named = self.config(name="named.yaml", changes=[("  name: user_logins", "  name: user_logins\n  key: user_id")],
                            extra="\n    message: {from: $message_id, type: uuid}\n")
        self.sql("ALTER TABLE user_logins ADD message uuid")
        messages = [self.send_one(login(number)) for number in range(20, 30)]
        self.drain(config=named)

        for number, message in enumerate(messages, start=20):
            row = self.row_of(message, config=named)
            self.assertEqual((row["found_by"], row["rows"]), ("message_id", 1))
            self.assertEqual(row["key"], {"user_id": f"user-{number:06}"})
        self.sql("DELETE FROM user_logins WHERE user_id = 'user-000020'")
        self.assertEqual(self.row_of(messages[0], config=named)["rows"], 0)
        shown = self.moretta("trace", messages[1], "-c", str(named))
        self.assertRegex(shown.text, r'row \(0,\d+\) of user_logins, \{"user_id": "user-000021"\}')

    def test_traces_a_message_by_its_time_of_sending(self):
        timed = self.config(name="timed.yaml", extra="\n    sent: {from: $sent_at, type: timestamptz}\n")
        self.sql("ALTER TABLE user_logins ADD sent timestamptz")
        messages = []
        for number in (20, 21):  # a drain between: not in one millisecond
            messages.append(self.send_one(login(number)))
            self.drain(config=timed)
        self.sql("UPDATE user_logins SET locale = locale")  # and the transaction tells nothing
        place = dict(self.sql("SELECT user_id, ctid FROM user_logins"))

        row = self.row_of(messages[0], config=timed)
        self.assertEqual((row["found_by"], row["rows"], row["messages"]), ("sent_at", 1, 1))
        self.assertEqual(row["ctid"], place["user-000020"])

        self.sql("UPDATE user_logins SET sent = (SELECT sent FROM user_logins WHERE user_id = 'user-000020') "
                 "WHERE user_id = 'user-000021'")
        shown = self.moretta("trace", messages[0], "-c", str(timed))
        self.assertIn("one of 2 rows of user_logins that were sent in the same millisecond", shown.text)
        self.sql("ALTER TABLE user_logins ALTER sent TYPE timestamptz(0)")
        self.assertEqual(self.row_of(messages[0], config=timed)["found_by"], "transaction", "it was rounded")
        self.sql("ALTER TABLE user_logins ALTER sent TYPE timestamptz(3)")
        self.sql("DELETE FROM user_logins")
        shown = self.moretta("trace", messages[0], "-c", str(timed))
        self.assertIn("no row of user_logins has its time of sending now", shown.text)

    def test_traces_a_replayed_message_to_its_row(self):
        mended = self.config("logins-keyed", name="mended.yaml", changes=[
            ("{from: /user_id,", "{from: /user_id, required: false, default: nobody,")])
        message = self.listed("--reason", "missing_key")[0]["message_id"]
        self.assertEqual(self.replay(mended, "--message", message).code, EXIT_DONE)

        row = self.row_of(message)

        self.assertEqual((row["rows"], row["found_by"]), (1, "transaction"))
        self.assertEqual(self.sql(f"SELECT user_id FROM user_logins WHERE ctid = '{row['ctid']}'"),
                         [("nobody",)])

    def test_traces_a_message_to_where_it_is(self):
        sent = self.queue.client.send_message(QueueUrl=self.queue_url, MessageBody=login(9))
        self.drain(config=self.written)
        quarantined = self.listed("--reason", "invalid_json")[0]["message_id"]
        cases = ((sent["MessageId"], "stored", EXIT_DONE), (quarantined, "quarantined", EXIT_DONE),
                 ("00000000-0000-4000-8000-000000000000", "never_seen", EXIT_FAILED))

        for message, state, code in cases:
            done = self.run_on_config("trace", message, "--json")
            self.assertEqual(done.code, code, done)
            self.assertEqual(json.loads(done.text)["state"], state)
            for entry in json.loads(done.text)["ledger"]:
                self.assertLessEqual(entry["stored_after"], entry["stored_before"])
                self.assertEqual(len(entry["by"]), 1, entry)
            done = self.run_on_config("trace", message, "--from", "1h")
            self.assertEqual(" by moretta " in done.text, state == "stored", done)
            self.assertTrue(done.text.startswith(state.replace("_", " ")), done)


if __name__ == "__main__":
    unittest.main()
