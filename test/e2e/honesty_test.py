"""audit, explain and lookup: what a table gives away, how a token is made, where a value stands."""

import hashlib
import hmac
import json
import subprocess
import unittest

import psycopg2

import harness
from harness import EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EXIT_USAGE, EndToEnd, MESSAGES, login

# In a space of a thousand addresses, so that a debug build searches it in no time.
NEAR = "10.0.0.ddd"


def findings(report, column=None):
    return {found["kind"] for found in report["findings"] if column in (None, found["column"])}


def columns_of(report):
    return {column["name"]: column for column in report["columns"]}


class Audit(EndToEnd):
    def stored(self, preset, bodies):
        self.open_queue()
        config = self.config(preset)
        self.create_tables(config)
        self.queue.send(self.queue_url, bodies)
        done = self.drain(config=config)
        self.assertIn(done.code, (EXIT_DONE, EXIT_REJECTS), done)
        return config

    def audit(self, *arguments, **options):
        done = self.moretta("audit", "--json", *arguments, **options)
        self.assertIn(done.code, (EXIT_DONE, EXIT_REJECTS), done)
        return done.code, json.loads(done.text)

    def test_reports_what_md5_gives_away_of_the_real_messages(self):
        config = self.stored("logins", MESSAGES.read_text().splitlines())

        code, report = self.audit("-c", str(config), "--k", "locale,device_type")

        self.assertEqual(code, EXIT_DONE)
        self.assertEqual(report["rows"], 99)
        columns = columns_of(report)
        self.assertEqual(columns["masked_ip"]["tokens"],
                         [{"method": "md5", "key_id": None, "rows": 99}])
        self.assertEqual(findings(report, "masked_ip"), {"unkeyed"})
        self.assertEqual(findings(report, "masked_device_id"), {"unkeyed"})
        self.assertEqual(findings(report, "user_id"), {"identifier"})
        self.assertEqual(findings(report, "create_date"), set())
        self.assertEqual(columns["masked_ip"]["break_times"][0]["space"], "ipv4")
        self.assertGreater(report["rates_per_core_second"]["md5"], 0)
        expected = self.sql("SELECT count(*) FROM user_logins GROUP BY locale, device_type")
        self.assertEqual(report["groups"]["k"], min(row[0] for row in expected))
        self.assertEqual(report["groups"]["groups"], len(expected))
        self.assertEqual(report["groups"]["rows_alone"], sum(row[0] == 1 for row in expected))

    def test_counts_as_sql_counts(self):
        config = self.stored("logins-keyed", MESSAGES.read_text().splitlines())

        _, report = self.audit("-c", str(config))

        for name, column in columns_of(report).items():
            sizes = [row[0] for row in self.sql(
                f"SELECT count({name}) FROM user_logins WHERE {name} IS NOT NULL GROUP BY {name}")]
            self.assertEqual(
                (column["distinct"], column["unique"], column["largest"], column["top10"]),
                (len(sizes), sizes.count(1), max(sizes), sum(sorted(sizes)[-10:])), name)
            self.assertTrue(column["exact"])
        self.assertEqual(findings(report, "masked_ip"), set())

    def test_proves_digests_broken_and_tells_no_value(self):
        addresses = [f"10.0.0.{number}" for number in range(100, 140)]
        config = self.stored("logins", [login(n, ip=ip) for n, ip in enumerate(addresses)])

        done = self.moretta("audit", "-c", str(config), "--prove", "30", "--cores", "2",
                            "--space", NEAR, "--fail-on", "proven")

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertIn("masked_ip: 40 of 40 sampled digests fell", done.text)
        self.assertIn("masked_device_id: 0 of 40 sampled digests fell", done.text)
        for ip in addresses:
            self.assertNotIn(ip, done.text + done.said)
            self.assertNotIn(hashlib.md5(ip.encode()).hexdigest(), done.text + done.said)

    def test_finds_nothing_to_undo_under_a_key(self):
        config = self.stored("logins-keyed", [login(n, ip=f"10.0.0.{n + 100}") for n in range(5)])

        code, report = self.audit("-c", str(config), "--prove", "5", "--space", NEAR,
                                  "--fail-on", "unkeyed,proven,mixed,clear")

        self.assertEqual(code, EXIT_DONE, report)
        self.assertEqual(report["prove"], [])
        column = columns_of(report)["masked_ip"]
        self.assertEqual(column["tokens"], [{"method": "aes-siv", "key_id": 1, "rows": 5}])
        self.assertEqual((column["sampled"], column["fallen"]), (0, 0))

    def test_reads_any_table_without_a_configuration(self):
        self.sql("CREATE TABLE \"Odd one\"(contact text, card varchar(30), note text)")
        self.sql("INSERT INTO \"Odd one\" VALUES ('somebody@example.org', '4111 1111 1111 1111', 'x'),"
                 " ('2001:db8::1', NULL, 'y')")

        code, report = self.audit("--table", '"Odd one"', "--fail-on", "clear")

        self.assertEqual(code, EXIT_REJECTS)
        columns = columns_of(report)
        self.assertEqual(columns["contact"]["look_alikes"], {"IPv6 address": 1, "e-mail": 1})
        self.assertEqual(columns["card"]["look_alikes"], {"card number": 1})
        self.assertEqual(columns["card"]["nulls"], 1)
        self.assertEqual(findings(report), {"clear"})

    def test_sees_two_keys_and_a_stray_value_in_one_column(self):
        self.sql("CREATE TABLE t(ip text)")
        self.sql("INSERT INTO t SELECT 'h' || n % 2 + 1 || ':' || repeat('a', 64)"
                 " FROM generate_series(1, 10) n")
        self.sql("INSERT INTO t VALUES ('192.0.2.1')")

        _, report = self.audit("--table", "t")

        self.assertEqual([(group["key_id"], group["rows"])
                          for group in columns_of(report)["ip"]["tokens"]], [(1, 5), (2, 5)])
        self.assertEqual(findings(report), {"mixed", "clear"})

    def test_says_what_is_wrong_with_a_question(self):
        self.sql("CREATE TABLE t(ip text)")
        cases = [(["--table", "t", "--fail-on", "everything"], "allowed: unkeyed"),
                 (["--table", "t", "--k", "ip,name"], "no such column"),
                 (["--table", "t", "--space", "ipv6"], "a space is"),
                 (["--table", "t", "--fail-on", "k=5"], "without --k"),
                 (["--table", "nowhere"], "no such table")]

        for arguments, said in cases:
            done = self.moretta("audit", *arguments)
            self.assertEqual(done.code, EXIT_FAILED, (arguments, done))
            self.assertIn(said, done.said)
        self.assertEqual(self.moretta("audit", "--prove", "0").code, EXIT_USAGE)


