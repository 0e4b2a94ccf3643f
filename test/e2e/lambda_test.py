"""moretta as a Lambda function: what Lambda may delete is stored, and nothing else is deleted."""

import json
import os
import signal
import time
import unittest

import harness
from event_source import EventSource
from fake_s3 import FakeS3
from harness import EXIT_CONFIG, EXIT_DONE, EndToEnd, OwnServer, SECRET_KEY, eventually, login, logins
from lambda_api import QUEUE_ARN, Function, event_of, record

CANARY = "canary-7f3a9b"


def pointer(bucket, key):
    """What the SQS Extended Client Library leaves in the queue."""
    body = json.dumps(["software.amazon.payloadoffloading.PayloadS3Pointer",
                       {"s3BucketName": bucket, "s3Key": key}])
    return record(body, messageAttributes={
        "ExtendedPayloadSize": {"dataType": "Number", "stringValue": "9"}})


class LambdaWorld(EndToEnd):
    def setUp(self):
        super().setUp()
        self.env["LAMBDA_TASK_ROOT"] = str(self.folder)
        self.config()  # moretta.yaml, as in a package
        self.function = None

    def open_function(self, **env):
        self.function = Function(self.folder, {**self.env, **env})
        self.addCleanup(self.function.close)
        return self.function

    def invoke(self, records, timeout_s=30):
        return self.function.invoke(event_of(records), timeout_s)

    def assert_one_sandbox_did_it_all(self):
        self.assertEqual(self.function.starts, 1, self.function.said())
        self.assertEqual(self.function.api.violations, [])


