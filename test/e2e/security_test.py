"""What docs/security.md says of the binaries and of those whom they talk to."""

import http.server
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import threading
import unittest
import urllib.request

import harness
from harness import EXIT_DONE, EXIT_FAILED, EndToEnd, PortPostgres, eventually, logins
from loopback_server import LoopbackServer, QuietHandler

PROGRAMS = ("moretta", "moretta-unmask")


def output_of(*command):
    done = subprocess.run(command, capture_output=True, timeout=harness.WAIT_MAX_S)
    if done.returncode != 0:
        raise AssertionError((command, done.stderr))
    return done.stdout.decode(errors="replace")


def is_release_build():
    cache = harness.BIN / "CMakeCache.txt"
    return not cache.exists() or "CMAKE_BUILD_TYPE:STRING=Release" in cache.read_text()


def self_signed(folder, name):
    """A certificate that vouches for itself."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    output_of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
              "-keyout", str(key), "-out", str(certificate), "-subj", f"/CN={name}",
              "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1")
    return key, certificate


@unittest.skipUnless(is_release_build(), "SKIPPED: only release binaries are hardened")
class Binaries(unittest.TestCase):
    def test_are_position_independent_and_read_only_after_relocation(self):
        for name in PROGRAMS:
            with self.subTest(name):
                path = harness.program(name)
                self.assertIn("Position-Independent Executable", output_of("readelf", "-hW", path))
                self.assertRegex(output_of("readelf", "-dW", path), r"\(FLAGS\).*BIND_NOW")
                segments = output_of("readelf", "-lW", path)
                self.assertIn("GNU_RELRO", segments)
                self.assertRegex(segments, r"GNU_STACK.* RW +0x")

    def test_check_their_stack_and_their_buffers(self):
        for name in PROGRAMS:
            with self.subTest(name):
                symbols = output_of("nm", "-D", "--undefined-only", harness.program(name))
                self.assertIn("__stack_chk_fail", symbols)
                self.assertRegex(symbols, r"__\w+_chk(@|\n)")

    @unittest.skipUnless(os.uname().machine == "x86_64", "SKIPPED: other machines have other instructions")
    def test_touch_their_stack_page_by_page_and_mark_where_calls_may_lead(self):
        for name in PROGRAMS:
            with self.subTest(name):
                code = output_of("objdump", "-d", "--no-show-raw-insn", harness.program(name))
                self.assertRegex(code, r"or[bwlq]? +\$0x0,.*\(%rsp\)")
                self.assertGreater(code.count("endbr64"), 100, "three are the C library's own")

    def test_name_no_place_of_their_own_to_look_for_libraries(self):
        for name in PROGRAMS:
            self.assertNotRegex(output_of("readelf", "-dW", harness.program(name)), "RPATH|RUNPATH")


class Strangers(EndToEnd):
    """Somebody else answers where the queue or the database should."""

    def test_a_queue_with_a_wrong_certificate_gets_no_request(self):
        asked = []

        class Listens(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.path)

        key, certificate = self_signed(self.folder, "stranger")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = http.server.HTTPServer(("127.0.0.1", 0), Listens)
        server.handle_error = lambda *_: None  # clients that hang up are what is wanted
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.create_tables()
        url = f"https://127.0.0.1:{server.server_port}/000000000000/logins"

        done = self.drain(env={"QUEUE_URL": url})

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertIn("certificate", done.said)
        self.assertEqual(asked, [])

    def test_a_queue_url_that_a_server_answers_leads_nowhere_else(self):
        self.open_queue()
        self.create_tables()
        misled, led_away = [], []

        class Trap(QuietHandler):
            def do_POST(self):
                led_away.append(self.path)
                self.send(200)

        trap = LoopbackServer(Trap)
        self.addCleanup(trap.close)
        devqueue = self.queue.endpoint

        class Misleading(QuietHandler):
            """The queue, except that it says to be somewhere else."""

            def do_POST(self):
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                request = urllib.request.Request(devqueue + self.path, data=self.body(), headers=headers)
                with urllib.request.urlopen(request, timeout=60) as answer:
                    reply, kind = answer.read(), answer.headers["Content-Type"]
                misled.append(devqueue.encode() in reply)
                self.send(200, reply.replace(devqueue.encode(), trap.url.encode()), kind)

        front = LoopbackServer(Misleading)
        self.addCleanup(front.close)
        self.queue.send(self.queue_url, logins(3))

        done = self.drain(env={"QUEUE_URL": "logins", "AWS_ENDPOINT_URL": front.url})

        self.assertEqual(done.code, EXIT_DONE, done)
        self.assert_every_login_once(3)
        self.assertTrue(any(misled), "it was told of another place")
        self.assertEqual(led_away, [])

    def test_a_database_elsewhere_has_to_prove_who_it_is_unless_told_otherwise(self):
        key, certificate = self_signed(self.folder, "db.example.test")
        own = PortPostgres()
        self.addCleanup(own.close)
        for file in (key, certificate):
            shutil.copy(file, own.data / file.name)
            shutil.chown(own.data / file.name, "postgres" if os.geteuid() == 0 else None)
            os.chmod(own.data / file.name, 0o600)
        place = f"host=db.example.test hostaddr=127.0.0.1 port={own.port} dbname=postgres user=postgres"

        def check(url):
            return self.moretta("schema", "-c", str(self.config()), "--apply",
                                env={"DATABASE_URL": url, "QUEUE_URL": "unused"})

        plain = check(place)
        self.assertEqual(plain.code, EXIT_FAILED, plain)
        self.assertIn("sslrootcert", plain.said)
        self.assertEqual(check(place + " sslmode=disable").code, EXIT_DONE)

        own.run("postgres", f"ALTER SYSTEM SET ssl_cert_file = '{certificate.name}'")
        own.run("postgres", f"ALTER SYSTEM SET ssl_key_file = '{key.name}'")
        own.run("postgres", "ALTER SYSTEM SET ssl = on")
        own.run("postgres", "SELECT pg_reload_conf()")
        eventually(lambda: own.run("postgres", "SHOW ssl") == [("on",)], "it speaks TLS")

        stranger = check(place)
        self.assertEqual(stranger.code, EXIT_FAILED, stranger)
        self.assertIn("certificate", stranger.said)
        self.assertEqual(check(place + f" sslrootcert={certificate}").code, EXIT_DONE)
        wrong_name = place.replace("db.example.test", "other.example.test")
        self.assertEqual(check(wrong_name + f" sslrootcert={certificate}").code, EXIT_FAILED)


class Configurations(EndToEnd):
    def test_of_others_are_not_taken_from_where_the_program_was_started(self):
        marker = self.folder / "ran"
        config = self.config(changes=[("env:SECRET_KEY", f"'cmd:touch {marker}; echo'")])
        cases = [(lambda: os.chmod(config, 0o666), "anybody may write it")]
        if os.geteuid() == 0:
            cases.append((lambda: os.chown(config, 4242, -1), "belongs to user 4242"))
        for expose, why in cases:
            os.chmod(config, 0o644)
            expose()
            done = self.moretta("mask", input=logins(1)[0].encode())
            self.assertEqual(done.code, harness.EXIT_CONFIG, done)
            self.assertIn(why, done.said)
            self.assertFalse(marker.exists(), "its command ran")

        self.moretta("mask", "--config", str(config), input=logins(1)[0].encode())
        self.assertTrue(marker.exists(), "somebody chose it")


class Secrets(EndToEnd):
    def test_stand_in_no_process_title(self):
        self.open_queue()
        self.create_tables()
        self.sql("CREATE ROLE titled LOGIN SUPERUSER PASSWORD 'hush-hush'")
        self.addCleanup(self.postgres.run, "postgres", "DROP ROLE titled")
        url = self.postgres.url(self.database, user="titled", password="hush-hush")
        worker = self.start("run", "--lanes", "1", env={"DATABASE_URL": url})
        eventually(lambda: b'"start"' in worker.err, "it started")

        titles = output_of("ps", "-eo", "args") + output_of("ps", "-eo", "comm")

        self.assertNotIn("hush-hush", titles)
        self.assertNotIn(harness.SECRET_KEY, titles)
        self.assertEqual(worker.end(signal.SIGTERM).code, EXIT_DONE)

    def test_stand_in_no_core_file(self):
        self.open_queue()
        self.create_tables()
        worker = self.start("run", "--lanes", "1")
        eventually(lambda: b'"start"' in worker.err, "it started")

        limits = pathlib.Path(f"/proc/{worker.pid}/limits").read_text()

        self.assertRegex(limits, r"Max core file size +0 +0 ")
        worker.send_signal(signal.SIGABRT)
        ended = worker.wait()
        self.assertEqual(ended.code, -signal.SIGABRT)
        self.assertEqual([path.name for path in self.folder.iterdir() if "core" in path.name], [])

    def test_are_taken_out_of_the_environment_once_read(self):
        self.open_queue()
        self.create_tables()
        worker = self.start("run", "--lanes", "1")
        eventually(lambda: b'"start"' in worker.err, "it started")

        try:
            environment = pathlib.Path(f"/proc/{worker.pid}/environ").read_bytes()
            self.assertIn(b"AWS_REGION=us-east-1", environment, "it is that of the worker")
        except PermissionError:
            environment = b""  # the process lets its own user see nothing

        self.assertNotIn(harness.SECRET_KEY.encode(), environment)
        self.assertEqual(worker.end(signal.SIGTERM).code, EXIT_DONE)

    def test_are_written_through_no_link_and_over_no_file(self):
        bait, key = self.folder / "bait", self.folder / "keys.json"
        key.symlink_to(bait)

        done = self.moretta("keys", "new", str(key))

        self.assertEqual(done.code, EXIT_FAILED, done)
        self.assertFalse(bait.exists())

    def test_are_refused_from_files_that_others_may_read(self):
        key = self.folder / "key"
        key.write_text(harness.SECRET_KEY)
        os.chmod(key, 0o644)
        config = self.config(changes=[("env:SECRET_KEY", f"file:{key}")])

        done = self.moretta("mask", "-c", str(config), input=logins(1)[0].encode())

        self.assertEqual(done.code, harness.EXIT_CONFIG, done)
        self.assertNotIn(harness.SECRET_KEY, done.said)


if __name__ == "__main__":
    unittest.main()
