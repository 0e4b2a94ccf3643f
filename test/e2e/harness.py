"""The real binaries in a world of their own: a private Postgres, a local queue, a clean environment.

Every wait has a limit, every process is a child that is ended by its pid, and nothing is left behind.
"""

import atexit
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

import boto3
import botocore.config
import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("MORETTA_BIN") or ROOT / "build" / "release").resolve()
EXAMPLES = ROOT / "examples"
MESSAGES = EXAMPLES / "logins.jsonl"

WAIT_MAX_S = 60.0  # for anything at all, on a busy machine
POLL_S = 0.02

# For tests only, like every key that stands in a file.
SECRET_KEY = "4a402b32b91dfbd90454cc06b7c00b6f240c6d8e392a55d22bf34cef24c29e67"
OTHER_KEY = "9e1f4d7c02b85a63d1907ecb46f23588ac71e09d5b34f8127a6dc3e0195b8f42"

EXIT_DONE, EXIT_FAILED, EXIT_REJECTS, EXIT_USAGE, EXIT_CONFIG = 0, 1, 3, 64, 78


def eventually(holds, what, within=WAIT_MAX_S):
    """The first true value of `holds()`; fails the test if there is none in time."""
    end = time.monotonic() + within
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(POLL_S)


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    path = BIN / name
    if not path.exists():
        raise FileNotFoundError(f"no {path}: build it (./dev build), or set MORETTA_BIN")
    return str(path)


