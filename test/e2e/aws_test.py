"""The real binary with AWS's credential, secret and key services, each a fake that verifies."""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from fake_aws import FakeAws
from fake_directory import FakeDirectory
from harness import (EXIT_CONFIG, EXIT_DONE, EXIT_FAILED, OTHER_KEY, SECRET_KEY, EndToEnd, Postgres,
                     eventually, login, logins)

RDS_HOST = "db.abc.eu-west-1.rds.amazonaws.com"


class AwsTest(EndToEnd):
    def setUp(self):
        super().setUp()
        self.aws = FakeAws()
        self.addCleanup(self.aws.close)
        self.create_tables()
        self.open_queue()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del self.env[name]
        self.env.update(self.aws.environment(self.folder / "agent-token"), AWS_REGION="eu-west-1")

    def stored(self, count):
        eventually(lambda: self.count() == count, f"{count} rows are stored")

    def assert_tells_nothing(self, ended, *more):
        for text in (*self.aws.secrets_that_must_not_show(), *more):
            self.assertNotIn(text, ended.text + ended.said)

    def role(self, name, password):
        self.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self.addCleanup(self.sql, f"DROP OWNED BY {name}; DROP ROLE {name}")
        self.sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        self.postgres.asks_password_of(name)

    def test_keys_of_a_container_are_replaced_during_a_run_and_an_agent_that_is_away_is_waited_for(self):
        self.aws.life = 6
        self.queue.send(self.queue_url, logins(10))
        worker = self.start("run", "--lanes", "3")
        self.stored(10)
        first = len(self.aws.issued)
        eventually(lambda: len(self.aws.issued) > first, "new keys are taken before the old ones end")

        self.aws.agent_status = 500
        eventually(lambda: self.aws.issued[-1].has_ended, "the last keys end")
        self.queue.send(self.queue_url, logins(10, 10))
        asked = self.aws.agent_asked
        eventually(lambda: self.aws.agent_asked > asked, "the agent is asked in vain")
        self.aws.agent_status = 200
        self.stored(20)

        ended = worker.end()
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assert_every_login_once(20)
        self.assert_tells_nothing(ended)

    def test_a_rotated_password_is_fetched_once_and_the_run_goes_on(self):
        role = "app_" + self.database[2:]
        self.role(role, "first-password")
        self.aws.secrets["prod/db"] = json.dumps({"username": role, "password": "first-password"})
        config = self.config(changes=[("  url: ${DATABASE_URL:-} ", "  password: awssm:prod/db\n  url: ${DATABASE_URL:-} ")])
        self.env["DATABASE_URL"] = self.postgres.url(self.database, user="nobody")
        self.queue.send(self.queue_url, logins(10))
        worker = self.start("run", "--lanes", "3", config=config)
        self.stored(10)
        self.assertEqual(len(self.aws.asked), 1)

        self.sql(f"ALTER ROLE {role} PASSWORD 'second-password'")
        self.aws.secrets["prod/db"] = json.dumps({"username": role, "password": "second-password"})
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [role])
        self.queue.send(self.queue_url, logins(10, 10))
        self.stored(20)

        ended = worker.end()
        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(self.aws.asked, [("secretsmanager.GetSecretValue", "prod/db")] * 2)
        self.assertEqual(len(self.aws.issued), 3, "keys for the queue, for all lanes; for each reading")
        self.assertEqual(self.aws.faults, [])
        self.assert_every_login_once(20)
        self.assert_tells_nothing(ended, "first-password", "second-password")

    def test_a_password_that_is_simply_wrong_ends_the_run_and_is_not_shown(self):
        role = "app_" + self.database[2:]
        self.role(role, "right-password")
        self.aws.secrets["db"] = json.dumps({
            "engine": "postgres", "username": role, "password": "wrong-password",
            "host": str(self.postgres.data.parent), "port": 5432, "dbname": self.database})
        self.env["DATABASE_URL"] = "awssm:db"

        ended = self.drain("--lanes", "1")

        self.assertEqual(ended.code, EXIT_FAILED, ended)
        self.assertIn("28P01", ended.said)
        self.assertIn("correct the secret", ended.said)
        again = ("secretsmanager.GetSecretValue", "db")
        self.assertEqual(self.aws.asked, [again, again, (*again, "AWSPREVIOUS"), (*again, "AWSPENDING")],
                         "the secret is read again once, then its versions")
        self.assert_tells_nothing(ended, "wrong-password")

    def test_a_rotation_that_has_not_reached_the_database_yet_or_the_secret_is_no_fault(self):
        role = "app_" + self.database[2:]
        self.role(role, "first-password")
        self.env["DATABASE_URL"] = self.postgres.url(self.database, user=role)
        config = self.config(changes=[("  url: ${DATABASE_URL:-} ", "  password: awssm:db\n  url: ${DATABASE_URL:-} ")])
        read = ("secretsmanager.GetSecretValue", "db")
        cases = [("AWSPREVIOUS", "a role that is behind its secret", 3),
                 ("AWSPENDING", "a secret that is behind its role", 4)]

        for count, (stage, state, readings) in enumerate(cases, 1):
            self.aws.asked.clear()
            self.aws.secrets["db"] = "other-password"
            self.aws.versions = {("db", stage): "first-password"}
            self.queue.send(self.queue_url, [login(count)])
            ended = self.drain("--lanes", "1", config=config)
            self.assertEqual(ended.code, EXIT_DONE, (state, ended))
            self.assertEqual(self.count(), count, state)
            self.assertEqual(len(self.aws.asked), readings, (state, self.aws.asked))
            self.assertEqual(self.aws.asked[-1], (*read, stage))
            self.assert_tells_nothing(ended, "first-password", "other-password")
        self.assertEqual(self.aws.faults, [])

    def test_a_secret_that_aws_refuses_says_what_to_do(self):
        self.env["DATABASE_URL"] = "awssm:missing"

        ended = self.drain()

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertIn("ResourceNotFoundException", ended.said)
        self.assertIn("check the secret's name and region", ended.said)
        self.assert_tells_nothing(ended, "of no use to a log")

    def test_a_key_that_kms_wrapped_makes_the_same_tokens_and_opens_them(self):
        self.aws.wrapped["QUJDREVG"] = bytes.fromhex(SECRET_KEY)
        self.aws.parameters["/moretta/key"] = SECRET_KEY
        self.queue.send(self.queue_url, logins(5))
        config = self.config(changes=[("env:SECRET_KEY", "awskms:QUJDREVG")])

        ended = self.drain(config=config, env={"SECRET_KEY": ""})

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertIn(("TrentService.Decrypt", "QUJDREVG"), self.aws.asked)
        token = self.sql("SELECT masked_ip FROM user_logins WHERE user_id = 'user-000001'")[0][0]
        for place in ("env:SECRET_KEY", "awskms:QUJDREVG", "awsssm:/moretta/key"):
            opened = self.unmask("--key", place, "--domain", "ip", token)
            self.assertEqual((opened.code, opened.text.strip()), (EXIT_DONE, "10.0.0.1"), opened)
        self.assert_tells_nothing(ended, SECRET_KEY)

    def with_key_at(self, place, text):
        """What a drain says to a key of this text in Secrets Manager."""
        self.aws.secrets["prod/masking"] = text
        return self.drain(config=self.config(changes=[("env:SECRET_KEY", place)]), env={"SECRET_KEY": ""})

    def test_a_key_in_secrets_manager_makes_the_same_tokens_and_opens_them(self):
        made = self.moretta("keys", "new", "moretta.keys", "--from", "env:SECRET_KEY", "--id", "1")
        self.assertEqual(made.code, EXIT_DONE, made)
        forms = [("awssm:prod/masking", SECRET_KEY),
                 ("awssm:prod/masking", base64.b64encode(bytes.fromhex(SECRET_KEY)).decode() + "\n"),
                 ("awssm:prod/masking#masking", json.dumps({"masking": SECRET_KEY, "other": OTHER_KEY})),
                 ("awssm:prod/masking", (self.folder / "moretta.keys").read_text())]

        for count, (place, text) in enumerate(forms, 1):
            self.queue.send(self.queue_url, [login(count)])
            ended = self.with_key_at(place, text)
            self.assertEqual(ended.code, EXIT_DONE, (place, ended))
            token, user = self.sql("SELECT masked_ip, user_id FROM user_logins ORDER BY user_id DESC LIMIT 1")[0]
            for way in (place, "env:SECRET_KEY"):
                opened = self.unmask("--key", way, "--domain", "ip", token)
                self.assertEqual((opened.code, opened.text.strip()),
                                 (EXIT_DONE, json.loads(login(count))["ip"]), (way, user, opened))
            self.assert_tells_nothing(ended, SECRET_KEY, text.strip())
        self.assertEqual(self.count(), len(forms))
        self.assertEqual(self.aws.faults, [])

    def test_what_is_no_good_key_in_secrets_manager_is_refused_before_the_first_row(self):
        self.queue.send(self.queue_url, [login(1)])
        refused = [("awssm:prod/masking", "correct horse battery staple", "malformed"),
                   ("awssm:prod/masking", "00" * 32, "weak"),
                   ("awssm:prod/masking", '{"version":1,"keys":[]}', "cannot use the keyset in awssm:prod/masking"),
                   ("awssm:prod/masking", "", "empty"),
                   ("awssm:prod/masking#key", json.dumps({"other": SECRET_KEY}), "correct the name behind #"),
                   ("awssm:prod/mask", SECRET_KEY, "check the secret's name and region")]

        for place, text, reason in refused:
            ended = self.with_key_at(place, text)
            self.assertEqual(ended.code, EXIT_CONFIG, (text, ended))
            self.assertIn(reason, ended.said, ended)
            self.assert_tells_nothing(ended, *filter(None, [text, SECRET_KEY]), "of no use to a log")

        self.assertEqual(self.with_key_at("awssm:prod/masking", SECRET_KEY).code, EXIT_DONE)
        self.queue.send(self.queue_url, [login(2)])
        ended = self.with_key_at("awssm:prod/masking", OTHER_KEY)
        self.assertEqual(ended.code, EXIT_FAILED, ended)
        self.assertIn("not the key 1 that has written here", ended.said)
        self.assertEqual(self.count(), 1)
        self.assert_tells_nothing(ended, OTHER_KEY)

    def test_a_keyset_may_hold_keys_that_kms_wrapped(self):
        made = self.moretta("keys", "new", "moretta.keys", "--from", "env:SECRET_KEY", "--id", "1")
        self.assertEqual(made.code, EXIT_DONE, made)
        keyset = json.loads((self.folder / "moretta.keys").read_text())
        self.aws.wrapped["QUJD"] = bytes.fromhex(SECRET_KEY)
        del keyset["keys"][0]["material"]
        keyset["keys"][0]["wrapped"] = "QUJD"
        (self.folder / "moretta.keys").write_text(json.dumps(keyset))
        self.queue.send(self.queue_url, logins(5))

        ended = self.drain(config=self.config(changes=[("env:SECRET_KEY", "file:moretta.keys")]))

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertEqual(self.count(), 5)

    def without_container(self):
        for name in ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
            del self.env[name]

    def test_a_web_identity_gives_keys_and_its_token_may_be_rotated(self):
        self.without_container()
        self.aws.secrets["db"] = self.database_url
        token = self.folder / "identity-token"
        self.env.update(AWS_WEB_IDENTITY_TOKEN_FILE=str(token), DATABASE_URL="awssm:db",
                        AWS_ROLE_ARN="arn:aws:iam::123456789012:role/worker")
        for text in ("jwt.first", "jwt.second"):
            token.write_text(text + "\n")
            self.aws.identity_token = text
            ended = self.drain("--lanes", "1")
            self.assertEqual(ended.code, EXIT_DONE, ended)

        token.write_text("jwt.stale")
        ended = self.drain("--lanes", "1")
        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertIn("check the role's trust policy", ended.said)
        self.assert_tells_nothing(ended, "jwt.", "of no use to a log")

    def test_a_profile_may_assume_a_role_with_the_keys_of_another(self):
        self.without_container()
        self.aws.long_lived["AKIAUSER"] = "user-secret"
        self.aws.secrets["db"] = self.database_url
        config = self.folder / "aws-config"
        config.write_text("[default]\nrole_arn = arn:aws:iam::123456789012:role/worker\nsource_profile = user\n"
                          "external_id = a b\n[profile user]\naws_access_key_id = AKIAUSER\n"
                          "aws_secret_access_key = user-secret\n")
        self.env.update(AWS_CONFIG_FILE=str(config), DATABASE_URL="awssm:db")

        ended = self.drain("--lanes", "1")

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertIn(("AssumeRole", "arn:aws:iam::123456789012:role/worker"), self.aws.asked)
        self.assertEqual(self.aws.faults, [])
        self.assert_tells_nothing(ended, "user-secret")

    def test_without_any_credentials_it_says_where_it_looked(self):
        env = {name: "" for name in self.env if name.startswith("AWS_CONTAINER")}

        ended = self.drain(env=env)

        self.assertEqual(ended.code, EXIT_FAILED, ended)
        for place in ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "profile 'default'",
                      "container endpoint", "AWS_EC2_METADATA_DISABLED"):
            self.assertIn(place, ended.said)