class Story(EndToEnd):
    def test_is_true(self):
        """docs/story.md, but for the size of the search: two networks of ten thousand texts."""
        done = subprocess.run(
            [harness.EXAMPLES / "story.sh"], capture_output=True, timeout=harness.WAIT_MAX_S,
            env={**self.env, "MORETTA": harness.program("moretta"), "SECRET_KEY": "",
                 "MORETTA_UNMASK": harness.program("moretta-unmask"), "PROVE_CORES": "1",
                 "PROVE_SPACE": "masked_ip=199.172.111.ddd masked_device_id=593-47-dddd"})
        told = done.stdout.decode()

        self.assertEqual(done.returncode, 0, told + done.stderr.decode())
        for line in ("masked_ip: 1 of 99 sampled digests fell",
                     "masked_device_id: 1 of 99 sampled digests fell",
                     "0 digests without a key: nothing to undo",
                     "recovered, and it is what was sent", "nobody recovers it any more"):
            self.assertIn(line, told)
        rows = self.sql("SELECT count(*), count(DISTINCT masked_ip) FROM user_logins"
                        " WHERE masked_ip LIKE 'h2:%' AND masked_device_id LIKE 'h2:%'")
        self.assertEqual(rows, [(99, 99)])


class Explain(EndToEnd):
    MASKS = ["md5", "sha256", "hmac-sha256", "{method: hmac-sha256, bits: 128}",
             "{method: hmac-sha256, bare: true}", "{method: hmac-sha256, domain: visitor_ip}",
             "aes-siv", "{method: aes-siv, pad: 16}", "{method: aes-siv, pad: 64, encoding: hex}",
             "aes-256-cbc", "{method: aes-256-cbc, encoding: base64url}",
             "hmac-sha256+md5", "tokenize"]
    # openssl's command has none of these; Python's package has AES.
    FORMS = ["{method: ff1, pattern: '###.#.###.#'}", "{method: ff1, pattern: 'id-####-####-####'}",
             "{method: ff1, pattern: '########', alphabet: base36}", "ipcrypt-deterministic",
             "ipcrypt-pfx", "truncate-ip", "{method: character-mask, keep_first: 3, keep_last: 1}",
             "{method: bucket, size: 10}"]

    def explained(self, mask):
        config = self.config(changes=[("mask: aes-siv}\n    masked_device_id",
                                       f"mask: {mask}}}\n    masked_device_id")])
        return config, self.moretta("explain", "masked_ip", "-c", str(config), "--json",
                                    env={"SECRET_KEY": ""})

    def run_lines(self, command, lines):
        done = subprocess.run([*command, lines], capture_output=True, timeout=harness.WAIT_MAX_S)
        self.assertEqual((done.returncode, done.stderr), (0, b""), (command, lines))
        return done.stdout.decode().strip()

    def test_prints_lines_of_openssl_and_of_python_that_give_the_same_token(self):
        for mask in self.MASKS + self.FORMS:
            with self.subTest(mask):
                _, done = self.explained(mask)
                self.assertEqual(done.code, EXIT_DONE, done)
                said = json.loads(done.text)

                self.assertEqual(said["openssl"] == "", mask in self.FORMS)
                if said["openssl"]:
                    self.assertEqual(self.run_lines(["bash", "-c"], said["openssl"]), said["token"])
                self.assertEqual(self.run_lines(["/usr/bin/python3", "-c"], said["python"]),
                                 said["token"])

    def test_shows_the_token_that_the_pipeline_makes(self):
        for mask in self.MASKS + self.FORMS:
            with self.subTest(mask):
                config, done = self.explained(mask)
                said = json.loads(done.text)
                steps = {name.split(",")[0]: text for name, text in said["steps"]}
                key = steps.get("master key", harness.SECRET_KEY)

                masked = self.moretta("mask", "-c", str(config), env={"SECRET_KEY": key},
                                      input=login(1, ip=said["value"]).encode())

                self.assertEqual(json.loads(masked.text)["masked_ip"], said["token"])

    def test_never_reads_the_key(self):
        done = self.moretta("explain", "masked_ip", "-c", str(self.config()))

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertNotIn(harness.SECRET_KEY, done.text + done.said)

    def test_has_nothing_to_say_of_a_column_that_is_not_masked(self):
        for column in ("user_id", "nowhere"):
            done = self.moretta("explain", column, "-c", str(self.config()))

            self.assertEqual(done.code, EXIT_FAILED, done)
            self.assertIn("cannot explain " + column, done.said)


