"""A keyset from the first key to its destruction, and the roles that hold no more than they need."""

import base64
import hashlib
import hmac
import json
import os
import unittest

import harness
from harness import EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, EndToEnd, OTHER_KEY, login

ROLES = {"worker": "moretta_worker", "analyst": "moretta_analyst", "officer": "moretta_recovery",
         "mender": "moretta_replay"}


class Keys(EndToEnd):
    def keyset_config(self):
        return self.config(changes=[("env:SECRET_KEY", f"file:{self.folder}/moretta.keys")])

    def keys(self, verb, *arguments):
        done = self.moretta("keys", verb, "moretta.keys", *arguments)
        self.assertEqual(done.code, EXIT_DONE, done)
        return done

    def test_every_row_stays_readable_through_a_rotation_until_its_key_is_destroyed(self):
        self.open_queue()
        self.keys("new")
        config = self.keyset_config()
        self.create_tables(config)
        for number in (1, 2):
            self.queue.send(self.queue_url, [login(number)])
            self.assertEqual(self.drain(config=config).code, EXIT_DONE)
            if number == 1:
                self.keys("add")
                self.keys("promote", "2")
        tokens = [row[0] for row in self.sql("SELECT masked_ip FROM user_logins ORDER BY masked_ip")]
        self.assertEqual([token[:3] for token in tokens], ["s1:", "s2:"])
        query = ("--domain", "ip", "--key", "file:moretta.keys", *tokens)

        both = self.unmask(*query)
        refused = self.moretta("keys", "destroy", "moretta.keys", "1", "-c", str(config))
        destroyed = self.moretta("keys", "destroy", "moretta.keys", "1", "-c", str(config),
                                 "--rows", "2")
        one = self.unmask(*query)
        verified = self.moretta("audit", "verify", "--key", "file:moretta.keys",
                                name="moretta-unmask")

        self.assertEqual(both.code, EXIT_DONE, both)
        self.assertEqual(refused.code, EXIT_FAILED, refused)
        self.assertIn("2 values are still under it", refused.said)
        self.assertEqual(destroyed.code, EXIT_DONE, destroyed)
        self.assertEqual(one.code, EXIT_FAILED, one)
        self.assertEqual(one.text.splitlines()[0], "")
        self.assertEqual(one.text.splitlines()[1], both.text.splitlines()[1])
        self.assertEqual(verified.code, EXIT_DONE, verified)

    def test_lookup_names_the_token_of_every_key_that_may_be_read(self):
        self.keys("new")
        self.keys("add")
        self.keys("promote", "2")
        config = self.keyset_config()
        lookup = ("lookup", "-c", str(config), "--column", "masked_ip", "--json", "10.0.0.1")

        both = self.moretta(*lookup)
        self.keys("disable", "1")
        one = self.moretta(*lookup)

        self.assertEqual([token[:3] for token in json.loads(both.text)], ["s2:", "s1:"], both)
        self.assertEqual(json.loads(one.text), json.loads(both.text)[:1], one)

    def test_a_key_is_not_destroyed_unseen_while_its_tokens_are_in_escrow(self):
        self.open_queue()
        self.keys("new")
        self.keys("add")
        public = self.moretta("recovery-key", "recovery.key", name="moretta-unmask").text.strip()
        config = self.config(changes=[
            ("env:SECRET_KEY", f"file:{self.folder}/moretta.keys\n  recovery: {public}"),
            ("mask: aes-siv", "mask: tokenize")])
        self.create_tables(config)
        self.queue.send(self.queue_url, [login(1)])
        self.assertEqual(self.drain(config=config).code, EXIT_DONE)
        self.keys("promote", "2")

        refused = self.moretta("keys", "destroy", "moretta.keys", "1", "-c", str(config))

        self.assertEqual(refused.code, EXIT_FAILED, refused)
        self.assertIn("2 in pii_vault in escrow", refused.said)

    def test_wrong_key_is_refused_before_the_first_row(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, [login(1)])
        self.assertEqual(self.drain().code, EXIT_DONE)
        self.queue.send(self.queue_url, [login(2)])

        done = self.drain(env={"SECRET_KEY": OTHER_KEY})
        check = self.moretta("check", "-c", str(self.config()), "--connect",
                             env={"SECRET_KEY": OTHER_KEY})

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("is not the key 1 that has written here", done.said)
        self.assertEqual(self.count(), 1)
        self.assertEqual(check.code, EXIT_CONFIG, check)
        self.assertIn("is not the key 1 that has written here", check.text)

    def test_key_in_the_environment_is_warned_of(self):
        self.open_queue()
        self.create_tables()

        done = self.drain()

        self.assertIn("key_in_environment", done.said)
        self.assertNotIn(harness.SECRET_KEY, done.said)