class TlsPostgres(Postgres):
    """A server under the name of an RDS endpoint, whose users log in through a directory."""

    def __init__(self, certificates, directory_port):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        super().__init__({"listen_addresses": "127.0.0.1", "port": str(self.port), "ssl": "on",
                          "ssl_cert_file": str(certificates / "server.crt"),
                          "ssl_key_file": str(certificates / "server.key")})
        hba = self.data / "pg_hba.conf"
        hba.write_text("local all postgres trust\n"
                       f"hostssl all all 127.0.0.1/32 ldap ldapserver=127.0.0.1 ldapport={directory_port} "
                       'ldapprefix="" ldapsuffix=""\n')
        self.run("postgres", "SELECT pg_reload_conf()")

    def url(self, database, user=None, password=None):
        return super().url(database, user, password) + f"&port={self.port}"


def make_certificates(folder, name):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2",
            "-subj", "/CN=ca of a test")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={name}")
    (folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", "server.crt", "-extfile", "names")


class RdsIamTest(EndToEnd):
    """A token instead of a password: verified by code of the test's own, over TLS that is verified."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = pathlib.Path(tempfile.mkdtemp(prefix="moretta-tls."))
        cls.addClassCleanup(shutil.rmtree, cls.certificates, ignore_errors=True)
        make_certificates(cls.certificates, RDS_HOST)
        for name in ("server.key", "server.crt"):
            if os.geteuid() == 0:
                shutil.chown(cls.certificates / name, "postgres")
        cls.certificates.chmod(0o755)
        cls.aws = FakeAws()
        cls.addClassCleanup(cls.aws.close)
        cls.verdicts, cls.tokens = [], []
        cls.directory = FakeDirectory(cls.judge)
        cls.addClassCleanup(cls.directory.close)
        cls.server = TlsPostgres(cls.certificates, cls.directory.port)
        cls.addClassCleanup(cls.server.close)

    @classmethod
    def judge(cls, name, password):
        fault = cls.aws.rds_token_fault(password, RDS_HOST, cls.server.port, name)
        cls.tokens.append(password)
        cls.verdicts.append(fault)
        return not fault

    def open_postgres(self):
        return self.server

    def setUp(self):
        super().setUp()
        self.verdicts.clear()
        self.sql("CREATE ROLE app LOGIN")
        self.addCleanup(self.sql, "DROP OWNED BY app; DROP ROLE app")
        self.create_tables()
        self.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO app; GRANT CREATE ON SCHEMA public TO app")
        self.open_queue()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del self.env[name]
        self.env.update(self.aws.environment(self.folder / "agent-token"))

    def iam_config(self, **changes):
        parts = {"host": RDS_HOST, "hostaddr": "127.0.0.1", "port": self.server.port, "user": "app",
                 "dbname": self.database, "sslmode": "verify-full",
                 "sslrootcert": self.certificates / "ca.crt", **changes}
        self.env["DATABASE_URL"] = " ".join(f"{name}={value}" for name, value in parts.items())
        return self.config(changes=[("  url: ${DATABASE_URL:-} ", "  auth: rds-iam\n  url: ${DATABASE_URL:-} ")])

    def test_each_connection_logs_in_with_a_token_that_rds_would_take(self):
        self.queue.send(self.queue_url, logins(20))

        ended = self.drain("--lanes", "3", config=self.iam_config())

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertGreaterEqual(len(self.verdicts), 3)
        self.assertEqual(set(self.verdicts), {""})
        self.assert_every_login_once(20)
        for text in (*self.aws.secrets_that_must_not_show(), "X-Amz-Signature"):
            self.assertNotIn(text, ended.text + ended.said)

    def test_no_token_goes_to_a_server_of_another_name(self):
        ended = self.drain("--lanes", "1", config=self.iam_config(host="other.eu-west-1.rds.amazonaws.com"))

        self.assertEqual(ended.code, EXIT_FAILED, ended)
        self.assertIn("certificate", ended.said)
        self.assertEqual(self.verdicts, [])

    def test_a_password_only_goes_to_a_server_that_proves_to_be_the_one_the_secret_names(self):
        self.aws.secrets["db"] = json.dumps({"host": "db.example", "username": "app", "password": "p"})
        self.env["DATABASE_URL"] = (f"hostaddr=127.0.0.1 port={self.server.port} dbname={self.database} "
                                    f"sslrootcert={self.certificates / 'ca.crt'}")
        config = self.config(changes=[("  url: ${DATABASE_URL:-} ", "  password: awssm:db\n  url: ${DATABASE_URL:-} ")])

        ended = self.drain("--lanes", "1", config=config, env={"AWS_REGION": "eu-west-1"})

        self.assertEqual(ended.code, EXIT_FAILED, ended)
        self.assertIn("certificate", ended.said)
        self.assertEqual(self.verdicts, [])

    def test_no_token_goes_over_a_connection_that_is_not_verified(self):
        ended = self.drain(config=self.iam_config(sslmode="require"))

        self.assertEqual(ended.code, EXIT_CONFIG, ended)
        self.assertIn("verify-full", ended.said)
        self.assertEqual(self.verdicts, [])


if __name__ == "__main__":
    unittest.main()
