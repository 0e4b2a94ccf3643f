"""The zip, unpacked where Lambda unpacks it and started as Lambda starts it, moves messages over TLS.

Its root holds nothing else. The emulator of the Runtime API is the one that judges the function itself.
"""

import unittest

import lambda_zip
import zip_test
from zip_test import harness

from lambda_api import Function, event_of, record


class Invocations(zip_test.WithTls):
    def setUp(self):
        super().setUp()
        database = "t_" + self.id().rsplit(".", 1)[1][:40]
        self.postgres.run("postgres", f"CREATE DATABASE {database}")
        self.database = database
        self.env["DATABASE_URL"] = self.postgres.tls_url(database)
        del self.env["MORETTA_CONFIG"]  # moretta.yaml beside the program is found
        made = self.run_there("schema", "--apply", "--config", "/var/task/moretta.yaml", env=self.env)
        self.assertEqual(made.code, harness.EXIT_DONE, made)
        self.function = Function(self.certificates, lambda_zip.sandbox_environment(self.env),
                                 lambda_zip.in_root(self.root, "/var/task/bootstrap"))
        self.addCleanup(self.function.close)

    def count(self, table):
        return self.postgres.run(self.database, f"SELECT count(*) FROM {table}")[0][0]

    def test_good_bad_and_repeated_messages(self):
        good = [record(body) for body in harness.logins(20)]

        first = self.function.invoke(event_of([*good, record("[1, 2]")]))
        again = self.function.invoke(event_of(good))

        self.assertEqual((first.failed_ids, again.failed_ids), ([], []), self.function.said())
        self.assertEqual(self.count("user_logins"), 20)
        self.assertEqual(self.count("moretta_quarantine"), 1)
        self.assertEqual((self.function.starts, self.function.api.violations), (1, []))

    def test_session_is_encrypted(self):
        self.function.invoke(event_of([record(harness.login(0))]))

        encrypted = self.postgres.run(
            self.database, "SELECT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                           " WHERE application_name LIKE 'moretta%%' AND datname = %s",
            (self.database,))
        self.assertEqual(encrypted, [(True, "TLSv1.3")])


if __name__ == "__main__":
    unittest.main()