class Lookup(EndToEnd):
    def test_finds_the_rows_of_a_value(self):
        for preset in ("logins", "logins-keyed"):
            config = self.config(preset, name=preset + ".yaml")
            events = "".join(login(n, ip=f"10.0.0.{n % 2}") + "\n" for n in range(4))
            rows = self.moretta("mask", "-c", str(config), input=events.encode())
            wanted = [json.loads(line)["masked_ip"] for line in rows.text.splitlines()][:2]

            done = self.moretta("lookup", "-c", str(config), "--column", "masked_ip",
                                input=b"10.0.0.0\n10.0.0.1\r\n")

            self.assertEqual(done.code, EXIT_DONE, done)
            self.assertEqual(done.text.splitlines(), [f"('{token}')" for token in wanted])

    def test_gives_json_for_scripts(self):
        done = self.moretta("lookup", "-c", str(self.config()), "--column", "masked_ip", "--json",
                            "10.0.0.1")

        self.assertRegex(done.text, r'^\["s1:[A-Za-z0-9_-]{64}"\]\n$')

    def test_refuses_a_column_without_tokens(self):
        for column in ("user_id", "nowhere"):
            done = self.moretta("lookup", "-c", str(self.config()), "--column", column, input=b"x")

            self.assertEqual(done.code, EXIT_FAILED, done)
            self.assertIn(column, done.said)

    def test_does_not_repeat_a_value_that_has_no_token(self):
        secret = "a\u0000b"
        done = self.moretta("lookup", "-c", str(self.config()), "--column", "masked_ip",
                            input=secret.encode())

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertIn("value 1: no token", done.said)
        self.assertNotIn(secret, done.said)