class Batches(LambdaWorld):
    def test_answers_for_good_bad_and_repeated_messages_alike(self):
        self.create_tables()
        self.open_function()
        good = [record(body) for body in logins(5)]
        bad = record("[1, 2]")

        first = self.invoke([*good, bad, good[0]])
        again = self.invoke([{**message, "attributes": {**message["attributes"],
                                                        "ApproximateReceiveCount": "2"}}
                             for message in good])

        self.assertEqual(first.answer, b'{"batchItemFailures":[]}')
        self.assertEqual(again.failed_ids, [])
        self.assert_every_login_once(5)
        self.assertEqual(self.count("moretta_quarantine"), 1)
        metrics = self.function.metrics()
        self.assertEqual([line["stored"] for line in metrics], [5, 0])
        self.assertEqual([line["duplicate"] for line in metrics], [1, 5])
        self.assertEqual([line["quarantined"] for line in metrics], [1, 0])
        self.assert_one_sandbox_did_it_all()

    def test_fails_the_items_that_are_left_to_the_redrive_policy_and_no_others(self):
        self.config(changes=[("on_reject: quarantine", "on_reject: leave")])
        self.create_tables(self.folder / "moretta.yaml")
        self.open_function()
        records = [record(login(0)), record("no JSON"), record(login(1)),
                   record(login(2, user_id="u" * 129)), record(login(2))]

        invocation = self.invoke(records)

        self.assertEqual(invocation.failed_ids, [records[1]["messageId"], records[3]["messageId"]])
        self.assert_every_login_once(3)

    def test_stops_a_fifo_group_at_its_first_failure_and_no_other_group(self):
        self.config(changes=[("on_reject: quarantine", "on_reject: leave")])
        self.create_tables(self.folder / "moretta.yaml")
        self.open_function()
        fifo = QUEUE_ARN + ".fifo"
        bodies = [("a", login(0)), ("b", login(1)), ("a", "no JSON"), ("b", login(2, user_id="u" * 129)),
                  ("a", login(3)), ("b", login(4)), ("c", login(1, user_id="user-000002"))]
        records = [record(body, arn=fifo, group=group) for group, body in bodies]

        invocation = self.invoke(records)

        self.assertEqual(invocation.failed_ids, [records[i]["messageId"] for i in (2, 3, 4, 5)])
        self.assert_every_login_once(3)

    def test_fails_all_behind_a_damaged_message_of_a_fifo_queue(self):
        self.create_tables()
        self.open_function()
        records = [record(login(i), arn=QUEUE_ARN + ".fifo", group="a") for i in range(3)]
        records[1]["md5OfBody"] = "0" * 32

        invocation = self.invoke(records)

        self.assertEqual(invocation.failed_ids, [message["messageId"] for message in records[1:]])
        self.assert_every_login_once(1)

    def test_fails_a_message_that_came_damaged(self):
        self.create_tables()
        self.open_function()
        records = [record(login(0)), record(login(7), md5OfBody="0" * 32)]

        invocation = self.invoke(records)

        self.assertEqual(invocation.failed_ids, [records[1]["messageId"]])
        self.assert_every_login_once(1)

    def test_leaves_what_points_to_s3_while_that_is_away_and_stores_it_once(self):
        s3 = FakeS3()
        self.addCleanup(s3.close)
        s3.buckets = {"acme-events": {"a": login(0).encode()}, "secrets": {"k": login(666).encode()}}
        self.config(extra="\npayloads:\n  buckets: acme-events\n")
        self.create_tables(self.folder / "moretta.yaml")
        self.open_function(AWS_ENDPOINT_URL_S3=s3.url)
        good, stray, gone = pointer("acme-events", "a"), pointer("secrets", "k"), pointer("acme-events", "b")
        s3.away = True

        away = self.invoke([good], timeout_s=4)
        s3.away = False
        back = self.invoke([good, stray, gone])

        self.assertEqual(away.failed_ids, [good["messageId"]])
        self.assertEqual(back.failed_ids, [])
        self.assert_every_login_once(1)
        self.assertEqual(self.sql("SELECT reason FROM moretta_quarantine ORDER BY 1"),
                         [("bucket_not_allowed",), ("payload_missing",)])
        self.assertNotIn("secrets", str(s3.asked))
        self.assert_one_sandbox_did_it_all()

    def test_stores_events_in_s3_by_way_of_a_queue(self):
        s3 = FakeS3()
        self.addCleanup(s3.close)
        s3.buckets = {"acme-events": {f"e/{i}": login(i).encode() for i in range(25)}}
        self.open_queue()
        self.config(extra="\npayloads:\n  buckets: acme-events\n  after: delete\n")
        self.create_tables(self.folder / "moretta.yaml")
        self.queue.send(self.queue_url, logins(5, start=25))
        for key in s3.buckets["acme-events"]:
            self.queue.send(self.queue_url, [pointer("acme-events", key)["body"]], MessageAttributes={
                "ExtendedPayloadSize": {"DataType": "Number", "StringValue": "9"}})

        source = EventSource(self.queue, self.queue_url, self.open_function(AWS_ENDPOINT_URL_S3=s3.url))
        eventually(lambda: self.count() == 30 and self.queue.depth(self.queue_url) == 0, "all rows")
        source.close()

        self.assert_every_login_once(30)
        self.assertEqual(s3.buckets["acme-events"], {})
        self.assertEqual(self.count("moretta_quarantine"), 0)
        self.assert_one_sandbox_did_it_all()

    def test_takes_the_largest_batch(self):
        self.create_tables()
        self.open_function()

        invocation = self.invoke([record(body) for body in logins(10_000)], timeout_s=50)

        self.assertEqual(invocation.failed_ids, [])
        self.assertEqual(self.count(), 10_000)

    def test_fails_an_invocation_that_is_no_batch_and_lives_on(self):
        self.create_tables()
        self.open_function()
        kinesis = json.dumps({"Records": [{"eventSource": "aws:kinesis", "data": CANARY}]})

        for event in (b"", b"null", CANARY.encode(), b'{"Records": ["' + CANARY.encode() + b'"]}',
                      kinesis.encode(), event_of([record(login(0)), record(CANARY, messageId="")])):
            invocation = self.function.invoke(event)
            self.assertEqual(invocation.error, "Moretta.EventRefused", event)
            self.assertNotIn(CANARY, invocation.error_text)

        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])
        self.assertEqual(self.count(), 1)
        self.assertNotIn(CANARY, self.function.said())
        self.assert_one_sandbox_did_it_all()

    def test_says_nothing_of_a_message_anywhere(self):
        self.create_tables()
        self.open_function()
        records = [record(login(0, ip=CANARY)), record(json.dumps({"user_id": CANARY})),
                   record(CANARY), record(login(1, user_id=CANARY * 20)),
                   record(CANARY, messageAttributes={
                       "a": {"stringValue": CANARY, "dataType": "String"}})]

        invocation = self.invoke(records)

        self.assertEqual(invocation.failed_ids, [])
        self.function.end()
        self.assertNotIn(CANARY.encode(), self.function.logs + self.function.out)
        self.assertEqual(self.count("moretta_quarantine"), 4)


