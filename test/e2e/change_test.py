"""A column changes its key or method under the feet of its workers; a person asks for deletion."""

import base64
import hashlib
import json
import os
import subprocess
import unittest

import harness
from harness import EXIT_DONE, EXIT_FAILED, EndToEnd, login

VALUE = "203.0.113.99"


class Change(EndToEnd):
    def md5_config(self):
        """As whoever began with plain digests, without a vault."""
        return self.config(changes=[("mask: aes-siv", "mask: md5")], name="md5.yaml")

    def upgraded_config(self):
        return self.config(changes=[("mask: aes-siv", "mask: hmac-sha256+md5")], name="hmac.yaml")

    def store(self, config, bodies):
        self.queue.send(self.queue_url, bodies)
        done = self.drain(config=config)
        self.assertEqual(done.summary["stored"], len(bodies), done)

    def begin(self, config, bodies):
        self.open_queue()
        self.create_tables(config)
        self.store(config, bodies)

    def tokens(self, column="masked_ip"):
        return [row[0] for row in self.sql(f"SELECT {column} FROM user_logins ORDER BY user_id")]

    def test_md5_becomes_keyed_in_place_and_old_rows_join_new_ones(self):
        bodies = [login(n, ip=f"10.0.0.{n % 7}") for n in range(60)]
        self.begin(self.md5_config(), bodies)
        before = self.tokens()
        self.assertEqual(before[0], hashlib.md5(b"10.0.0.0").hexdigest())
        self.store(self.upgraded_config(), [login(100, ip="10.0.0.3")])

        done = self.moretta("rewrap", "masked_ip", "-c", str(self.upgraded_config()), "--json")
        again = self.moretta("rewrap", "masked_ip", "-c", str(self.upgraded_config()), "--json")

        self.assertEqual(done.code, EXIT_DONE, done)
        report = json.loads(done.text)
        self.assertEqual((report["tokens_changed"], report["rows_changed"]), (7, 60))
        self.assertEqual(report["after"], {"rows": 61, "distinct": 7, "old_rows": 0})
        self.assertTrue(report["adds_up"])
        self.assertEqual(json.loads(again.text)["rows_changed"], 0)
        after = self.tokens()
        self.assertTrue(all(token.startswith("h1:") for token in after))
        self.assertEqual(after[3], after[60], "an old row and a new one of one address")
        self.assertEqual([before.index(t) for t in before], [after.index(t) for t in after[:60]])
        self.assertEqual(self.count("moretta_token_map"), 0, "the map would undo it")
        # The other column is another domain, and waits for its own turn.
        self.assertEqual(len(self.tokens("masked_device_id")[0]), 32)

    def test_says_which_program_does_what_needs_the_inverse(self):
        config = self.config()
        self.begin(config, [login(1)])

        done = self.moretta("rewrap", "masked_ip", "-c", str(config))

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("moretta-unmask rewrap masked_ip", done.said)

    def test_erases_a_value_and_leaves_a_receipt_without_it(self):
        config = self.config()
        self.begin(config, [login(1, ip=VALUE), login(2, ip=VALUE), login(3)])

        done = self.moretta("erase", "masked_ip", "-c", str(config), "--reason", "request 17",
                            input=VALUE.encode() + b"\n")

        self.assertEqual(done.code, EXIT_DONE, done)
        receipt = json.loads(done.text)
        self.assertEqual((receipt["cells"], receipt["vault_rows"], receipt["reason"]),
                         (2, 0, "request 17"))
        self.assertEqual([t is None for t in self.tokens()], [True, True, False])
        self.assertEqual(self.sql("SELECT cells, reason FROM moretta_erasure"), [(2, "request 17")])
        for text in (done.text, done.said, str(self.sql("SELECT r::text FROM moretta_erasure r"))):
            self.assertNotIn(VALUE, text)

    def test_erases_what_the_vault_knows_and_leaves_the_count(self):
        config = self.config(changes=[("mask: aes-siv", "mask: tokenize")])
        self.begin(config, [login(1, ip=VALUE), login(2, ip=VALUE), login(3)])
        token = self.tokens()[0]

        done = self.moretta("erase", "masked_ip", "-c", str(config), "--reason", "request 18",
                            "--token", token)

        self.assertEqual(json.loads(done.text)["vault_rows"], 1, done)
        self.assertEqual(self.tokens()[:2], [token, token])
        self.assertEqual(self.sql("SELECT count(*) FROM pii_vault WHERE domain = 'ip'"), [(1,)])

    def recovery_key(self, name="recovery.key", number=1):
        """Makes a pair; gives the file of the private half and the text of the public one."""
        private = self.folder / name
        made = self.moretta("recovery-key", str(private), "--id", str(number),
                            name="moretta-unmask")
        self.assertEqual(made.code, EXIT_DONE, made)
        self.assertTrue(made.text.startswith(f"recovery-public:{number}:"), made)
        self.assertEqual(private.stat().st_mode & 0o777, 0o600)
        return private, made.text.strip()

    def escrow_config(self, public, name="escrow.yaml"):
        return self.config(changes=[("mask: aes-siv", "mask: tokenize"),
                                    ("secret: env:SECRET_KEY", f"secret: env:SECRET_KEY\n  recovery: {public}")],
                           name=name)

    def test_what_is_in_escrow_opens_with_the_private_key_alone(self):
        private, public = self.recovery_key()
        config = self.escrow_config(public)
        self.begin(config, [login(1, ip=VALUE)])
        self.queue.send(self.queue_url, [login(2, ip=..., locale=VALUE)])
        self.drain(config=config)
        token, = self.tokens()
        sealed, = self.sql("SELECT sealed FROM pii_vault WHERE domain = 'ip'")[0]
        message, = self.sql("SELECT message_id FROM moretta_quarantine")[0]

        # All that the worker has: its key, its configuration, its database.
        as_worker = self.unmask("--domain", "ip", token)
        body_as_worker = self.unmask("--quarantined", message)
        as_officer = self.unmask("--domain", "ip", "--recovery-key", f"file:{private}", token)
        body = self.unmask("--quarantined", message, "--recovery-key", f"file:{private}")

        self.assertTrue(token.startswith("t1:") and sealed.startswith("e1:"), (token, sealed))
        self.assertEqual((as_worker.code, as_worker.text), (EXIT_FAILED, "\n"))
        self.assertEqual((body_as_worker.code, body_as_worker.text), (EXIT_FAILED, ""))
        self.assertEqual(as_officer.text, VALUE + "\n", as_officer)
        self.assertIn(VALUE, body.text)
        self.assertEqual(self.recipe(private, token, sealed), VALUE + "\n")

    def test_what_is_loaded_from_a_file_is_in_escrow_too(self):
        private, public = self.recovery_key()
        config = self.escrow_config(public)
        self.create_tables(config)
        lines = self.folder / "events.jsonl"
        lines.write_text(login(1, ip=VALUE) + "\n" + login(2, ip=...) + "\n")

        done = self.moretta("load", str(lines), "-c", str(config), "--sent-at", "mtime")

        self.assertEqual(done.code, harness.EXIT_REJECTS, done)
        seals = {row[0][:3] for row in self.sql("SELECT sealed FROM pii_vault")}
        body, = self.sql("SELECT left(encode(sealed_body, 'escape'), 4) FROM moretta_quarantine")[0]
        self.assertEqual((seals, body), ({"e1:"}, "PME1"))
        self.assertEqual(self.unmask("--domain", "ip", "--recovery-key", f"file:{private}",
                                     *self.tokens()).text, VALUE + "\n")

    def recipe(self, private, token, sealed):
        """The Python lines of the documents, run."""
        text = (harness.ROOT / "docs" / "change-of-key.md").read_text()
        start = text.index("    import base64, hmac")
        lines = text[start:text.index("\n\n## ", start)].splitlines()
        script = "\n".join(line[4:] for line in lines)
        done = subprocess.run(["/usr/bin/python3", "-c", script, private.read_text().strip(), "ip",
                               token, sealed], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def test_a_vault_moves_into_escrow_and_no_token_changes(self):
        plain = self.config(changes=[("mask: aes-siv", "mask: tokenize")])
        self.begin(plain, [login(n) for n in range(5)])
        before = self.tokens()
        private, public = self.recovery_key()
        config = self.escrow_config(public)

        done = self.unmask_rewrap("masked_ip", config)
        opened = self.unmask("--domain", "ip", "--recovery-key", f"file:{private}", before[2])

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertEqual(json.loads(done.text)["sealed_again"], 5)
        self.assertEqual(self.tokens(), before)
        self.assertEqual(opened.text, "10.0.0.2\n", opened)

    def unmask_rewrap(self, column, config, *arguments, **options):
        return self.moretta("rewrap", column, "-c", str(config), "--reason", "end-to-end test",
                            *arguments, name="moretta-unmask", **options)

    def test_cbc_becomes_siv_and_siv_one_way(self):
        cbc = self.config(changes=[("mask: aes-siv", "mask: aes-256-cbc")], name="cbc.yaml")
        self.begin(cbc, [login(n, ip=f"10.0.0.{n % 7}") for n in range(60)])
        siv = self.config(name="siv.yaml")
        hmac = self.config(changes=[("mask: aes-siv", "mask: hmac-sha256")], name="one-way.yaml")
        self.store(siv, [login(100, ip="10.0.0.3")])

        first = self.unmask_rewrap("masked_ip", siv, "--json")
        after = self.tokens()
        opened = self.unmask("--domain", "ip", after[3])
        refused = self.unmask_rewrap("masked_ip", hmac)
        second = self.unmask_rewrap("masked_ip", hmac, "--one-way", "--json")

        self.assertEqual(first.code, EXIT_DONE, first)
        self.assertEqual(json.loads(first.text)["rows_changed"], 60)
        self.assertEqual(after[3], after[60])
        self.assertEqual(opened.text, "10.0.0.3\n")
        self.assertEqual(self.sql("SELECT count(*) FROM moretta_token_map WHERE target = 'aes-siv 1'"),
                         [(7,)])
        self.assertEqual(refused.code, EXIT_FAILED)
        self.assertIn("--one-way", refused.said)
        self.assertEqual(json.loads(second.text)["after"]["old_rows"], 0, second)
        self.assertEqual(len(set(self.tokens())), 7)
        for done in (first, second):
            self.assertNotIn("10.0.0.", done.text + done.said)

    def test_tokens_of_a_passphrase_script_become_equal_for_the_first_time(self):
        config = self.config()
        self.begin(config, [login(1)])
        known = "passphrase of a script"
        values = ["10.0.0.1", "10.0.0.2", "10.0.0.1"]
        for number, value in enumerate(values):
            salt, iv = os.urandom(16), os.urandom(16)
            key = hashlib.pbkdf2_hmac("sha256", known.encode(), salt, 100_000)
            cipher = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex()],
                                    input=value.encode(), capture_output=True, check=True).stdout
            self.sql("INSERT INTO user_logins (user_id, masked_ip) VALUES (%s, %s)",
                     (f"old-{number}", base64.b64encode(salt + iv + cipher).decode()))

        done = self.unmask_rewrap("masked_ip", config, "--seed-passphrase", "env:OLD", "--json",
                                  env={"OLD": known})

        self.assertEqual(done.code, EXIT_DONE, done)
        tokens = [row[0] for row in self.sql(
            "SELECT masked_ip FROM user_logins WHERE user_id LIKE 'old-%' ORDER BY user_id")]
        self.assertEqual(tokens[0], tokens[2])
        self.assertEqual(self.unmask("--domain", "ip", tokens[1]).text, "10.0.0.2\n")

    def keyset(self):
        for verb in (("new",), ("add",)):
            self.assertEqual(self.moretta("keys", verb[0], "moretta.keys").code, EXIT_DONE)
        return f"secret: file:{self.folder}/moretta.keys"

    def test_one_way_tokens_get_another_key_as_their_values_come_again(self):
        keys = self.keyset()
        one_way = [("secret: env:SECRET_KEY", keys), ("mask: aes-siv", "mask: hmac-sha256")]
        before = self.config(changes=one_way, name="before.yaml")
        dual = self.config(changes=[*one_way, ("mask: hmac-sha256}\n    masked_device_id",
                           "mask: hmac-sha256, dual_write: {column: masked_ip_next, key: 2}}\n"
                           "    masked_device_id")], name="dual.yaml")
        self.begin(before, [login(n, ip=f"10.0.0.{n % 10}") for n in range(40)])
        self.sql("ALTER TABLE user_logins ADD masked_ip_next varchar(256)")
        self.store(dual, [login(n, ip=f"10.0.0.{n % 10}") for n in range(100, 107)])
        both = self.sql("SELECT left(masked_ip, 3), left(masked_ip_next, 3), count(*) FROM user_logins"
                        " GROUP BY 1, 2 ORDER BY 3")
        self.assertEqual(both, [("h1:", "h2:", 7), ("h1:", None, 40)])

        first = self.moretta("rewrap", "masked_ip", "-c", str(dual))
        self.store(dual, [login(n, ip=f"10.0.0.{n % 10}") for n in range(107, 110)])
        second = self.moretta("rewrap", "masked_ip", "-c", str(dual), "--json")

        self.assertEqual(first.code, harness.EXIT_REJECTS, first)
        self.assertIn("3 tokens have no new one yet", first.text)
        self.assertEqual(second.code, EXIT_DONE, second)
        self.assertEqual(json.loads(second.text)["tokens_learned"], 3)
        self.assertEqual(self.sql("SELECT count(DISTINCT masked_ip), count(DISTINCT masked_ip_next),"
                                  " count(DISTINCT (masked_ip, masked_ip_next)), count(masked_ip_next)"
                                  " FROM user_logins"), [(10, 10, 10, 50)])
        lookup = self.moretta("lookup", "-c", str(dual), "--column", "masked_ip", "--json", "10.0.0.3")
        self.assertEqual(set(json.loads(lookup.text)),
                         {token for row in self.sql("SELECT DISTINCT masked_ip, masked_ip_next FROM "
                          "user_logins WHERE user_id = 'user-000003'") for token in row})
        erased = self.moretta("erase", "masked_ip", "-c", str(dual), "--reason", "request 1",
                              input=b"10.0.0.3")
        self.assertEqual([json.loads(line)["cells"] for line in erased.text.splitlines()], [5, 5])

    def test_addresses_get_another_key_where_postgres_keeps_them_as_inet(self):
        shape = ("/ip, type: varchar(256), mask: aes-siv}", "/ip, type: inet, mask: ipcrypt-deterministic}")
        keys = [("secret: env:SECRET_KEY", self.keyset()), shape]
        before = self.config(changes=keys, name="before.yaml")
        dual = self.config(changes=[*keys, ("mask: ipcrypt-deterministic}", "mask: ipcrypt-deterministic, "
                                            "dual_write: {column: masked_ip_next, key: 2}}")], name="dual.yaml")
        self.open_queue()
        self.create_tables(before)
        self.sql("ALTER TABLE user_logins ALTER masked_ip TYPE inet USING NULL, ADD masked_ip_next inet")
        self.store(before, [login(n, ip=f"10.0.0.{n % 10}") for n in range(20)])
        self.store(dual, [login(n, ip=f"10.0.0.{n % 10}") for n in range(100, 107)])
        opens = ("--from", "ipcrypt-deterministic", "--from-key", "1")

        learned = self.moretta("rewrap", "masked_ip", "-c", str(dual))
        opened = self.unmask_rewrap("masked_ip", dual, *opens)
        again = self.unmask_rewrap("masked_ip", dual, *opens)
        read = self.unmask("--key", f"file:{self.folder}/moretta.keys", "--domain", "ip",
                           "--mask", "ipcrypt-deterministic", "--token-key", "2", *[row[0] for row in self.sql(
                               "SELECT DISTINCT host(masked_ip_next) FROM user_logins")])
        audit = self.moretta("audit", "--table", "user_logins", "--json")
        erased = self.moretta("erase", "masked_ip", "-c", str(dual), "--reason", "request 1", input=b"10.0.0.3")

        self.assertEqual(learned.code, harness.EXIT_REJECTS, learned)
        self.assertIn("3 tokens have no new one yet", learned.text)
        self.assertEqual((opened.code, again.code), (EXIT_DONE, EXIT_DONE), (opened, again))
        self.assertEqual(sorted(read.text.split()), [f"10.0.0.{n}" for n in range(10)], read)
        found = {column["name"]: column["look_alikes"] for column in json.loads(audit.text)["columns"]}
        self.assertEqual(found["masked_ip"], {"IPv6 address": 27}, audit)
        self.assertEqual([json.loads(line)["cells"] for line in erased.text.splitlines()], [3, 3], erased)
        self.assertEqual(self.sql("SELECT count(*), count(masked_ip), count(DISTINCT masked_ip_next),"
                                  " count(DISTINCT (masked_ip, masked_ip_next)) FROM user_logins"
                                  " WHERE masked_ip IS NOT NULL"), [(24, 24, 9, 9)])

    def test_one_way_tokens_get_another_key_at_once_through_the_vault(self):
        keys = self.keyset()
        config = self.config(changes=[("secret: env:SECRET_KEY", keys),
                                      ("mask: aes-siv", "mask: {method: hmac-sha256, recover: seal}")])
        self.begin(config, [login(n, ip=f"10.0.0.{n % 10}") for n in range(40)])
        before = self.tokens()
        self.assertEqual(self.moretta("keys", "promote", "moretta.keys", "2").code, EXIT_DONE)

        done = self.unmask_rewrap("masked_ip", config, "--json")
        after = self.tokens()
        opened = self.unmask("--domain", "ip", "--key", "file:moretta.keys", after[7])

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertTrue(all(token.startswith("h2:") for token in after), after)
        self.assertEqual(len(set(zip(before, after))), 10)
        self.assertEqual(opened.text, "10.0.0.7\n", opened)
        self.assertEqual(self.sql("SELECT key_id, count(*) FROM pii_vault WHERE domain = 'ip'"
                                  " GROUP BY 1"), [(2, 10)])

    def test_recoverable_tokens_become_ones_that_only_the_vault_opens(self):
        self.begin(self.config(), [login(n, ip=f"10.0.0.{n % 10}") for n in range(20)])
        for mask, letter in (("tokenize", "t"), ("{method: hmac-sha256, recover: seal}", "h")):
            self.sql("UPDATE user_logins SET masked_ip = NULL")
            self.store(self.config(name="siv.yaml"), [login(n, ip=f"10.0.0.{n % 10}")
                                                      for n in range(100, 120)])
            goal = self.config(changes=[("mask: aes-siv", f"mask: {mask}")], name="goal.yaml")

            done = self.unmask_rewrap("masked_ip", goal)
            tokens = self.sql("SELECT DISTINCT masked_ip FROM user_logins WHERE masked_ip IS NOT NULL")
            opened = self.unmask("--domain", "ip", *[row[0] for row in tokens])

            self.assertEqual(done.code, EXIT_DONE, done)
            self.assertTrue(all(row[0].startswith(letter + "1:") for row in tokens), tokens)
            self.assertEqual(sorted(opened.text.split()), [f"10.0.0.{n}" for n in range(10)], opened)

    def test_tokens_that_look_like_values_are_opened_when_told_what_they_are(self):
        shape = '{method: ff1, pattern: "###-##-####"}'
        before = self.config(changes=[("/device_id, type: varchar(256), mask: aes-siv",
                                       f"/device_id, type: varchar(256), mask: {shape}"),
                                      ("/ip, type: varchar(256), mask: aes-siv",
                                       "/ip, type: varchar(256), mask: ipcrypt-deterministic")],
                             name="before.yaml")
        after = self.config(name="after.yaml")
        ids = [f"593-47-{n:04}" for n in range(20)]
        self.begin(before, [login(n, device_id=ids[n], ip=f"10.0.0.{n}") for n in range(20)])
        tokens = [row[0] for row in self.sql("SELECT masked_device_id FROM user_logins ORDER BY user_id")]
        self.assertRegex(tokens[0], r"^\d{3}-\d{2}-\d{4}$")
        addresses = [row[0] for row in self.sql("SELECT masked_ip FROM user_logins ORDER BY user_id")]

        told = self.unmask("--domain", "device_id", "--mask", shape, *tokens[:3])
        address = self.unmask("--domain", "ip", "--mask", "ipcrypt-deterministic", addresses[5])
        untold = self.unmask("--domain", "device_id", tokens[0])
        wrong = self.unmask("--domain", "device_id", "--mask", "aes-siv", tokens[0])
        refused = self.unmask_rewrap("masked_device_id", before, "--from", shape)
        done = self.unmask_rewrap("masked_device_id", after, "--from", shape)
        ips = self.unmask_rewrap("masked_ip", after, "--from", "ipcrypt-deterministic")
        opened = self.unmask("--domain", "device_id",
                             *[row[0] for row in self.sql("SELECT masked_device_id FROM user_logins")])

        self.assertEqual(told.text.split(), ids[:3], told)
        self.assertEqual(address.text, "10.0.0.5\n", address)
        self.assertEqual(untold.code, EXIT_FAILED, untold)
        self.assertIn("needed for ff1", wrong.said)
        self.assertIn("dual_write", refused.said)
        self.assertEqual((done.code, ips.code), (EXIT_DONE, EXIT_DONE), (done, ips))
        self.assertEqual(sorted(opened.text.split()), ids, opened)

    def test_a_token_of_a_passphrase_script_is_opened_by_itself(self):
        salt, iv = os.urandom(16), os.urandom(16)
        key = hashlib.pbkdf2_hmac("sha256", b"passphrase of a script", salt, 100_000)
        cipher = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex()],
                                input=VALUE.encode(), capture_output=True, check=True).stdout
        token = base64.b64encode(salt + iv + cipher).decode()
        self.create_tables()

        right = self.unmask("--seed-passphrase", "env:OLD", token, env={"OLD": "passphrase of a script"})
        wrong = self.unmask("--seed-passphrase", "env:OLD", token, env={"OLD": "another"})

        self.assertEqual(right.text, VALUE + "\n", right)
        self.assertEqual(wrong.code, EXIT_FAILED, wrong)


if __name__ == "__main__":
    unittest.main()
