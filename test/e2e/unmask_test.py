"""moretta-unmask: the way back, for those who hold the key, and for nobody else."""

import json
import os
import pty
import socket
import subprocess
import unittest

import harness
from harness import (EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EXIT_USAGE, EndToEnd, MESSAGES,
                     OTHER_KEY, login)

LOST = "not recoverable: wrong key, wrong domain or not a token of ours"


class Unmask(EndToEnd):
    def stored(self, preset, bodies):
        """The messages, moved into the table under this preset."""
        self.open_queue()
        config = self.config(preset)
        self.create_tables(config)
        self.queue.send(self.queue_url, bodies)
        return self.drain(config=config)

    def messages(self):
        events = [json.loads(line) for line in MESSAGES.read_text().splitlines()]
        return {event["user_id"]: event for event in events if "user_id" in event}

    def columns(self):
        return self.sql("SELECT user_id, masked_ip, masked_device_id FROM user_logins")

    def test_recovers_every_token_of_the_keyed_preset(self):
        self.stored("logins-keyed", MESSAGES.read_text().splitlines())
        rows, events = self.columns(), self.messages()
        self.assertEqual(len(rows), 99)

        for domain, column in (("ip", 1), ("device_id", 2)):
            tokens = "".join(row[column] + "\n" for row in rows)
            done = self.unmask("--domain", domain, "--audit-file", "audit.jsonl",
                               input=tokens.encode(), env={"DATABASE_URL": ""})

            self.assertEqual(done.code, EXIT_DONE, done)
            self.assertEqual(done.text.splitlines(), [events[row[0]][domain] for row in rows])

    def test_recovers_every_md5_token_by_way_of_the_vault(self):
        self.stored("logins", MESSAGES.read_text().splitlines())
        rows, events = self.columns(), self.messages()
        self.assertEqual(len(rows), 99)

        for domain, column in (("ip", 1), ("device_id", 2)):
            tokens = "".join(row[column] + "\n" for row in rows)
            done = self.unmask("--domain", domain, input=tokens.encode())

            self.assertEqual(done.code, EXIT_DONE, done)
            self.assertEqual(done.text.splitlines(), [events[row[0]][domain] for row in rows])

    def test_openssl_alone_recovers_what_the_vault_keeps(self):
        self.stored("logins", [login(7)])
        sealed = self.sql("SELECT sealed FROM pii_vault WHERE domain = 'ip'")[0][0]
        self.assertTrue(sealed.startswith("c1:"), sealed)
        payload = sealed[3:]

        done = subprocess.run(["openssl", "enc", "-d", "-aes-256-cbc", "-K", harness.SECRET_KEY,
                               "-iv", payload[:32]], input=bytes.fromhex(payload[32:]),
                              capture_output=True, timeout=harness.WAIT_MAX_S, check=True)

        self.assertEqual(done.stdout, json.loads(login(7))["ip"].encode())

    def test_opens_a_quarantined_body_byte_for_byte(self):
        body = '{"user_id": "x", "ip":  "10.1.2.3"\t,\n "device_id": 7}'
        done = self.stored("logins-keyed", [body])
        self.assertEqual(done.code, EXIT_REJECTS, done)
        message = self.sql("SELECT message_id FROM moretta_quarantine")[0][0]

        opened = self.unmask("--quarantined", message)

        self.assertEqual(opened.code, EXIT_DONE, opened)
        self.assertEqual(opened.text, body)

    def test_says_the_same_of_an_unknown_key_a_wrong_domain_and_a_foreign_token(self):
        self.stored("logins-keyed", [login(1)])
        token = self.columns()[0][1]
        changed = token[:-1] + ("A" if token[-1] != "A" else "B")
        cases = [(["--domain", "device_id", token], {}),
                 (["--domain", "ip", changed], {}),
                 (["--domain", "ip", "--key-id", "2", token], {}),
                 (["--domain", "ip", "d41d8cd98f00b204e9800998ecf8427e"], {}),
                 (["--domain", "ip", "no token of ours"], {})]

        for arguments, env in cases:
            done = self.unmask(*arguments, env=env)
            self.assertEqual(done.code, EXIT_FAILED, (arguments, done))
            self.assertEqual(done.text, "\n", arguments)
            self.assertEqual(done.said.splitlines()[-1], "moretta-unmask: " + LOST, arguments)

    def test_another_key_opens_neither_vault_nor_quarantine(self):
        self.stored("logins", [login(1), "no JSON"])
        token = self.columns()[0][1]
        message = self.sql("SELECT message_id FROM moretta_quarantine")[0][0]

        for arguments in (["--domain", "ip", token], ["--quarantined", message]):
            done = self.unmask(*arguments, env={"SECRET_KEY": OTHER_KEY})
            self.assertEqual(done.code, EXIT_FAILED, done)
            self.assertEqual(done.text.strip(), "")
            self.assertIn("not the key 1 that has written here", done.said)

    def test_gives_one_line_for_each_token_also_for_those_it_cannot_open(self):
        self.stored("logins-keyed", [login(1), login(2)])
        tokens = sorted(row[1] for row in self.columns())

        done = self.unmask("--domain", "ip", "--json",
                           input=f"{tokens[0]}\nwrong\n\n{tokens[1]}".encode())

        self.assertEqual(done.code, EXIT_FAILED, done)
        values = [json.loads(line)["value"] for line in done.text.splitlines()]
        self.assertEqual(values[1:3], [None, None])
        self.assertEqual({values[0], values[3]},
                         {json.loads(login(n))["ip"] for n in (1, 2)})

    def with_syslog(self, folder, command):
        """The command where /dev/log is a socket in this folder, for it alone."""
        return ["unshare", "--mount", "sh", "-c",
                'for name in null urandom; do : > "$0/$name"; mount --bind "/dev/$name" "$0/$name"; '
                'done; mount --rbind "$0" /dev; exec "$@"', str(folder), *command]

    def test_tells_syslog_before_the_first_value_can_be_read(self):
        probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True)
        if probe.returncode != 0:
            self.skipTest("SKIPPED: no namespace of mounts to be had here; run as root")
        self.stored("logins-keyed", [login(1)])
        token, value = self.columns()[0][1], json.loads(login(1))["ip"]
        folder = self.folder / "dev"
        folder.mkdir()
        syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(syslog.close)
        syslog.bind(str(folder / "log"))
        syslog.settimeout(harness.WAIT_MAX_S)
        # A pipe that is full: the first byte of a value cannot leave before somebody reads.
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        filler = 0
        while True:
            try:
                filler += os.write(writer, b"." * 4096)
            except BlockingIOError:
                break
        os.set_blocking(writer, True)

        child = subprocess.Popen(
            self.with_syslog(folder, [harness.program("moretta-unmask"), "--reason", "a court's order",
                                      "--ticket", "4711", "--domain", "ip", token]),
            env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=writer,
            stderr=subprocess.DEVNULL)
        os.close(writer)
        line = syslog.recv(65536).decode()
        is_waiting = child.poll() is None
        shown = b""
        while piece := os.read(reader, 65536):
            shown += piece

        self.assertEqual(child.wait(harness.WAIT_MAX_S), EXIT_DONE)
        self.assertTrue(is_waiting, "the value was not shown yet")
        self.assertEqual(shown[filler:].decode(), value + "\n")
        self.assertRegex(line, r"^<85>.*moretta-unmask")  # authpriv (10 * 8), notice (5)
        for told in ('reason "a court\'s order"', 'ticket "4711"', 'tokens "ip"', "count 1"):
            self.assertIn(told, line)
        seq, mac = self.sql("SELECT seq, mac FROM moretta_unmask_audit")[0]
        self.assertIn(f"record {seq}:{mac}", line)
        self.assertNotIn(value, line)
        self.assertNotIn(token, line)

    def test_writes_who_why_and_how_many_but_no_value_before_the_first_value(self):
        self.stored("logins-keyed", [login(3)])
        token = self.columns()[0][1]

        done = self.unmask("--domain", "ip", token)

        audit = json.loads(done.said.splitlines()[0])
        self.assertEqual((audit["event"], audit["reason"], audit["subject"], audit["tokens"]),
                         ("unmask", "end-to-end test", "ip", 1))
        self.assertTrue(audit["user"])
        self.assertRegex(audit["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
        self.assertNotIn(json.loads(login(3))["ip"], done.said)

    def test_finds_tokens_by_table_column_and_condition(self):
        self.stored("logins-keyed", MESSAGES.read_text().splitlines())
        events = self.messages()
        user = sorted(events)[0]

        done = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                           "--where", f"user_id={user}", "--where", "create_date>=2000-01-01")
        none = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                           "--where", "user_id=' OR 1=1 --")
        much = self.unmask("--domain", "ip", "--table", "user_logins", "--column", "masked_ip",
                           "--limit", "5")

        self.assertEqual((done.code, done.text), (EXIT_DONE, events[user]["ip"] + "\n"), done)
        self.assertEqual((none.code, none.text), (EXIT_DONE, ""), none)
        self.assertEqual((much.code, much.text), (EXIT_FAILED, ""), much)

    def test_keeps_a_chain_of_records_that_nobody_can_change_unnoticed(self):
        self.stored("logins-keyed", [login(n) for n in range(3)])
        tokens = [row[1] for row in self.columns()]
        for token in tokens:
            self.unmask("--domain", "ip", "--ticket", "4711", token)

        whole = self.moretta("audit", "verify", name="moretta-unmask")
        with self.assertRaises(Exception):
            self.sql("DELETE FROM moretta_unmask_audit")
        with self.assertRaises(Exception):
            self.sql("UPDATE moretta_unmask_audit SET reason = 'none'")
        record = self.sql("SELECT digests = encode(substring(sha256(convert_to(%s, 'UTF8')) for 16),"
                          " 'hex'), ticket FROM moretta_unmask_audit WHERE seq = 2", (tokens[1],))[0]
        self.sql("ALTER TABLE moretta_unmask_audit DISABLE TRIGGER append_only;"
                 "DELETE FROM moretta_unmask_audit WHERE seq = 2")
        broken = self.moretta("audit", "verify", "--json", name="moretta-unmask")

        self.assertEqual(whole.code, EXIT_DONE, whole)
        self.assertIn("3 records, whole", whole.text)
        self.assertEqual(tuple(record), (True, "4711"))
        self.assertEqual(broken.code, EXIT_FAILED, broken)
        self.assertEqual(json.loads(broken.text)["fault"], "records 2 to 2 are gone")

    def test_wants_a_reason(self):
        done = self.moretta("--domain", "ip", "s1:abc", name="moretta-unmask")

        self.assertEqual(done.code, EXIT_USAGE, done)
        self.assertIn("--reason", done.said)

    def test_does_not_start_without_a_key(self):
        done = self.unmask("--domain", "ip", "s1:abc", env={"SECRET_KEY": ""})

        self.assertEqual(done.code, EXIT_CONFIG, done)
        self.assertIn("SECRET_KEY", done.said)

    def test_keeps_clear_text_off_a_terminal_unless_told(self):
        self.stored("logins-keyed", [login(3, ip="10.0.0.3\x1b[31m")])
        token = self.columns()[0][1]

        refused, _ = self.on_terminal("--domain", "ip", token)
        shown, text = self.on_terminal("--domain", "ip", "--to-terminal", token)

        self.assertEqual(refused, EXIT_USAGE)
        self.assertEqual(shown, EXIT_DONE)
        self.assertIn(b"10.0.0.3\\x1b[31m", text)
        self.assertNotIn(b"\x1b", text)

    def test_moretta_itself_cannot_unmask(self):
        symbols = subprocess.run(["nm", "-C", harness.program("moretta")], capture_output=True,
                                 timeout=harness.WAIT_MAX_S).stdout.decode()

        self.assertIn("Masker", symbols)
        self.assertNotIn("Unmasker", symbols)

    def on_terminal(self, *arguments):
        """Exit code and what a terminal showed of standard output."""
        ours, theirs = pty.openpty()
        child = subprocess.Popen(
            [harness.program("moretta-unmask"), "--reason", "end-to-end test", *arguments],
            env=self.env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 4096):
                text += part
        except OSError:
            pass  # how a terminal says that nobody is left
        os.close(ours)
        return child.wait(harness.WAIT_MAX_S), text


if __name__ == "__main__":
    unittest.main()
