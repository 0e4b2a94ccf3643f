"""What cannot work ends with a code, says what to do, and costs no message."""

import signal
import unittest

import harness
from harness import EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EndToEnd, logins


class RefusedByTheDatabase(EndToEnd):
    def setUp(self):
        super().setUp()
        self.open_queue()
        self.queue.send(self.queue_url, logins(10))

    def assert_refused(self, ended, *words):
        self.assertEqual(ended.code, EXIT_FAILED, ended)
        for word in words:
            self.assertIn(word, ended.said)
        self.assertEqual(self.queue.depth(self.queue_url), 10, "a message is gone")

    def test_a_missing_table(self):
        self.assert_refused(self.drain(), "user_logins", "moretta schema")

    def test_a_missing_ledger(self):
        self.sql(harness.table_sql())

        self.assert_refused(self.drain(), "moretta_ledger", "moretta schema")

    def test_a_missing_column(self):
        self.create_tables()
        self.sql("ALTER TABLE user_logins DROP COLUMN locale")

        self.assert_refused(self.drain(), "locale")

    def test_a_missing_right(self):
        self.create_tables()
        self.sql(f"DROP ROLE IF EXISTS {self.database}_r; CREATE ROLE {self.database}_r LOGIN")
        self.addCleanup(self.sql, f"DROP OWNED BY {self.database}_r; DROP ROLE {self.database}_r")
        self.env["DATABASE_URL"] = self.postgres.url(self.database, user=f"{self.database}_r")

        self.assert_refused(self.drain(), "user_logins", "grant the role its rights")

    def test_a_wrong_password(self):
        self.create_tables()
        role = f"{self.database}_p"
        self.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'right'")
        self.addCleanup(self.sql, f"DROP ROLE {role}")
        self.postgres.asks_password_of(role)
        self.env["DATABASE_URL"] = self.postgres.url(self.database, user=role, password="wr0ng-secret")

        ended = self.drain()

        self.assert_refused(ended, "password")
        self.assertNotIn("wr0ng-secret", ended.said + ended.text)

    def test_a_database_that_does_not_exist(self):
        self.env["DATABASE_URL"] = self.postgres.url("no_such_database")

        self.assert_refused(self.drain(), "no_such_database")

    def test_a_right_taken_away_in_the_middle_gives_the_turn_back(self):
        self.create_tables()
        role = f"{self.database}_w"
        self.sql(f"CREATE ROLE {role} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; "
                 f"GRANT USAGE ON SCHEMA public TO {role}")
        self.addCleanup(self.sql, f"DROP OWNED BY {role}; DROP ROLE {role}")
        self.env["DATABASE_URL"] = self.postgres.url(self.database, user=role)
        worker = self.start("run", "--lanes", "1")
        harness.eventually(lambda: self.count() == 10, "it works")

        self.sql(f"REVOKE INSERT ON user_logins FROM {role}")
        self.queue.send(self.queue_url, logins(10, 10))
        ended = worker.wait()

        self.assert_refused(ended, "user_logins")
        self.assert_every_login_once(10)


class RefusedByTheQueue(EndToEnd):
    def test_drain_of_a_queue_that_does_not_exist(self):
        self.open_queue()
        self.create_tables()
        self.env["QUEUE_URL"] = self.queue_url.replace("logins", "misspelt")

        worker = self.start("drain", "--no-progress")
        harness.eventually(lambda: b"misspelt" in worker.err, "it names the queue")
        worker.end(signal.SIGTERM)