class Ended:
    """How a command ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def text(self):
        return self.out.decode(errors="replace")

    @property
    def said(self):
        return self.err.decode(errors="replace")

    @property
    def summary(self):
        """The last line of --json."""
        return json.loads(self.text.splitlines()[-1])

    def __repr__(self):
        return f"exit code {self.code}\n--- out\n{self.text}\n--- err\n{self.said}"


class Child:
    """A program under way. Its output goes to files, so that it never waits for a reader."""

    def __init__(self, command, env, folder, stdin=subprocess.DEVNULL, **options):
        self._out = tempfile.TemporaryFile(dir=folder)
        self._err = tempfile.TemporaryFile(dir=folder)
        self.process = subprocess.Popen(
            command, env=env, stdin=stdin, stdout=self._out, stderr=self._err, **options)

    @property
    def pid(self):
        return self.process.pid

    def _read(self, file):
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)

    @property
    def out(self):
        return self._read(self._out)

    @property
    def err(self):
        return self._read(self._err)

    def is_running(self):
        return self.process.poll() is None

    def send_signal(self, number):
        if self.is_running():
            os.kill(self.pid, number)

    def wait(self, within=WAIT_MAX_S):
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGCONT)
            self.send_signal(signal.SIGKILL)
            self.process.wait()
            raise AssertionError(
                f"{self.process.args} did not end within {within} s\n{self.err.decode()}") from None
        return Ended(code, self.out, self.err)

    def end(self, number=signal.SIGTERM, within=WAIT_MAX_S):
        self.send_signal(signal.SIGCONT)
        self.send_signal(number)
        return self.wait(within)

    def close(self):
        if self.is_running():
            self.send_signal(signal.SIGCONT)
            self.send_signal(signal.SIGKILL)
            self.process.wait()
        self._out.close()
        self._err.close()


class Postgres:
    """A throwaway server: socket only, no fsync."""

    def __init__(self, settings=None):
        self._owner = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="moretta-pg."))  # short: a socket's path
        self.data = self._folder / "data"
        self.log = self._folder / "log"
        if self._owner:
            shutil.chown(self._folder, "postgres", "postgres")
        self._process = None
        self._settings = {"listen_addresses": "", "unix_socket_directories": str(self._folder),
                          "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
                          "max_connections": "60", "shared_buffers": "32MB", "log_timezone": "UTC",
                          "timezone": "America/Caracas", **(settings or {})}
        self._tool("initdb", "-D", str(self.data), "-U", self.superuser, "-A", "trust", "-E", "UTF8",
                   "--no-locale", "--no-sync")
        self.start()
        atexit.register(self.close)

    superuser = "postgres"

    @property
    def pid(self):
        return self._process.pid

    @staticmethod
    def _path(name):
        found = shutil.which(name) or next(
            iter(sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)
        if found is None:
            raise FileNotFoundError(f"no {name}: install postgresql")
        return str(found)

    def _tool(self, name, *arguments):
        done = subprocess.run([self._path(name), *arguments], cwd="/", capture_output=True,
                              timeout=WAIT_MAX_S, **self._owner)
        if done.returncode != 0:
            raise AssertionError(f"{name}: {done.stderr.decode()}")

    def start(self):
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([self._path("postgres"), "-D", str(self.data), *options],
                                             cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             **self._owner)
        eventually(self._answers, "postgres answers")

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError("postgres ended: " + self.log.read_text()[-2000:])
        try:
            self.connect("postgres").close()
            return True
        except psycopg2.OperationalError:
            return False

    def stop(self, number=signal.SIGINT):
        """SIGINT ends sessions and shuts down; SIGQUIT is a crash that recovers at the next start."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(WAIT_MAX_S)

    def restart(self, number=signal.SIGINT):
        self.stop(number)
        self.start()

    def close(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database, user=None, password=None):
        login = (user or self.superuser) + (f":{password}" if password else "")
        return f"postgresql://{login}@/{database}?host={self._folder}"

    def connect(self, database):
        connection = psycopg2.connect(self.url(database))
        connection.autocommit = True
        return connection

    def run(self, database, sql, parameters=None):
        with contextlib.closing(self.connect(database)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else None

    def asks_password_of(self, role):
        """From now on this role has to log in with a password."""
        hba = self.data / "pg_hba.conf"
        hba.write_text(f"local all {role} scram-sha-256\n" + hba.read_text())
        self.run("postgres", "SELECT pg_reload_conf()")

        def is_asked():
            try:
                psycopg2.connect(self.url("postgres", user=role)).close()
            except psycopg2.OperationalError:
                return True
            return False

        eventually(is_asked, f"{role} is asked for a password")


class PortPostgres(Postgres):
    """One that can be reached over TCP as well."""

    def __init__(self):
        self.port = free_port()
        super().__init__({"listen_addresses": "127.0.0.1", "port": str(self.port)})

    def url(self, database, user=None, password=None):
        return super().url(database, user, password) + f"&port={self.port}"


_postgres = None


def shared_postgres():
    """One server a run; each test has a database of its own in it."""
    global _postgres
    if _postgres is None:
        _postgres = Postgres()
    return _postgres


class Devqueue:
    """`moretta devqueue` on a free port."""

    def __init__(self, folder, *arguments, env=None):
        self._child = Child([program("moretta"), "devqueue", "--port", "0", *arguments],
                            env=clean_environment(env), folder=folder)
        try:
            line = eventually(self._first_line, "the devqueue says where it is")
        except AssertionError:
            self._child.close()
            raise
        self.endpoint = json.loads(line)["endpoint"]
        self.first_url = json.loads(line)["queue_url"]
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", **(env or {})}
        self.client = boto3.client(
            "sqs", region_name="us-east-1", endpoint_url=self.endpoint,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            config=botocore.config.Config(retries={"max_attempts": 10}, connect_timeout=5))

    @property
    def pid(self):
        return self._child.pid

    def _first_line(self):
        if not self._child.is_running():
            raise AssertionError("the devqueue ended: " + self._child.err.decode())
        out = self._child.out
        return out.split(b"\n")[0] if b"\n" in out else None

    def create(self, name, **attributes):
        made = self.client.create_queue(QueueName=name, Attributes={
            key: str(value) for key, value in attributes.items()})
        return made["QueueUrl"]

    def send(self, url, bodies, **more):
        """`more` goes with each: MessageGroupId, MessageAttributes."""
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(i), "MessageBody": body, **more}
                       for i, body in enumerate(bodies[start:start + 10])]
            answer = self.client.send_message_batch(QueueUrl=url, Entries=entries)
            assert not answer.get("Failed"), answer

    def attributes(self, url):
        answer = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return answer["Attributes"]

    def depth(self, url):
        """Visible, in flight and delayed."""
        attributes = self.attributes(url)
        return sum(int(attributes[name]) for name in (
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed"))

    def faults(self, **plan):
        """What goes wrong from now on; nothing if nothing is named."""
        request = urllib.request.Request(
            self.endpoint + "/_devqueue/faults", data=json.dumps(plan).encode(), method="POST",
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status in (200, 204), answer.status

    def stats(self, url):
        """What has happened to a queue so far, in numbers."""
        with urllib.request.urlopen(self.endpoint + "/_devqueue/stats", timeout=10) as answer:
            return json.load(answer)["queues"][url.rsplit("/", 1)[1]]

    def requests(self):
        """How often each operation was called."""
        with urllib.request.urlopen(self.endpoint + "/_devqueue/stats", timeout=10) as answer:
            return json.load(answer)["requests"]

    def close(self):
        self.client.close()
        self._child.end()
        self._child.close()


def clean_environment(more=None):
    """Nothing of the caller's: no keys, no proxies, no profiles."""
    return {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true", **(more or {})}


def login(number, **changes):
    """A message like those of examples/logins.jsonl; `...` as a change leaves the key out."""
    event = {"user_id": f"user-{number:06}", "app_version": f"{number % 7}.{number % 10}.0",
             "device_type": ("ios", "android")[number % 2],
             "ip": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
             "locale": ("RU", "PH", None)[number % 3],
             "device_id": f"{number % 900 + 100}-{number % 90 + 10}-{number % 9000 + 1000}"}
    event.update(changes)
    return json.dumps({key: value for key, value in event.items() if value is not ...})


def logins(count, start=0):
    return [login(number) for number in range(start, start + count)]


def table_sql():
    """The table of the first user, who made it long before moretta came."""
    return """CREATE TABLE user_logins(
        user_id varchar(128), device_type varchar(32), masked_ip varchar(256),
        masked_device_id varchar(256), locale varchar(32), app_version integer, create_date date)"""


class EndToEnd(unittest.TestCase):
    """A test with a database, a folder and an environment of its own; a queue when it asks for one."""

    maxDiff = 4000

    def setUp(self):
        self.postgres = self.open_postgres()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="moretta-e2e."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.database = "t_" + os.urandom(6).hex()
        self.postgres.run("postgres", f"CREATE DATABASE {self.database}")
        self.addCleanup(self._drop_database)
        self.database_url = self.postgres.url(self.database)
        self.env = clean_environment({
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
            "SECRET_KEY": SECRET_KEY, "DATABASE_URL": self.database_url})
        self.queue = None
        self.queue_url = None

    def open_postgres(self):
        return shared_postgres()

    def move_to(self, postgres):
        """From the server that all tests share to one that this test may stop or break."""
        self.postgres = postgres
        postgres.run("postgres", f"CREATE DATABASE {self.database}")
        self.env["DATABASE_URL"] = self.database_url = postgres.url(self.database)

    def _drop_database(self):
        self.postgres.run("postgres", f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    # --- the world

    def open_queue(self, *arguments, name="logins", env=None, **attributes):
        self.queue = Devqueue(self.folder, *arguments, env=env)
        self.addCleanup(self.queue.close)
        self.queue_url = self.queue.create(name, **attributes)
        self.env["QUEUE_URL"] = self.queue_url

    def create_tables(self, config=None):
        """The first user's table and ours."""
        self.sql(table_sql())
        done = self.moretta("schema", "-c", str(config or self.config()), "--apply")
        self.assertEqual(done.code, EXIT_DONE, done)

    def config(self, preset="logins-keyed", changes=(), name="moretta.yaml", extra=""):
        """A preset's file with texts replaced and lines added."""
        text = (EXAMPLES / f"{preset}.yaml").read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(text + extra)
        return path

    def sql(self, text, parameters=None):
        return self.postgres.run(self.database, text, parameters)

    def count(self, table="user_logins"):
        return self.sql(f"SELECT count(*) FROM {table}")[0][0]

    @contextlib.contextmanager
    def locked(self, table):
        """Nobody else reads or writes it meanwhile."""
        with contextlib.closing(self.postgres.connect(self.database)) as lock:
            lock.autocommit = False
            lock.cursor().execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield

    def a_statement_waits(self):
        return self.sql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                        " AND wait_event_type = 'Lock'")

    # --- the programs

    def moretta(self, *arguments, env=None, input=b"", within=WAIT_MAX_S, name="moretta"):
        done = subprocess.run([program(name), *arguments], env={**self.env, **(env or {})},
                              input=input, capture_output=True, cwd=self.folder, timeout=within)
        return Ended(done.returncode, done.stdout, done.stderr)

    def unmask(self, *arguments, **options):
        return self.moretta("--reason", "end-to-end test", *arguments, name="moretta-unmask", **options)

    def replay(self, config, *arguments, **options):
        return self.moretta("replay", "-c", str(config), "--reason", "mapping was mended", *arguments,
                            name="moretta-unmask", **options)

    def drain(self, *arguments, config=None, **options):
        return self.moretta("drain", "-c", str(config or self.config()), "--json", "--no-progress",
                            *arguments, **options)

    def start(self, *arguments, env=None, config=None):
        """A command under way; killed at the end of the test if it still runs."""
        child = Child([program("moretta"), arguments[0], "-c", str(config or self.config()),
                       *arguments[1:]], env={**self.env, **(env or {})}, folder=self.folder,
                      cwd=self.folder)
        self.addCleanup(child.close)
        return child

    def in_flight(self):
        """Received, and hidden from others."""
        return int(self.queue.attributes(self.queue_url)["ApproximateNumberOfMessagesNotVisible"])

    # --- claims

    def assert_every_login_once(self, count, start=0):
        users = [row[0] for row in self.sql("SELECT user_id FROM user_logins ORDER BY user_id")]
        self.assertEqual(users, [f"user-{number:06}" for number in range(start, start + count)])

    def assert_adds_up(self, summary):
        parts = sum(summary[name] for name in ("stored", "duplicate", "quarantined", "returned"))
        self.assertEqual(summary["received"], parts, summary)
        self.assertTrue(summary["adds_up"], summary)

    def assert_queue_is_empty(self, url=None):
        self.assertEqual(self.queue.depth(url or self.queue_url), 0)


class OwnServer(EndToEnd):
    """With a database server that the tests of a class may stop or change."""

    SERVER_SETTINGS = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = Postgres(cls.SERVER_SETTINGS)
        cls.addClassCleanup(cls.own.close)

    def open_postgres(self):
        return self.own
