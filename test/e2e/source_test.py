"""Where a row comes from and what it meets: envelopes, attributes, business keys."""

import json
import unittest

from fake_s3 import FakeS3
from harness import eventually, EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EndToEnd, login, logins


class Envelopes(EndToEnd):
    def test_takes_the_event_out_of_an_sns_notification(self):
        self.open_queue()
        config = self.config(extra="\nenvelope: sns\n")
        self.create_tables(config)
        notifications = [json.dumps({"Type": "Notification", "TopicArn": "arn", "Message": body})
                         for body in logins(12)]
        self.queue.send(self.queue_url, notifications + [
            json.dumps({"Type": "SubscriptionConfirmation", "Message": "You have chosen to"}),
            login(900)])

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(12)
        self.assertEqual(self.sql("SELECT reason, pointer FROM moretta_quarantine"),
                         [("bad_envelope", "/Type")] * 2)

    def test_takes_the_event_out_of_an_eventbridge_event(self):
        self.open_queue()
        config = self.config(extra="\nenvelope: eventbridge\n")
        self.create_tables(config)
        self.queue.send(self.queue_url, [
            json.dumps({"version": "0", "detail-type": "login", "detail": json.loads(body)})
            for body in logins(12)])

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(12)


class Attributes(EndToEnd):
    def test_replays_a_message_with_what_came_beside_its_body(self):
        self.open_queue()
        columns = """
    tenant: {from: $group_id, type: text, mask: keep}
    trace:  {from: $attribute.trace, type: text, mask: keep, required: false, nullable: true}
    tries:  {from: $receive_count, type: smallint}
"""
        config = self.config(extra=columns)
        plain = self.config(name="plain.yaml")
        self.create_tables(config)
        self.sql("ALTER TABLE user_logins ADD tenant text, ADD trace text, ADD tries smallint")
        sent = {"MessageGroupId": "t-1", "MessageAttributes": {
            "trace": {"DataType": "String", "StringValue": "canary-7f3a"}}}
        self.queue.send(self.queue_url, [login(1, user_id=...)], **sent)
        self.assertEqual(self.drain(config=config).code, EXIT_REJECTS)
        self.queue.send(self.queue_url, [login(2, user_id=...)], **sent)
        self.assertEqual(self.drain(config=plain).code, EXIT_REJECTS)
        (sealed,), (other,) = self.sql("SELECT sealed_body FROM moretta_quarantine")
        self.assertNotIn(b"canary-7f3a", bytes(sealed) + bytes(other))
        mended = self.config(name="mended.yaml", extra=columns, changes=[
            ("{from: /user_id,", "{from: /user_id, required: false, default: nobody,")])

        ended = self.replay(mended, "--json")

        self.assertEqual(ended.code, EXIT_REJECTS, ended)
        self.assertEqual(sorted(json.loads(line)["outcome"] for line in ended.text.splitlines()),
                         ["incomplete", "stored"], "nobody had asked for the other's attributes")
        self.assertEqual(self.sql("SELECT tenant, trace, tries FROM user_logins"),
                         [("t-1", "canary-7f3a", 1)])
        left, = self.sql("SELECT message_id FROM moretta_quarantine")[0]
        body = self.unmask("--quarantined", left)
        self.assertEqual(json.loads(body.text)["ip"], "10.0.0.2", "the body alone, as it was sent")

    def test_stores_what_came_beside_the_body(self):
        self.open_queue()
        columns = """
    tenant: {from: $group_id, type: text, mask: keep}
    trace:  {from: $attribute.trace, type: text, mask: keep, required: false, nullable: true}
    weight: {from: $attribute.weight, type: integer, mask: keep}
    tries:  {from: $receive_count, type: smallint}
"""
        config = self.config(extra=columns)
        self.create_tables(config)
        self.sql("ALTER TABLE user_logins ADD tenant text, ADD trace text, ADD weight integer, "
                 "ADD tries smallint")
        self.queue.send(self.queue_url, [login(1)], MessageGroupId="t-1", MessageAttributes={
            "trace": {"DataType": "String", "StringValue": "abc"},
            "weight": {"DataType": "Number", "StringValue": "42"}})
        self.queue.send(self.queue_url, [login(2)], MessageGroupId="t-2", MessageAttributes={
            "weight": {"DataType": "Number", "StringValue": "7"}})
        self.queue.send(self.queue_url, [login(3)], MessageGroupId="t-2")

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(self.sql("SELECT tenant, trace, weight, tries FROM user_logins ORDER BY 1"),
                         [("t-1", "abc", 42, 1), ("t-2", None, 7, 1)])
        self.assertEqual(self.sql("SELECT reason, column_name FROM moretta_quarantine"),
                         [("missing_key", "weight")])

    def test_stores_no_attribute_in_clear_by_accident(self):
        config = self.config(extra="\n    trace: {from: $attribute.trace, type: text}\n")

        done = self.moretta("check", "-c", str(config))

        self.assertEqual(done.code, EXIT_CONFIG, done)
        self.assertIn("`mask` is missing", done.text)