class Keys(EndToEnd):
    def assert_wrong_key(self, ended, *words):
        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        for word in words:
            self.assertIn(word, ended.said)

    def with_key(self, key):
        env = {"QUEUE_URL": "http://127.0.0.1:1/000000000000/none"}
        if key is None:
            del self.env["SECRET_KEY"]
        else:
            env["SECRET_KEY"] = key
        ended = self.drain(env=env)
        if key:
            self.assertNotIn(key, ended.said + ended.text)
        return ended

    def test_a_missing_key_is_named_with_the_way_to_make_one(self):
        self.assert_wrong_key(self.with_key(None), "SECRET_KEY", "openssl rand -hex 32")

    def test_an_empty_key(self):
        self.assert_wrong_key(self.with_key(""), "SECRET_KEY")

    def test_a_key_of_the_wrong_length(self):
        self.assert_wrong_key(self.with_key("4a402b32b91dfbd9"), "SECRET_KEY", "64 hex digits")

    def test_a_weak_key(self):
        self.assert_wrong_key(self.with_key("ab" * 32), "weak")

    def test_a_key_from_the_manual(self):
        self.assert_wrong_key(self.with_key(bytes(range(32)).hex()), "weak")

    def test_a_key_file_that_everybody_can_read(self):
        path = self.folder / "key"
        path.write_text(harness.SECRET_KEY + "\n")
        path.chmod(0o644)
        config = self.config(changes=[("env:SECRET_KEY  ", f"file:{path}  ")])

        ended = self.drain(config=config, env={"QUEUE_URL": "http://127.0.0.1:1/0/none"})

        self.assert_wrong_key(ended, "chmod 600")


class WrongConfiguration(EndToEnd):
    def test_every_error_is_named_at_once_with_line_and_column(self):
        path = self.config(changes=[("mask: aes-siv", "mask: aes-sieve"),
                                    ("type: integer", "type: integre"),
                                    ("on_reject: quarantine", "on_rejekt: quarantine")])

        ended = self.moretta("check", "-c", str(path))

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        lines = ended.said.splitlines() + ended.text.splitlines()
        for word, fix in (("aes-sieve", "aes-siv"), ("integre", "integer"), ("on_rejekt", "on_reject")):
            place = self.place_of(path, word)
            self.assertTrue(any(line.startswith(f"{path}:{place[0]}:{place[1]}:") and fix in line
                                for line in lines), (word, place, ended))

    def test_broken_yaml(self):
        path = self.folder / "broken.yaml"
        path.write_text("queue:\n  url: [1, 2\ntable: }\n")

        ended = self.drain(config=path)

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertRegex(ended.said, rf"{path}:\d+:\d+: ")

    def test_a_file_that_is_not_there(self):
        ended = self.drain(config=self.folder / "nowhere.yaml")

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertIn("nowhere.yaml", ended.said)

    def test_a_password_in_the_file_is_refused_and_not_shown(self):
        path = self.config(changes=[("url: ${DATABASE_URL:-}", "url: postgresql://u:s3cret@h/d")])

        ended = self.moretta("check", "-c", str(path))

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertNotIn("s3cret", ended.said + ended.text)

    def test_a_queue_that_nobody_named(self):
        ended = self.drain()

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertIn("QUEUE_URL", ended.said)

    def place_of(self, path, word):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if word in line:
                return number, line.index(word) + 1
        raise AssertionError(word)


class WrongUsage(EndToEnd):
    def test_ends_with_64_and_points_to_the_help(self):
        for arguments in ([], ["no-such-command"], ["drain", "--no-such-option"], ["drain", "--lanes"],
                          ["mask", "--format", "xml"]):
            ended = self.moretta(*arguments)
            self.assertEqual(ended.code, EXIT_USAGE, (arguments, ended))
            self.assertIn("--help", ended.said)

    def test_does_not_repeat_a_url_that_stands_in_the_wrong_place(self):
        ended = self.moretta("drain", "postgresql://u:s3cret@h/d")

        self.assertEqual(ended.code, EXIT_USAGE, ended)
        self.assertNotIn("s3cret", ended.said + ended.text)

    def test_every_command_has_help_with_an_example(self):
        for command in ("run", "drain", "mask", "init", "check", "schema", "demo", "devqueue"):
            ended = self.moretta(command, "--help")
            self.assertEqual(ended.code, EXIT_DONE, ended)
            self.assertIn("Example:", ended.text)


if __name__ == "__main__":
    unittest.main()
