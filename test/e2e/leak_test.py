"""Values that must not get out are sent down every path that fails; then everything that was written
is searched for them."""

import base64
import http.server
import json
import re
import signal
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

import harness
from harness import OwnServer, eventually, login, logins

IP = "203.0.113.77"
DEVICE = "987-65-4321"
USER = "canary-user-5f21"
BODY = "canary-body-77aa"  # in keys that no column reads, and in bodies that are no JSON
PASSWORD = "canary-passw0rd-31"
AWS_SECRET = "canaryAwsSecret/31x+Kq"
KEY = "e7c2194fa05db86332f81a7d90bc4e65f1d8036b9c2e47a5508fb3d6419e2c7a"

PERSONAL = (IP, DEVICE, USER, BODY)
SECRETS = (PASSWORD, AWS_SECRET, KEY)


def spellings(canary):
    """As it is, and as it looks in hex, in base64 at any offset, and in a URL."""
    raw = canary.encode()
    yield raw
    yield raw.hex().encode()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)
        inner = text[(0, 2, 3)[shift]:len(text) - 4]
        if len(inner) >= 8:
            yield inner
    yield raw.replace(b"/", b"%2F").replace(b"+", b"%2B")


def found(canaries, text):
    lower = text.lower()
    return [canary for canary in canaries
            if any(spelling in text or spelling.lower() in lower for spelling in spellings(canary))]


def canary(**changes):
    return login(1, **{"ip": IP, "device_id": DEVICE, "user_id": USER, "extra": BODY, **changes})


# One for each reason that a message can be rejected for.
BAD_BODIES = {
    "invalid_json": [f'{{"ip": "{IP}", "device_id": "{DEVICE}", {BODY}', f"{BODY} {USER}",
                     canary()[:-1] + ',"x":"\\ud800"}', canary() + BODY, canary() + "\n" + canary()],
    "not_an_object": [json.dumps([IP, DEVICE, USER, BODY]), json.dumps(f"{IP} {BODY}")],
    "duplicate_key": [canary()[:-1] + f', "ip": "{IP}"}}'],
    "missing_key": [canary(ip=...), canary(device_id=...), canary(user_id=...)],
    "null_value": [canary(ip=None), canary(device_id=None)],
    "wrong_type": [canary(ip=[IP]), canary(device_id={BODY: DEVICE}), canary(app_version=[BODY])],
    "bad_value": [canary(app_version=BODY), canary(app_version="v" + IP)],
    "out_of_range": [canary(app_version="99999999999.1")],
    "too_long": [canary(ip=IP * 100), canary(user_id=USER * 20), canary(locale=BODY * 9)],
    "nul_character": [canary(ip=IP + "\0" + BODY), canary(user_id=USER + "\0")],
}


# Every mask, as it stands in a configuration, each with values of its own that it refuses.
ANY_METHOD = [IP + "\0" + BODY, IP * 2000, "\ud800" + IP]
METHODS = {
    "md5": [], "sha256": [], "hmac-sha256": [], "hmac-sha256+md5": [], "aes-siv": [],
    "aes-256-cbc": [], "tokenize": [], "redact": [],
    "{method: hmac-sha256, recover: aes-siv}": [], "{method: md5, recover: aes-256-cbc}": [],
    "{method: sha256, recover: seal}": [], "{method: aes-siv, normalize: ip}": [BODY, IP + ".1"],
    '{method: ff1, pattern: "###-##-####"}': [DEVICE + "1", BODY, IP, "98x-65-4321"],
    "ipcrypt-deterministic": [BODY, DEVICE, IP + "/32"], "ipcrypt-pfx": [BODY, DEVICE],
    "truncate-ip": [BODY, IP + ".1"], "{method: bucket, size: 10}": [BODY, IP, DEVICE],
    "character-mask": [],
}