class TwoPeople(EndToEnd):
    """A recovery that takes two: a private recovery key in two shares, and no copy of it."""

    def bytes_of(self, share):
        text = (self.folder / share).read_text().strip().split(":")[2]
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def test_neither_share_recovers_alone_and_both_do_together(self):
        self.open_queue()
        public = self.moretta("recovery-key", "recovery.key", name="moretta-unmask").text.strip()
        config = self.config(changes=[("env:SECRET_KEY", f"env:SECRET_KEY\n  recovery: {public}"),
                                      ("mask: aes-siv", "mask: tokenize")])
        self.create_tables(config)
        self.queue.send(self.queue_url, [login(1)])
        self.assertEqual(self.drain(config=config).code, EXIT_DONE)
        token = self.sql("SELECT masked_ip FROM user_logins")[0][0]
        split = self.moretta("keys", "split", "file:recovery.key", "one.share", "other.share")
        self.assertEqual(split.code, EXIT_DONE, split)
        whole = (self.folder / "recovery.key").read_text()
        (self.folder / "recovery.key").unlink()

        def recover(place):
            return self.unmask("--domain", "ip", "--recovery-key", place, token)

        both = recover("split:file:one.share,file:other.share")
        self.assertEqual((both.code, both.text), (EXIT_DONE, json.loads(login(1))["ip"] + "\n"), both)
        for place in ("file:one.share", "file:other.share", "split:file:one.share,file:one.share",
                      "split:file:one.share", "split:file:one.share,file:none.share"):
            alone = recover(place)
            self.assertNotEqual(alone.code, EXIT_DONE, place)
            self.assertEqual(alone.text, "", place)
            self.assertNotIn(whole.strip(), alone.said)
        # Without us, as docs/keys.md has it.
        joined = bytes(a ^ b for a, b in zip(self.bytes_of("one.share"), self.bytes_of("other.share")))
        self.assertEqual(joined[8:].decode(), whole.strip())
        self.assertEqual(joined[:8], hashlib.sha256(joined[8:]).digest()[:8])


