"""moretta drain: every message becomes one row or one quarantine record, whatever the queue does."""

import unittest

import harness
from harness import EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EndToEnd, login, logins


class Drain(EndToEnd):
    def test_empties_the_queue_and_ends_with_0(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(137))

        done = self.drain()

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(137)
        self.assert_queue_is_empty()

    def test_ends_with_the_numbers_as_the_last_line_of_json(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(20) + ["no JSON", "[]"])

        summary = self.drain().summary

        self.assertEqual(summary["received"], 22)
        self.assertEqual(summary["stored"], 20)
        self.assertEqual(summary["quarantined"], 2)
        self.assertEqual(summary["rejects"], {"invalid_json": 1, "not_an_object": 1})
        self.assert_adds_up(summary)

    def test_ends_with_3_when_it_rejected_something_and_stores_the_rest(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(30) + [login(900, ip=...), login(901, device_id=7)])

        done = self.drain()

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(30)
        self.assertEqual(self.reasons(), [("missing_key", "masked_ip"), ("wrong_type", "masked_device_id")])
        self.assert_queue_is_empty()

    def test_quarantines_a_row_that_a_constraint_refuses_and_stores_the_rest(self):
        self.open_queue()
        self.create_tables()
        self.sql("ALTER TABLE user_logins ADD CONSTRAINT no_nokia CHECK (device_type <> 'nokia')")
        self.queue.send(self.queue_url, logins(60) + [login(900, device_type="nokia")] + logins(60, 60))

        done = self.drain()

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(120)
        self.assertEqual(self.sql("SELECT reason, sqlstate FROM moretta_quarantine"),
                         [("refused_by_table", "23514")])
        self.assert_adds_up(done.summary)

    def test_stores_a_message_that_comes_again_once_and_counts_it(self):
        self.open_queue()
        self.create_tables()
        self.queue.faults(duplicate={"rate": 0.3}, seed=7)
        self.queue.send(self.queue_url, logins(100))

        done = self.drain()

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(100)
        self.assertGreater(done.summary["duplicate"], 0)
        self.assertEqual(done.summary["stored"], 100)
        self.assert_adds_up(done.summary)

    def test_leaves_rejects_to_the_dead_letter_queue_when_told_to(self):
        self.open_queue()
        dead = self.queue.create("dead")
        arn = self.queue.attributes(dead)["QueueArn"]
        self.queue_url = self.queue.create(
            "source", VisibilityTimeout=1,
            RedrivePolicy=f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":2}}')
        self.env["QUEUE_URL"] = self.queue_url
        config = self.config(changes=[("on_reject: quarantine", "on_reject: leave")])
        self.create_tables(config)
        self.queue.send(self.queue_url, logins(15) + ["no JSON"])

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(15)
        self.assertEqual(self.count("moretta_quarantine"), 0)
        harness.eventually(lambda: self.poke_and_count(dead) == 1, "the reject is a dead letter")

    def test_speaks_to_localstack_whose_timestamps_are_in_seconds(self):
        self.open_queue("--personality", "localstack-0.14.3")
        config = self.config(changes=[("protocol: auto ", "protocol: query ")])
        self.create_tables(config)
        self.queue.send(self.queue_url, logins(40))

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(40)
        self.assertEqual(self.sql("SELECT DISTINCT create_date = (now() AT TIME ZONE 'UTC')::date "
                                  "OR create_date = (now() AT TIME ZONE 'UTC')::date - 1 "
                                  "FROM user_logins"), [(True,)])

    def test_finds_out_by_itself_that_a_queue_speaks_only_the_query_wire(self):
        self.open_queue("--personality", "localstack-0.14.3")
        self.create_tables()
        self.queue.send(self.queue_url, logins(12))

        done = self.drain()

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(12)

    def test_two_at_once_share_a_queue(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(1000))

        workers = [self.start("drain", "--json", "--no-progress") for _ in range(2)]
        summaries = [worker.wait().summary for worker in workers]

        self.assert_every_login_once(1000)
        self.assertEqual(sum(summary["stored"] for summary in summaries), 1000)
        for summary in summaries:
            self.assert_adds_up(summary)
        self.assert_queue_is_empty()

    def reasons(self):
        return self.sql("SELECT reason, column_name FROM moretta_quarantine ORDER BY 1, 2")

    def poke_and_count(self, dead):
        # A message moves to the dead-letter queue when it would be received once too often.
        self.queue.client.receive_message(QueueUrl=self.queue_url, VisibilityTimeout=0)
        return self.queue.depth(dead)


class QueueFaults(EndToEnd):
    """Each fault: every row once, nothing left, and the numbers add up."""

    messages = 120

    def drained_through(self, **plan):
        self.open_queue(VisibilityTimeout=3)
        self.create_tables()
        self.queue.send(self.queue_url, logins(self.messages))
        self.queue.faults(seed=11, **plan)

        done = self.drain()

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(self.messages)
        self.assert_adds_up(done.summary)
        self.assertEqual(done.summary["stored"], self.messages)
        self.queue.faults()
        self.assert_queue_is_empty()
        return done.summary

    def test_server_errors(self):
        self.drained_through(error={"next": 3, "rate": 0.2})

    def test_throttling(self):
        self.drained_through(throttle={"next": 3, "rate": 0.2})

    def test_connections_closed_before_a_request_is_read(self):
        self.drained_through(drop_before={"next": 3, "rate": 0.2})

    def test_replies_of_receives_lost(self):
        # What was handed out comes again when its lease ends.
        self.drained_through(drop_after={"next": 2, "rate": 0.1}, operations=["ReceiveMessage"])

    def test_replies_of_deletes_lost(self):
        self.drained_through(drop_after={"next": 2, "rate": 0.3}, operations=["DeleteMessageBatch"])

    def test_deletes_that_fail_for_some_messages_of_a_batch(self):
        self.drained_through(entry_failure={"rate": 0.2}, operations=["DeleteMessageBatch"])

    def test_deletes_refused_until_the_messages_come_again(self):
        summary = self.drained_through(error={"next": 12}, operations=["DeleteMessageBatch"])

        self.assertEqual(summary["stored"], self.messages)

    def test_receives_that_bring_less_than_there_is(self):
        self.drained_through(short_receive={"rate": 0.5}, empty_receive={"next": 2, "rate": 0.1})

    def test_a_clock_of_the_service_that_is_ten_minutes_ahead(self):
        self.drained_through(clock_skew_s=600)


class Credentials(EndToEnd):
    def test_signs_so_that_a_server_that_checks_accepts_it(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG"}
        self.open_queue_that_checks(keys)
        self.create_tables()

        done = self.drain(env=keys)

        self.assertEqual(done.code, EXIT_DONE, done)

    def test_survives_a_clock_that_is_wrong_where_signatures_are_checked(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG"}
        self.open_queue_that_checks(keys)
        self.create_tables()
        self.queue.faults(clock_skew_s=3600)

        done = self.drain(env=keys)

        self.assertEqual(done.code, EXIT_DONE, done)

    def test_says_what_to_do_about_a_wrong_secret(self):
        self.open_queue_that_checks(
            {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG"})
        self.create_tables()

        done = self.drain(env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                               "AWS_SECRET_ACCESS_KEY": "wrong-and-not-to-be-shown"})

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("secret access key", done.said)
        self.assertNotIn("wrong-and-not-to-be-shown", done.said + done.text)

    def test_says_what_to_do_about_expired_credentials(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(3))
        self.queue.faults(credentials_expired=True)

        done = self.drain()

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("expired", done.said.lower())
        self.queue.faults()
        self.assertEqual(self.queue.depth(self.queue_url), 3)

    def open_queue_that_checks(self, keys):
        self.open_queue("--verify-keys", "env", env=keys)


if __name__ == "__main__":
    unittest.main()