# Makes the cipher of tokens fail, and neither that of seals nor OpenSSL's own for random numbers,
# once a file is there.
SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int is_ours(const void* caller) {
  Dl_info where;
  return dladdr(caller, &where) != 0 && strstr(where.dli_fname, "libcrypto") == NULL;
}
static int fails(const EVP_CIPHER_CTX* context, const void* caller) {
  return EVP_CIPHER_CTX_get_mode(context) == EVP_CIPH_ECB_MODE && is_ours(caller) &&
         access(getenv("FAIL_WHEN"), F_OK) == 0;
}
int EVP_EncryptUpdate(EVP_CIPHER_CTX* context, unsigned char* out, int* written,
                      const unsigned char* in, int bytes) {
  if (fails(context, __builtin_return_address(0))) {
    return 0;
  }
  int (*next)(EVP_CIPHER_CTX*, unsigned char*, int*, const unsigned char*, int) =
      (int (*)(EVP_CIPHER_CTX*, unsigned char*, int*, const unsigned char*, int))
          dlsym(RTLD_NEXT, "EVP_EncryptUpdate");
  return next(context, out, written, in, bytes);
}
int EVP_Cipher(EVP_CIPHER_CTX* context, unsigned char* out, const unsigned char* in,
               unsigned int bytes) {
  if (fails(context, __builtin_return_address(0))) {
    return -1;
  }
  int (*next)(EVP_CIPHER_CTX*, unsigned char*, const unsigned char*, unsigned int) =
      (int (*)(EVP_CIPHER_CTX*, unsigned char*, const unsigned char*, unsigned int))
          dlsym(RTLD_NEXT, "EVP_Cipher");
  return next(context, out, in, bytes);
}
"""


class Damaging(http.server.BaseHTTPRequestHandler):
    """Stands between a client and its queue, and damages the digest of every body."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        request = urllib.request.Request(self.server.upstream + self.path, data=body,
                                         headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, reply, kind = answer.status, answer.read(), answer.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            status, reply, kind = error.code, error.read(), error.headers["Content-Type"]
        reply = re.sub(rb'("MD5OfBody": ?"|<MD5OfBody>)[0-9a-f]{4}', rb"\g<1>0000", reply)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)