def subkey(method):
    """HKDF-SHA-256 of the test's key, as docs/masking.md has it."""
    lp = lambda text: len(text).to_bytes(2, "big") + text
    pseudorandom = hmac.digest(b"pii-mask/v1", bytes.fromhex(harness.SECRET_KEY), "sha256")
    return hmac.digest(pseudorandom, lp(method) + lp(b"") + b"\x01", "sha256")


class Manifest(EndToEnd):
    FIELDS = "seq, since, at, version, config, db_role, stored, duplicate, quarantined, masks, key_id, kcv"

    def drained(self, bodies, config=None):
        if self.queue is None:
            self.open_queue()
            self.create_tables(config)
        self.queue.send(self.queue_url, bodies)
        done = self.drain(config=config)
        self.assertIn(done.code, (EXIT_DONE, EXIT_REJECTS), done)
        return done

    def manifest(self, *arguments):
        done = self.moretta("manifest", "-c", str(self.config()), "--json", *arguments)
        lines = [json.loads(line) for line in done.text.splitlines()]
        return done.code, lines[:-1], lines[-1]

    def as_owner(self, statement):
        self.sql(f"ALTER TABLE moretta_manifest DISABLE TRIGGER append_only; {statement}; "
                 "ALTER TABLE moretta_manifest ENABLE TRIGGER append_only")

    def test_says_what_was_masked_how_and_how_much_and_no_value(self):
        self.drained(MESSAGES.read_text().splitlines())

        code, records, verdict = self.manifest()
        told = self.moretta("manifest", "-c", str(self.config())).text

        self.assertEqual(code, EXIT_DONE)
        self.assertEqual((verdict["whole"], verdict["records"]), (True, 1))
        record = records[0]
        self.assertEqual((record["stored"], record["duplicate"], record["quarantined"]), (99, 0, 1))
        self.assertLessEqual(record["since"], record["at"])
        masks = {column["column"]: column for column in json.loads(record["masks"])}
        key = {"id": 1, "kcv": hmac.digest(bytes.fromhex(harness.SECRET_KEY), b"pii-mask/v1 kcv",
                                           "sha256")[:8].hex()}
        self.assertEqual(masks["masked_ip"], {"column": "masked_ip", "method": "aes-siv", "domain": "ip",
                                              "keys": [key]})
        self.assertEqual(masks["locale"], {"column": "locale", "method": "keep"})
        self.assertEqual(list(masks), [row[0] for row in self.sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'user_logins'::regclass AND attnum > 0 "
            "ORDER BY attnum")])
        self.assertIn("99 stored, 0 duplicate, 1 quarantined", told)
        self.assertIn(f"masked_ip: aes-siv, domain ip, key 1 ({key['kcv']})", told)
        stored = json.dumps(record)
        for event in map(json.loads, MESSAGES.read_text().splitlines()):
            for name in ("user_id", "ip", "device_id"):
                self.assertNotIn(event.get(name, "no such value"), stored)

    def test_is_a_chain_that_anybody_with_the_key_can_check(self):
        self.drained([login(1)])
        self.drained([login(2), login(3)])

        before = ""
        for *fields, mac in self.sql(f"SELECT {self.FIELDS}, mac FROM moretta_manifest ORDER BY seq"):
            text = "".join(f"{len(field.encode())}:{field}" for field in [before, *map(str, fields)])
            self.assertEqual(hmac.new(subkey(b"manifest"), text.encode(), "sha256").hexdigest(), mac)
            before = mac

        self.assertEqual(self.sql("SELECT seq, stored FROM moretta_manifest ORDER BY seq"), [(1, 1), (2, 2)])

    def test_notices_what_was_changed_taken_out_or_cut_off(self):
        for number in (1, 2, 3):
            self.drained([login(number)])
        head = self.manifest()[2]["head"]
        with self.assertRaises(psycopg2.Error):
            self.sql("UPDATE moretta_manifest SET stored = 7 WHERE seq = 2")

        self.as_owner("UPDATE moretta_manifest SET stored = 7 WHERE seq = 2")
        changed = self.manifest()
        self.as_owner("UPDATE moretta_manifest SET stored = 1 WHERE seq = 2")
        mended = self.manifest()
        self.as_owner("DELETE FROM moretta_manifest WHERE seq = 3")
        cut = self.manifest("--head", head)
        self.as_owner("DELETE FROM moretta_manifest WHERE seq = 1")
        gone = self.manifest()

        self.assertEqual((changed[0], changed[2]["fault"]),
                         (EXIT_FAILED, "record 2 was changed, or the one before it was"))
        self.assertEqual((mended[0], mended[2]["head"]), (EXIT_DONE, head))
        self.assertIn("ends with record 2", cut[2]["fault"])
        self.assertEqual((gone[0], gone[2]["fault"]), (EXIT_FAILED, "records 1 to 1 are gone"))

    def test_is_of_files_too_and_of_nothing_where_nothing_came(self):
        self.drained([])
        file = self.folder / "events.ndjson"
        file.write_text(login(1) + "\n" + login(2) + "\n")

        done = self.moretta("load", "-c", str(self.config()), "--sent-at", "2026-11-29T00:00:00Z",
                            str(file))

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertEqual(self.sql("SELECT stored FROM moretta_manifest"), [(2,)])

    def test_a_worker_works_where_it_cannot_be_kept_and_says_once_what_to_do(self):
        self.open_queue()
        self.create_tables()
        self.sql("DROP TABLE moretta_manifest")

        done = self.drained([login(1)])
        checked = self.moretta("check", "-c", str(self.config()), "--connect")

        self.assertEqual(self.count(), 1)
        said = [line for line in done.said.splitlines() if "manifest" in line]
        self.assertEqual(len(said), 1, done)
        for text in (said[0], checked.text):
            self.assertIn("is missing", text)
            self.assertIn("create it: moretta schema --apply", text)
        self.assertIn("manifest_not_kept", said[0])
        self.assertEqual(checked.code, EXIT_DONE, checked)

        self.assertEqual(self.moretta("schema", "-c", str(self.config()), "--apply").code, EXIT_DONE)
        self.assertNotIn("manifest", self.drained([login(2)]).said)

    def test_a_role_that_may_not_keep_it_is_told_the_grant(self):
        self.open_queue()
        self.create_tables()
        role = "worker_" + self.database
        self.sql(f"CREATE ROLE {role} LOGIN; GRANT INSERT, SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}; "
                 f"REVOKE ALL ON moretta_manifest FROM {role}")
        self.addCleanup(self.postgres.run, "postgres", f"DROP ROLE {role}")
        self.addCleanup(self.sql, f"DROP OWNED BY {role}")
        self.queue.send(self.queue_url, [login(1)])

        done = self.drain(env={"DATABASE_URL": self.postgres.url(self.database, user=role)})

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assertIn("GRANT SELECT, INSERT ON ", done.said)
        self.assertEqual(self.count(), 1)


if __name__ == "__main__":
    unittest.main()