TODAY = "software.amazon.payloadoffloading.PayloadS3Pointer"
BEFORE = "com.amazon.sqs.javamessaging.MessageS3Pointer"
PAYLOADS = "\npayloads:\n  buckets: acme-events, other\n"


class Payloads(EndToEnd):
    def setUp(self):
        super().setUp()
        self.s3 = FakeS3()
        self.addCleanup(self.s3.close)
        self.s3.buckets = {"acme-events": {}, "other": {}, "secrets": {"k": login(666).encode()}}
        self.env["AWS_ENDPOINT_URL_S3"] = self.s3.url
        self.open_queue(VisibilityTimeout=5)
        self.create_tables()

    def put(self, bucket, key, body):
        self.s3.buckets[bucket][key] = body.encode()

    def point(self, bucket, key, kind=TODAY, mark="ExtendedPayloadSize"):
        self.queue.send(self.queue_url, [json.dumps([kind, {"s3BucketName": bucket, "s3Key": key}])],
                        MessageAttributes={mark: {"DataType": "Number", "StringValue": "9"}})

    def rejects(self):
        return self.sql("SELECT reason FROM moretta_quarantine ORDER BY reason")

    def test_stores_events_that_messages_point_to(self):
        for number in range(12):
            self.put("acme-events", f"a/{number}", login(number))
            self.point("acme-events", f"a/{number}")
        self.put("other", "b%20c", login(12))
        self.point("other", "b c", BEFORE, "SQSLargePayloadSize")
        self.queue.send(self.queue_url, [login(13)])

        done = self.drain(config=self.config(extra=PAYLOADS))

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(14)
        self.assertEqual(len(self.s3.buckets["acme-events"]), 12)  # nothing is deleted unless told to
        self.assert_queue_is_empty()
        self.assert_adds_up(done.summary)

    def test_rejects_with_a_reason_and_asks_other_buckets_for_nothing(self):
        self.put("acme-events", "large", login(1, filler="x" * 5000))
        self.put("acme-events", "bad", "no JSON")
        self.s3.answers["/acme-events/shut"] = (403, "AccessDenied")
        for key in ("large", "bad", "shut", "gone", "../secrets/k"):
            self.point("acme-events", key)
        self.point("secrets", "k")
        self.queue.send(self.queue_url, [login(0)])

        done = self.drain(config=self.config(extra=PAYLOADS + "  bytes_max: 1048\n"))

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual([row[0] for row in self.rejects()], sorted([
            "bad_payload_pointer", "body_too_large", "bucket_not_allowed", "invalid_json",
            "payload_denied", "payload_missing"]))
        self.assert_every_login_once(1)
        self.assertNotIn("secrets", str(self.s3.asked))
        self.assertNotIn("no use to a log", done.text)

    def test_keeps_its_messages_while_s3_is_away(self):
        self.put("acme-events", "a", login(0))
        self.point("acme-events", "a")
        self.s3.away = True

        worker = self.start("run", "--lanes", "1", config=self.config(extra=PAYLOADS))
        eventually(lambda: len(self.s3.asked) > 3, "some tries")
        self.s3.away = False
        eventually(lambda: self.count() == 1, "the row")
        worker.end()

        self.assertEqual(self.count("moretta_quarantine"), 0)
        self.assert_queue_is_empty()

    def test_deletes_what_is_stored_if_told_to(self):
        for key, body in (("good", login(0)), ("bad", "no JSON")):
            self.put("acme-events", key, body)
            self.point("acme-events", key)

        done = self.drain(config=self.config(extra=PAYLOADS + "  after: delete\n"))

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(list(self.s3.buckets["acme-events"]), ["bad"])

    def test_deletes_nothing_that_a_later_delivery_would_miss(self):
        config = self.config(changes=[("on_reject: quarantine", "on_reject: leave")],
                             extra=PAYLOADS + "  after: delete\n")

        done = self.moretta("check", "-c", str(config))

        self.assertEqual(done.code, EXIT_CONFIG, done)
        self.assertIn("payloads.after", done.text)

    def test_follows_no_pointer_unless_buckets_are_named(self):
        self.put("acme-events", "a", login(0))
        self.point("acme-events", "a")

        done = self.drain()

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(self.rejects(), [("not_an_object",)])
        self.assertEqual(self.s3.asked, [])


    def test_check_asks_each_bucket_whether_its_objects_may_be_had(self):
        self.s3.buckets["shut"] = {}
        self.s3.answers["/shut/moretta-check/there-is-no-such-object"] = (403, "AccessDenied")
        config = self.config(extra="\npayloads:\n  buckets: acme-events, shut, nowhere\n")

        done = self.moretta("check", "-c", str(config), "--connect")

        self.assertEqual(done.code, EXIT_CONFIG, done)
        self.assertIn("bucket shut: these AWS credentials may not read", done.text)
        self.assertIn("bucket nowhere", done.text)
        self.assertNotIn("acme-events", done.text)
        self.assertEqual([method for method, path in self.s3.asked], ["GET"] * 3)

    def test_replays_pointers_that_lead_somewhere_now(self):
        config = self.config(extra=PAYLOADS + "  after: delete\n")
        self.point("acme-events", "late")
        self.point("acme-events", "never")
        self.put("acme-events", "early", login(2, user_id=...))
        self.point("acme-events", "early")
        self.assertEqual(self.drain(config=config).code, EXIT_REJECTS)
        self.put("acme-events", "late", login(1))

        tried = self.replay(config, "--because", "payload_missing", "--dry-run")
        self.assertIn("1 of 2 messages would pass; nothing was changed", tried.text)
        self.assertIn("still payload_missing", tried.text)
        self.assertEqual((self.count(), sorted(self.s3.buckets["acme-events"])), (0, ["early", "late"]))

        self.s3.away = True
        away = self.replay(config, "--because", "payload_missing")
        self.assertEqual(away.code, EXIT_FAILED, away)
        self.s3.away = False
        ended = self.replay(config, "--because", "payload_missing")
        self.assertEqual(ended.code, EXIT_REJECTS, ended)
        self.assert_every_login_once(1, start=1)
        self.assertEqual(list(self.s3.buckets["acme-events"]), ["early"], "what is stored may go")

        # What was fetched is in the record: S3 is not asked again.
        asked = len(self.s3.asked)
        mended = self.config(name="mended.yaml", extra=PAYLOADS, changes=[
            ("{from: /user_id,", "{from: /user_id, required: false, default: nobody,")])
        self.assertEqual(self.replay(mended, "--because", "missing_key").code, EXIT_DONE)
        self.assertEqual(len(self.s3.asked), asked)
        self.assertEqual(self.rejects(), [("payload_missing",)])
        again = self.replay(config, "--because", "missing_key")
        self.assertIn("0 of 0 messages passed", again.text)
        self.assertEqual(self.count(), 2)


