"""A column changes its key or method under the feet of its workers; a person asks for deletion."""

import hashlib
import json
import unittest

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


if __name__ == "__main__":
    unittest.main()