class Epochs(EndToEnd):
    """Equality that ends by plan: a key for each month."""

    def token_of(self, month, value, domain):
        """In Python, from the keyset file."""
        keyset = json.loads((self.folder / "moretta.keys").read_text())
        key = next(key for key in keyset["keys"] if key.get("period") == month)
        material = base64.urlsafe_b64decode(key["material"] + "=")
        lp = lambda text: len(text).to_bytes(2, "big") + text
        pseudorandom = hmac.digest(b"pii-mask/v1", material, "sha256")
        subkey = hmac.digest(pseudorandom, lp(b"hmac-sha256") + lp(domain) + b"\x01", "sha256")
        return f"h{key['id']}:" + hmac.digest(subkey, value.encode(), "sha256").hex()

    def setUp(self):
        super().setUp()
        self.assertEqual(self.moretta("keys", "new", "moretta.keys").code, EXIT_DONE)
        self.config_file = self.config(changes=[
            ("env:SECRET_KEY", f"file:{self.folder}/moretta.keys"),
            ("varchar(256), mask: aes-siv", "varchar(256), mask: {method: hmac-sha256, recover: seal, "
                                            "epoch: month}")])
        self.months = [self.sql(f"SELECT to_char(now() AT TIME ZONE 'UTC' + interval '{n} month', "
                                "'YYYY-MM')")[0][0] for n in (0, 1, 2)]

    def add_months(self, first, last):
        done = self.moretta("keys", "add", "moretta.keys", "--month", first, "--until", last)
        self.assertEqual(done.code, EXIT_DONE, done)

    def test_a_month_ends_with_its_key(self):
        self.add_months(self.months[0], self.months[2])
        config = str(self.config_file)
        self.open_queue()
        self.create_tables(self.config_file)
        self.queue.send(self.queue_url, [login(1)])
        self.assertEqual(self.drain(config=self.config_file).code, EXIT_DONE)
        event = json.loads(login(1))
        token = self.sql("SELECT masked_ip FROM user_logins")[0][0]
        expected = self.token_of(self.months[0], event["ip"], b"ip")

        lookup = self.moretta("lookup", "-c", config, "--column", "masked_ip", "--json", event["ip"])
        value = self.unmask("--domain", "ip", "--key", "file:moretta.keys", token)
        audit = self.moretta("audit", "-c", config, "--json")
        explained = self.moretta("explain", "masked_ip", "-c", config)
        rewrap = self.moretta("rewrap", "masked_ip", "-c", config, "--reason", "r",
                              name="moretta-unmask")
        refused = self.moretta("keys", "destroy", "moretta.keys", "2", "-c", config)
        destroyed = self.moretta("keys", "destroy", "moretta.keys", "2", "-c", config, "--rows", "4")
        gone = self.unmask("--domain", "ip", "--key", "file:moretta.keys", token)
        self.queue.send(self.queue_url, [login(2)])
        late = self.drain(config=self.config_file)

        self.assertEqual(token, expected)
        self.assertIn(token, json.loads(lookup.text))
        self.assertEqual(len(json.loads(lookup.text)), 3, "one for each month, none of the primary key")
        self.assertEqual((value.code, value.text), (EXIT_DONE, event["ip"] + "\n"), value)
        self.assertNotIn('"mixed"', audit.text)
        self.assertIn("the month in which the message was sent", explained.text)
        self.assertEqual(rewrap.code, EXIT_FAILED, rewrap)
        self.assertIn("does not say in which month", rewrap.said)
        self.assertIn("4 values are still under it", refused.said)
        self.assertEqual(destroyed.code, EXIT_DONE, destroyed)
        self.assertEqual((gone.code, gone.text), (EXIT_FAILED, "\n"), gone)
        self.assertEqual(late.code, harness.EXIT_REJECTS, late)
        self.assertEqual(self.sql("SELECT reason FROM moretta_quarantine"), [("no_epoch_key",)])
        registered = self.sql("SELECT DISTINCT id FROM pii_key_registry WHERE method = 'hmac-sha256'")
        self.assertEqual(sorted(row[0] for row in registered), [2, 3, 4])

    def test_tokens_of_a_month_get_one_for_good_while_its_key_is_there(self):
        self.add_months(self.months[0], self.months[1])
        self.open_queue()
        self.create_tables(self.config_file)
        self.queue.send(self.queue_url, [login(1)])
        self.assertEqual(self.drain(config=self.config_file).code, EXIT_DONE)
        lasting = self.folder / "lasting.yaml"
        lasting.write_text(self.config_file.read_text().replace(", epoch: month", ""))

        done = self.moretta("rewrap", "masked_ip", "-c", str(lasting), "--reason", "no more epochs",
                            name="moretta-unmask")

        self.assertEqual(done.code, EXIT_DONE, done)
        token = self.sql("SELECT masked_ip FROM user_logins")[0][0]
        lookup = self.moretta("lookup", "-c", str(lasting), "--column", "masked_ip", "--json",
                              json.loads(login(1))["ip"])
        value = self.unmask("--domain", "ip", "--key", "file:moretta.keys", token)
        self.assertEqual(json.loads(lookup.text), [token], "of the primary key alone")
        self.assertEqual(value.text, json.loads(login(1))["ip"] + "\n", value)

    def test_a_month_without_a_key_is_said_before_it_comes(self):
        none = self.moretta("check", "-c", str(self.config_file), env={"QUEUE_URL": "logins"})
        self.add_months(self.months[1], self.months[1])
        not_now = self.moretta("check", "-c", str(self.config_file), env={"QUEUE_URL": "logins"})
        self.add_months(self.months[0], self.months[0])
        good = self.moretta("check", "-c", str(self.config_file), env={"QUEUE_URL": "logins"})

        self.assertIn("no key of a month", none.text)
        self.assertEqual(not_now.code, EXIT_CONFIG, not_now)
        self.assertIn(f"no key of {self.months[0]}", not_now.text)
        self.assertNotIn("no key of", good.text)
        self.assertEqual(good.code, EXIT_DONE, good)