class BusinessKeys(EndToEnd):
    def key_config(self, policy):
        return self.config(changes=[("  name: user_logins",
                                     "  name: user_logins\n  key: user_id, device_type\n"
                                     f"  on_conflict: {policy}")], name=f"{policy}.yaml")

    def test_settles_conflicts_as_the_table_says(self):
        self.open_queue()
        self.create_tables()
        self.sql("CREATE UNIQUE INDEX ON user_logins (device_type, user_id)")
        self.queue.send(self.queue_url, logins(10))
        self.assertEqual(self.drain().code, EXIT_DONE)

        self.queue.send(self.queue_url, [login(4, locale="XX"), login(10), login(10, locale="ZZ")])
        ignored = self.drain(config=self.key_config("ignore"))
        self.assertEqual(ignored.code, EXIT_DONE, ignored)
        self.assertEqual((ignored.summary["stored"], ignored.summary["duplicate"],
                          ignored.summary["conflicts"]), (1, 2, 2))
        self.assert_every_login_once(11)
        self.assertEqual(self.locales("XX"), [])

        self.queue.send(self.queue_url, [login(4, locale="XX"), login(11)])
        updated = self.drain(config=self.key_config("update"))
        self.assertEqual((updated.summary["stored"], updated.summary["conflicts"]), (2, 1))
        self.assert_every_login_once(12)
        self.assertEqual(self.locales("XX"), [("user-000004",)])

        self.queue.send(self.queue_url, [login(4, locale="YY"), login(12)])
        refused = self.drain(config=self.key_config("error"))
        self.assertEqual(refused.code, EXIT_REJECTS, refused)
        self.assertEqual(self.sql("SELECT reason, sqlstate FROM moretta_quarantine"),
                         [("refused_by_table", "23505")])
        self.assert_every_login_once(13)

    def test_replays_by_the_same_policy(self):
        self.open_queue()
        self.create_tables()
        self.sql("CREATE UNIQUE INDEX ON user_logins (device_type, user_id)")
        self.sql("ALTER TABLE user_logins ADD CONSTRAINT known CHECK (locale <> 'XX')")
        config = self.key_config("ignore")
        self.queue.send(self.queue_url, [login(4)])
        self.drain(config=config)  # alone: of one key in a turn the first is tried, the others passed over
        self.queue.send(self.queue_url, [login(4, locale="XX"), login(6, locale="XX")])
        self.assertEqual(self.drain(config=config).code, EXIT_REJECTS)
        self.sql("ALTER TABLE user_logins DROP CONSTRAINT known")
        updating = self.key_config("update")

        tried = self.replay(updating, "--dry-run", "--json")
        self.assertEqual([json.loads(line)["outcome"] for line in tried.text.splitlines()],
                         ["would_store", "would_store"])
        self.assertEqual(self.locales("XX"), [])
        ended = self.replay(config, "--json")

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(sorted(json.loads(line)["outcome"] for line in ended.text.splitlines()),
                         ["passed_over", "stored"])
        self.assertEqual(self.locales("XX"), [("user-000006",)])
        self.assertEqual(self.count("moretta_quarantine"), 0)

        self.sql("ALTER TABLE user_logins ADD CONSTRAINT known CHECK (locale <> 'YY')")
        self.queue.send(self.queue_url, [login(4, locale="YY")])
        self.drain(config=updating)
        self.sql("ALTER TABLE user_logins DROP CONSTRAINT known")
        self.assertEqual(self.replay(updating).code, EXIT_DONE)
        self.assertEqual(self.locales("YY"), [("user-000004",)])
        self.assertEqual(self.count(), 2)

    def test_traces_a_conflict_to_the_row_that_it_met(self):
        self.open_queue()
        self.create_tables()
        self.sql("CREATE UNIQUE INDEX ON user_logins (device_type, user_id)")
        key = {"user_id": "user-000004", "device_type": "ios"}
        config = self.key_config("ignore")
        first, second = (self.send_one(login(4, locale=locale)) for locale in ("AA", "BB"))
        self.drain(config=config)
        (place,), = self.sql("SELECT ctid FROM user_logins")

        self.assert_traced(config, first, "stored", {"rows": 1, "ctid": place, "key": key})
        entry = self.assert_traced(config, second, "duplicate", {"ctid": place, "found_by": "business_key"})
        self.assertEqual(entry["duplicate_of"], key)
        shown = self.moretta("trace", second, "-c", str(config))
        self.assertIn("duplicate of the row with {", shown.text)

        config = self.key_config("update")
        third = self.send_one(login(4, locale="CC"))
        self.drain(config=config)
        (place,), = self.sql("SELECT ctid FROM user_logins")
        entry = self.assert_traced(config, third, "stored", {"ctid": place, "rows": 1})
        self.assertEqual(entry["took_the_place_of"], key)
        self.assertEqual(self.locales("CC"), [("user-000004",)])

    def assert_traced(self, config, message, state, row):
        done = self.moretta("trace", message, "-c", str(config), "--json")
        found = json.loads(done.text)
        self.assertEqual(found["state"], state, done)
        self.assertEqual({name: found["ledger"][0]["row"][name] for name in row}, row, done)
        return found["ledger"][0]

    def send_one(self, body):
        return self.queue.client.send_message(QueueUrl=self.queue_url, MessageBody=body)["MessageId"]

    def locales(self, locale):
        return self.sql(f"SELECT user_id FROM user_logins WHERE locale = '{locale}'")

    def test_is_told_by_check_when_no_index_would_see_a_conflict(self):
        self.open_queue()
        self.create_tables()

        done = self.moretta("check", "-c", str(self.key_config("update")), "--connect")

        self.assertEqual(done.code, EXIT_CONFIG, done)
        self.assertIn("CREATE UNIQUE INDEX CONCURRENTLY", done.text)


if __name__ == "__main__":
    unittest.main()