class Starting(LambdaWorld):
    def failed_start(self, code):
        self.function.start()
        ended = self.function.child.wait()
        self.assertEqual(ended.code, code, ended)
        self.assertFalse(self.function.api.first_next.is_set())
        return self.function.api.init_error

    def test_reports_a_wrong_configuration_before_the_first_invocation(self):
        self.config(extra="nonsense: true\n")
        self.open_function()

        kind, text = self.failed_start(EXIT_CONFIG)

        self.assertEqual(kind, "Moretta.BadConfig")
        self.assertIn("nonsense", text)

    def test_reports_a_missing_key_and_a_missing_file(self):
        self.open_function(SECRET_KEY="")
        kind, text = self.failed_start(EXIT_CONFIG)
        self.assertEqual(kind, "Moretta.BadConfig")
        self.assertIn("SECRET_KEY", text)

        self.open_function(MORETTA_CONFIG=str(self.folder / "elsewhere.yaml"))
        kind, text = self.failed_start(EXIT_CONFIG)
        self.assertIn("elsewhere.yaml", text)

    def test_takes_its_configuration_from_a_variable(self):
        self.create_tables()
        text = (self.folder / "moretta.yaml").read_text()
        (self.folder / "moretta.yaml").unlink()
        self.open_function(MORETTA_CONFIG=text)

        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])
        self.assertEqual(self.count(), 1)

    def test_starts_without_a_database_and_fails_only_items(self):
        self.open_function(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
        records = [record(body) for body in logins(2)]

        invocation = self.invoke(records, timeout_s=5)

        self.assertEqual(invocation.failed_ids, [message["messageId"] for message in records])
        self.assert_one_sandbox_did_it_all()

    def test_fails_the_invocation_with_a_hint_while_the_table_is_missing(self):
        self.open_function()

        invocation = self.invoke([record(login(0))])
        self.assertEqual(invocation.error, "Moretta.Refused")
        self.assertIn("user_logins", invocation.error_text)

        self.create_tables()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])
        self.assert_every_login_once(1)
        self.assert_one_sandbox_did_it_all()

    def test_refuses_the_wrong_key_for_a_table(self):
        self.create_tables()
        self.open_function()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])

        self.open_function(SECRET_KEY=harness.OTHER_KEY)
        invocation = self.invoke([record(login(1))])

        self.assertEqual(invocation.error, "Moretta.Refused")
        self.assertEqual(self.count(), 1)

    def test_ends_on_sigterm_while_it_waits(self):
        self.create_tables()
        self.open_function()
        self.invoke([record(login(0))])

        ended = self.function.end()

        self.assertEqual(ended.code, EXIT_DONE, ended)

    def test_without_lambda_says_what_it_needs(self):
        ended = self.moretta("lambda")

        self.assertEqual(ended.code, harness.EXIT_USAGE)
        self.assertIn("AWS_LAMBDA_RUNTIME_API", ended.said)


class Deadlines(LambdaWorld):
    def test_answers_in_time_for_what_a_lock_holds_up_and_stores_it_once(self):
        self.create_tables()
        self.open_function()
        records = [record(body) for body in logins(3)]
        self.assertEqual(self.invoke([record(login(3))]).failed_ids, [])

        with self.locked("user_logins"):
            held_up = self.invoke(records, timeout_s=4)
        later = self.invoke(records)

        self.assertFalse(held_up.is_late)
        self.assertEqual(held_up.failed_ids, [message["messageId"] for message in records])
        self.assertEqual(later.failed_ids, [])
        self.assert_every_login_once(4)
        self.assert_one_sandbox_did_it_all()


class Outages(OwnServer, LambdaWorld):
    def test_goes_on_after_a_restart_of_the_server_between_invocations(self):
        self.create_tables()
        self.open_function()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])

        for number, signal_number in enumerate((signal.SIGINT, signal.SIGQUIT), 1):
            self.postgres.restart(signal_number)
            self.assertEqual(self.invoke([record(login(number))]).failed_ids, [])

        self.assert_every_login_once(3)
        self.assert_one_sandbox_did_it_all()

    def test_fails_items_during_an_outage_and_stores_them_after_it(self):
        self.create_tables()
        self.open_function()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])
        records = [record(body) for body in logins(3, start=1)]

        self.postgres.stop()
        try:
            away = self.invoke(records, timeout_s=4)
        finally:
            self.postgres.start()
        back = self.invoke(records)

        self.assertEqual(away.failed_ids, [message["messageId"] for message in records])
        self.assertFalse(away.is_late)
        self.assertEqual(back.failed_ids, [])
        self.assert_every_login_once(4)
        self.assert_one_sandbox_did_it_all()


class Freezes(LambdaWorld):
    def backends(self):
        return [row[0] for row in self.sql(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'moretta lambda'"
            " AND datname = current_database()")]

    def freeze(self):
        self.function.child.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.function.child.send_signal(signal.SIGCONT)

    def test_stores_when_thawed_after_the_server_has_closed_the_idle_session(self):
        self.create_tables()
        self.sql(f"ALTER DATABASE {self.database} SET idle_session_timeout = '500ms'")
        self.open_function()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])

        self.freeze()
        eventually(lambda: not self.backends(), "the server ends the idle session")
        self.thaw()

        self.assertEqual(self.invoke([record(login(1))]).failed_ids, [])
        self.assert_every_login_once(2)
        self.assert_one_sandbox_did_it_all()

    def test_stores_when_thawed_to_a_server_that_does_not_answer_on_the_old_connection(self):
        self.create_tables()
        self.open_function()
        self.assertEqual(self.invoke([record(login(0))]).failed_ids, [])
        [silent] = self.backends()

        os.kill(silent, signal.SIGSTOP)
        self.addCleanup(os.kill, silent, signal.SIGCONT)
        self.freeze()
        time.sleep(1.1)  # longer than a connection is trusted without a question
        self.thaw()
        invocation = self.invoke([record(login(1))], timeout_s=20)

        self.assertEqual(invocation.failed_ids, [])
        self.assert_every_login_once(2)
        self.assertEqual(len(self.backends()), 2)  # the silent one, and its successor
        self.assert_one_sandbox_did_it_all()


if __name__ == "__main__":
    unittest.main()