class Roles(EndToEnd):
    def as_role(self, who):
        """The environment of somebody who has that role and no other."""
        url = self.env["DATABASE_URL"]
        glue = " " if "://" not in url else "&" if "?" in url else "?"
        return {"DATABASE_URL": f"{url}{glue}user={self.logins[who]}"}

    def setUp(self):
        super().setUp()
        self.open_queue()
        self.create_tables()
        roles = self.moretta("schema", "-c", str(self.config()), "--roles")
        self.assertEqual(roles.code, EXIT_DONE, roles)
        self.sql(roles.text)
        self.logins = {}
        for who, role in ROLES.items():
            self.logins[who] = f"{who}_{os.getpid()}_{self.database}"[:60].lower()
            self.sql(f"CREATE ROLE {self.logins[who]} LOGIN; GRANT {role} TO {self.logins[who]}")
        self.queue.send(self.queue_url, [login(1), "no JSON"])
        self.done = self.drain(env=self.as_role("worker"))

    def allowed(self, who):
        tables = ("user_logins", "moretta_ledger", "moretta_quarantine", "pii_vault",
                  "pii_key_registry", "moretta_unmask_audit", "moretta_load", "moretta_worker_marks",
                  "moretta_manifest")
        found = set()
        for table in tables:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                if self.sql(f"SELECT has_table_privilege('{self.logins[who]}', '{table}', '{right}')")[0][0]:
                    found.add((right, table))
        return found

    def test_worker_drains_and_may_do_nothing_else(self):
        self.assertEqual(self.done.code, harness.EXIT_REJECTS, self.done)
        self.assertEqual(self.count(), 1)
        self.assertEqual(self.count("moretta_quarantine"), 1)
        self.assertEqual(self.allowed("worker"), {
            ("INSERT", "user_logins"), ("INSERT", "moretta_quarantine"), ("INSERT", "pii_vault"),
            ("SELECT", "moretta_ledger"), ("INSERT", "moretta_ledger"),
            ("SELECT", "pii_key_registry"), ("INSERT", "pii_key_registry"),
            ("SELECT", "moretta_manifest"), ("INSERT", "moretta_manifest"),
            ("SELECT", "moretta_load"), ("INSERT", "moretta_load"), ("UPDATE", "moretta_load"), ("SELECT", "moretta_worker_marks"),
            ("INSERT", "moretta_worker_marks"), ("UPDATE", "moretta_worker_marks")})

        unmask = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                             env=self.as_role("worker"))

        self.assertEqual((unmask.code, unmask.text), (EXIT_FAILED, ""), unmask)

    def test_analyst_reads_tokens_and_may_do_nothing_else(self):
        self.assertEqual(self.allowed("analyst"), {("SELECT", "user_logins")})

        unmask = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                             env=self.as_role("analyst"))
        drain = self.drain(env=self.as_role("analyst"))

        self.assertEqual((unmask.code, unmask.text), (EXIT_FAILED, ""), unmask)
        self.assertEqual(drain.code, EXIT_FAILED, drain)

    def test_mender_replays_and_may_do_nothing_else(self):
        self.assertEqual(self.allowed("mender"), {
            ("INSERT", "user_logins"), ("INSERT", "pii_vault"),
            ("SELECT", "moretta_quarantine"), ("DELETE", "moretta_quarantine"),
            ("SELECT", "moretta_ledger"), ("INSERT", "moretta_ledger"),
            ("SELECT", "pii_key_registry"), ("INSERT", "pii_key_registry"),
            ("SELECT", "moretta_unmask_audit"), ("INSERT", "moretta_unmask_audit")})
        changes = self.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'moretta_ledger'::regclass "
                           "AND attnum > 0 AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
                           (self.logins["mender"],))
        self.assertEqual(changes, [("met",)], "of the ledger")
        everything = self.config(name="all.yaml")

        done = self.moretta("replay", "-c", str(everything), "--reason", "end-to-end test",
                            name="moretta-unmask", env=self.as_role("mender"))

        self.assertEqual(done.code, harness.EXIT_REJECTS, done)
        self.assertIn("still invalid_json", done.text)

    def test_officer_recovers_and_may_change_nothing(self):
        self.assertEqual(self.allowed("officer"), {
            ("SELECT", "user_logins"), ("SELECT", "moretta_quarantine"), ("SELECT", "pii_vault"),
            ("SELECT", "pii_key_registry"), ("SELECT", "moretta_unmask_audit"),
            ("SELECT", "moretta_manifest"), ("INSERT", "moretta_unmask_audit")})

        value = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                            env=self.as_role("officer"))
        message = self.sql("SELECT message_id FROM moretta_quarantine")[0][0]
        body = self.unmask("--quarantined", message, env=self.as_role("officer"))
        drain = self.drain(env=self.as_role("officer"))

        self.assertEqual(value.code, EXIT_DONE, value)
        self.assertEqual(value.text.count("\n"), 1)
        self.assertEqual((body.code, body.text), (EXIT_DONE, "no JSON"), body)
        self.assertEqual(self.sql("SELECT db_role FROM moretta_unmask_audit WHERE seq = 1")[0][0],
                         self.logins["officer"])
        self.assertEqual(drain.code, EXIT_FAILED, drain)


if __name__ == "__main__":
    unittest.main()