class Leaks(OwnServer):
    # It writes down all that it is sent.
    SERVER_SETTINGS = {
        "log_statement": "all", "log_min_duration_statement": "0", "log_parameter_max_length": "-1",
        "log_parameter_max_length_on_error": "-1", "log_error_verbosity": "verbose",
        "log_connections": "on", "log_min_messages": "debug1"}

    def setUp(self):
        super().setUp()
        self.role = self.database + "_r"
        self.sql(f"CREATE ROLE {self.role} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        self.own.asks_password_of(self.role)
        self.database_url = self.own.url(self.database, user=self.role, password=PASSWORD)
        self.env.update(DATABASE_URL=self.database_url, SECRET_KEY=KEY,
                        AWS_ACCESS_KEY_ID="AKIDCANARY", AWS_SECRET_ACCESS_KEY=AWS_SECRET)
        self.log_from = self.own.log.stat().st_size
        self.printed = []

    # --- what was written

    def server_log(self):
        with open(self.own.log, "rb") as log:
            log.seek(self.log_from)
            # The test's own statement that made the role names the password.
            return b"\n".join(line for line in log.read().split(b"\n") if b"CREATE ROLE" not in line)

    def tables(self):
        """Every row of every table, as text."""
        names = self.sql("SELECT format('%I.%I', n.nspname, relname), relname FROM pg_class c "
                         "JOIN pg_namespace n ON n.oid = relnamespace "
                         "WHERE relkind IN ('r', 'm') AND n.nspname = 'public'")
        return {name: "\n".join(row[0] for row in self.sql(f"SELECT t::text FROM {table} t")).encode()
                for table, name in names}

    def note(self, ended):
        self.printed.append(ended)
        return ended

    def assert_nothing_leaked(self, personal_in_table=()):
        for ended in self.printed:
            self.assertEqual(found(PERSONAL + SECRETS, ended.out + ended.err), [], ended)
        self.assertEqual(found((IP, DEVICE, BODY) + SECRETS, self.server_log()), [], "server log")
        for name, rows in self.tables().items():
            allowed = personal_in_table if name == "user_logins" else ()
            self.assertEqual([c for c in found(PERSONAL + SECRETS, rows) if c not in allowed], [], name)
        self.assertEqual(list(self.folder.glob("**/core*")), [])

    def run_and_note(self, *arguments, **options):
        return self.note(self.moretta(*arguments, **options))

    def drain_and_note(self, *arguments, **options):
        return self.note(self.drain("--log-level", "debug", *arguments, **options))

    # --- the paths

    def test_the_search_finds_what_it_looks_for(self):
        for canary_text in PERSONAL + SECRETS:
            for wrapped in (canary_text, "x" + canary_text + "y", canary_text.upper(),
                            canary_text.encode().hex(),
                            base64.b64encode(("ab" + canary_text + "cd").encode()).decode()):
                self.assertEqual(found((canary_text,), wrapped.encode()), [canary_text], wrapped)
        self.assertEqual(found(PERSONAL + SECRETS, b"203.0.113.7 and nothing else"), [])

    def test_rejected_bodies_of_every_reason(self):
        self.open_queue()
        config = self.config()
        self.create_tables(config)
        bodies = [body for group in BAD_BODIES.values() for body in group]
        self.queue.send(self.queue_url, bodies + [canary(), canary(user_id=USER + "-2")])

        done = self.drain_and_note(config=config)

        self.assertEqual(done.code, harness.EXIT_REJECTS, done)
        self.assertEqual(done.summary["stored"], 2)
        self.assertEqual(
            dict(self.sql("SELECT reason, count(*)::int FROM moretta_quarantine GROUP BY 1")),
            {reason: len(group) for reason, group in BAD_BODIES.items()})
        self.assertIn(USER.encode(), self.tables()["user_logins"], "kept by the configuration")
        self.assert_nothing_leaked(personal_in_table=(USER,))

    def test_rejected_lines_of_mask(self):
        lines = [body for group in BAD_BODIES.values() for body in group if "\n" not in body]
        lines.append(canary(filler=BODY * 80_000))  # over the largest body

        for preset in ("logins", "logins-keyed"):
            for form in ("ndjson", "csv"):
                done = self.moretta("mask", "--preset", preset, "--format", form,
                                    input="\n".join(lines).encode())
                self.assertEqual(done.code, harness.EXIT_REJECTS, done)
                self.assertEqual(found(PERSONAL + SECRETS, done.err), [], done)
                # md5 takes a value of any length, so one row more comes out, with its user.
                self.assertEqual(found((IP, DEVICE, BODY) + SECRETS, done.out), [], done)

    def one_column(self, mask):
        """A configuration with that mask alone, of the address."""
        lines = (harness.EXAMPLES / "logins-keyed.yaml").read_text().splitlines()
        changed = [f"    masked_ip: {{from: /ip, type: varchar(256), mask: {mask}}}"
                   if "masked_ip:" in line else line for line in lines]
        path = self.folder / "one.yaml"
        path.write_text("\n".join(changed))
        return path

    def test_what_every_method_refuses(self):
        for mask, own in METHODS.items():
            config = self.one_column(mask)
            lines = [canary(ip=value) for value in ANY_METHOD + own]

            done = self.moretta("mask", "-c", str(config), "--format", "ndjson",
                                input="\n".join(lines).encode())

            self.assertEqual(done.code, harness.EXIT_REJECTS, (mask, done.said))
            self.assertEqual(found(PERSONAL + SECRETS, done.err), [], mask)
            self.assertEqual(found((IP, DEVICE, BODY) + SECRETS, done.out), [], mask)
            self.assertGreaterEqual(done.said.count('"line"') + done.said.count("line "), len(own) + 2,
                                    (mask, done.said))

    def test_every_cipher_that_fails(self):
        (self.folder / "shim.c").write_text(SHIM)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", "shim.so", "shim.c", "-ldl"], check=True,
                       cwd=self.folder, timeout=60)
        mark = self.folder / "fail"
        failing = {"LD_PRELOAD": str(self.folder / "shim.so"), "FAIL_WHEN": str(mark)}
        self.open_queue()
        self.create_tables()
        masks = [mask for mask in METHODS if re.search("aes|ff1|ipcrypt", mask)]
        value = {True: DEVICE, False: IP}
        for number, mask in enumerate(masks):
            mark.unlink(missing_ok=True)
            worker = self.start("run", "--log-level", "debug", config=self.one_column(mask),
                                env=failing)
            eventually(lambda: b'"start"' in worker.err, "its ciphers are set up")
            mark.touch()
            self.queue.send(self.queue_url, [canary(ip=value["ff1" in mask])])
            eventually(lambda: self.count("moretta_quarantine") == number + 1, mask)
            self.note(worker.end())
        self.assertEqual(self.count(), 0)
        self.assertEqual(self.sql("SELECT DISTINCT reason FROM moretta_quarantine"), [("mask_failed",)])
        self.assert_nothing_leaked()

    def test_bodies_that_were_damaged_on_the_way(self):
        self.open_queue(VisibilityTimeout=1)
        config = self.config()
        self.create_tables(config)
        self.queue.send(self.queue_url, [canary(), BODY])
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Damaging)
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        proxy.upstream = self.queue.endpoint
        proxy.handle_error = lambda *_: None  # the client hangs up when it is told to stop
        damaged = self.queue_url.replace(self.queue.endpoint, f"http://127.0.0.1:{proxy.server_port}")

        worker = self.start("run", "--log-level", "debug", env={"QUEUE_URL": damaged})
        eventually(lambda: worker.err.count(b"sqs_message_damaged") >= 2, "it notices")
        self.note(worker.end())

        self.assertEqual(self.count(), 0)
        self.assertEqual(self.queue.depth(self.queue_url), 2)
        self.assert_nothing_leaked()

    def test_rows_that_the_table_refuses_with_texts_that_quote_them(self):
        self.open_queue()
        config = self.config()
        self.create_tables(config)
        self.sql("ALTER TABLE user_logins ADD CHECK (device_type <> 'nokia')")
        self.sql("CREATE UNIQUE INDEX ON user_logins (masked_ip)")
        self.sql("""CREATE FUNCTION quote_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.device_type = 'tell' THEN
                      RAISE EXCEPTION 'row %', NEW.masked_ip USING ERRCODE = '22000',
                        DETAIL = NEW::text, HINT = NEW::text, COLUMN = 'masked_ip';
                    END IF; RETURN NEW; END $$;
                    CREATE TRIGGER quote_it BEFORE INSERT ON user_logins
                    FOR EACH ROW EXECUTE FUNCTION quote_it()""")
        self.queue.send(self.queue_url, [
            canary(device_type="nokia"), canary(), canary(user_id=USER + "-2"),
            canary(device_type="tell")] + logins(30))

        done = self.drain_and_note(config=config)

        self.assertEqual(done.code, harness.EXIT_REJECTS, done)
        self.assertEqual(done.summary["rejects"], {"refused_by_table": 3})
        self.assert_nothing_leaked(personal_in_table=(USER,))

    def test_refusals_for_good_in_the_middle_of_a_turn(self):
        self.open_queue()
        config = self.config()
        self.create_tables(config)
        self.queue.send(self.queue_url, [canary() for _ in range(5)])
        self.sql("""CREATE FUNCTION stop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    RAISE EXCEPTION 'no % %', NEW.user_id, NEW.masked_ip USING ERRCODE = '42501',
                      DETAIL = NEW::text, HINT = NEW::text; END $$;
                    CREATE TRIGGER stop_it BEFORE INSERT ON user_logins
                    FOR EACH ROW EXECUTE FUNCTION stop_it()""")

        done = self.drain_and_note(config=config)

        self.assertEqual(done.code, harness.EXIT_FAILED, done)
        self.assertEqual(self.queue.depth(self.queue_url), 5)
        self.assert_nothing_leaked()

    def test_a_database_that_cannot_be_reached_or_refuses(self):
        self.open_queue()
        self.queue.send(self.queue_url, [canary()])
        wrong = {
            "no such user": self.own.url(self.database, user="nobody-here", password=PASSWORD),
            "no such database": self.own.url("nowhere", user=self.role, password=PASSWORD),
            "no URL": f"postgresql://u:{PASSWORD}@[bad",
            "unknown option": f"postgresql://u:{PASSWORD}@h/d?{PASSWORD}=1",
            "bad keyword list": f"host=h password='{PASSWORD}",
        }
        for url in wrong.values():
            for arguments in (["drain", "--no-progress"], ["check", "--connect"], ["schema", "--apply"]):
                self.run_and_note(arguments[0], "-c", str(self.config()), *arguments[1:],
                                  env={"DATABASE_URL": url})
        away = f"postgresql://u:{PASSWORD}@127.0.0.1:1/d"
        worker = self.start("run", "--log-level", "debug", env={"DATABASE_URL": away})
        eventually(lambda: b'"unavailable"' in worker.err, "it says that the database is away")
        self.note(worker.end())

        for ended in self.printed:
            self.assertNotEqual((ended.code, ended.said), (0, ""))
        self.assert_nothing_leaked()

    def test_a_queue_that_fails_or_refuses(self):
        self.open_queue("--verify-keys", "env", env={
            "AWS_ACCESS_KEY_ID": "AKIDCANARY", "AWS_SECRET_ACCESS_KEY": "the right one"})
        config = self.config()
        self.create_tables(config)
        self.drain_and_note(config=config)
        self.run_and_note("check", "-c", str(config), "--connect")

        self.assertEqual(self.printed[0].code, harness.EXIT_FAILED, self.printed[0])
        self.assert_nothing_leaked()

    def test_faults_of_the_queue_at_debug_level(self):
        self.open_queue(VisibilityTimeout=2)
        config = self.config()
        self.create_tables(config)
        self.queue.send(self.queue_url, [canary(user_id=f"{USER}-{n}") for n in range(60)])
        self.queue.faults(error={"rate": 0.2}, drop_after={"rate": 0.1}, drop_before={"rate": 0.1},
                          entry_failure={"rate": 0.2}, throttle={"rate": 0.1}, seed=3)

        done = self.drain_and_note(config=config)

        self.assertEqual(done.summary["stored"], 60, done)
        self.assert_nothing_leaked(personal_in_table=(USER,))

    def test_keys_and_configurations_that_are_wrong(self):
        config = self.config()
        key_file = self.folder / "wrong.key"
        key_file.write_text(KEY[:-2] + "\n" + PASSWORD)
        key_file.chmod(0o600)
        open_file = self.folder / "open.key"
        open_file.write_text(KEY)
        open_file.chmod(0o644)
        cases = [(config, {"SECRET_KEY": KEY + "00"}), (config, {"SECRET_KEY": KEY[:-1] + "x"}),
                 (config, {"SECRET_KEY": PASSWORD})]
        for path in (key_file, open_file):
            cases.append((self.config(changes=[("env:SECRET_KEY ", f"file:{path} ")],
                                      name=path.name + ".yaml"), {}))
        for old, new in (("secret: env:SECRET_KEY", f"secret: {KEY}"),
                         ("url: ${DATABASE_URL:-}", f"url: postgresql://u:{PASSWORD}@h/d"),
                         ("url: ${DATABASE_URL:-}", f"url: [{PASSWORD}]"),
                         ("url: ${DATABASE_URL:-}", f"password: {PASSWORD}")):
            cases.append((self.config(changes=[(old, new)], name=f"{len(cases)}.yaml"), {}))

        for path, env in cases:
            ended = self.run_and_note("drain", "-c", str(path), "--no-progress",
                                      env={"QUEUE_URL": "http://127.0.0.1:1/0/none", **env})
            self.assertEqual(ended.code, harness.EXIT_CONFIG, (path.read_text(), ended))
        for arguments in (["drain", self.database_url],
                          ["drain", "--queue-url", f"https://u:{PASSWORD}@h/q"]):
            self.run_and_note(*arguments)
        self.assert_nothing_leaked()

    def test_unmask_says_nothing_of_what_it_could_not_open(self):
        self.open_queue()
        config = self.config("logins")
        self.create_tables(config)
        self.queue.send(self.queue_url, [canary(), canary(ip=...)])
        self.note(self.drain(config=config))
        token, = self.sql("SELECT masked_ip FROM user_logins")[0]
        message, = self.sql("SELECT message_id FROM moretta_quarantine")[0]
        for arguments in (["--domain", "device_id", token], ["--domain", "ip", "--key-id", "3", token]):
            self.note(self.unmask(*arguments))
        self.note(self.unmask("--quarantined", message, env={"SECRET_KEY": harness.OTHER_KEY}))
        opened = self.unmask("--domain", "ip", token)

        self.assertEqual(opened.text, IP + "\n")
        self.assertEqual(found(PERSONAL + SECRETS, opened.err), [])
        self.assert_nothing_leaked(personal_in_table=(USER,))

    def test_a_worker_that_aborts_leaves_no_core(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, [canary()])
        worker = self.start("run", "--log-level", "debug")
        eventually(lambda: self.count() == 1, "it holds clear text")

        ended = self.note(worker.end(signal.SIGABRT))

        self.assertEqual(ended.code, -signal.SIGABRT)
        self.assert_nothing_leaked(personal_in_table=(USER,))


if __name__ == "__main__":
    unittest.main()
