"""Clear text does not outlive its turn: the whole memory of a working process is searched after the
turn, and the core file that one leaves which is aborted then."""

import os
import pathlib
import resource
import signal
import subprocess
import unittest

import harness
from harness import EndToEnd, eventually, login

IP = "203.0.113.177"
DEVICE = "876-54-3210"
BODY = "canary-body-31fe"  # in keys that no column reads
SHORT_IP = "7.83.1.9"  # fits into a std::string without memory of its own

CANARIES = (IP, DEVICE, BODY, SHORT_IP)

# moretta has no core files. This takes its two ways of seeing to that away, and nothing else of it.
LETS_IT_DUMP = """
int setrlimit(int resource, const void *limit) { return 0; }
int setrlimit64(int resource, const void *limit) { return 0; }
int prctl(int option, ...) { return 0; }
"""

WRITABLE_BYTES_MAX = 1 << 30  # of one process; more is not what these tests start


def canary(**changes):
    return login(1, **{"ip": IP, "device_id": DEVICE, "extra": BODY, **changes})


# One for each way that a message goes: stored, and rejected at each step.
BODIES = [
    canary(), canary(ip=SHORT_IP), canary(ip="\u00e9" + IP),
    canary(ip=f'"{IP}"\\\t'),  # with escapes, which the decoder takes out
    '{"ip": "' + "".join(f"\\u{ord(c):04x}" for c in IP) + '"}',
    f'{{"ip": "{IP}", "device_id": "{DEVICE}", {BODY}', BODY, f"[{BODY!r}]",
    canary(ip=...), canary(ip=None), canary(ip=[IP]), canary(app_version=BODY),
    canary(locale=BODY * 9), canary(ip=IP * 300), canary(ip=IP + "\0"),
    canary()[:-1] + f', "ip": "{IP}"}}', canary(filler=[BODY] * 3000),
]

# As masks of columns that all read the address.
METHODS = ("md5", "sha256", "hmac-sha256", "aes-siv", "aes-256-cbc", "redact",
           "{method: md5, recover: aes-256-cbc}", "{method: hmac-sha256, recover: aes-siv}",
           "tokenize", "hmac-sha256+md5", "{method: sha256, recover: seal}",
           "{method: aes-siv, normalize: ip}", "ipcrypt-deterministic", "ipcrypt-pfx", "truncate-ip",
           "character-mask", "{method: hmac-sha256, normalize: lower}")
FF1 = '{method: ff1, pattern: "###-##-####"}'  # of the device, whose form it is


def writable_memory(pid):
    """What a core file of the process would hold, piece by piece."""
    total = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(at, 16) for at in span.split("-"))
            total += end - begin
            assert total <= WRITABLE_BYTES_MAX, f"{total} bytes"
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except OSError:
                continue  # gone since


def found(pid, texts):
    """Those of the texts that stand in the memory, as UTF-8 or UTF-16."""
    seen = set()
    for piece in writable_memory(pid):
        for text in texts:
            if text.encode() in piece or text.encode("utf-16-le") in piece:
                seen.add(text)
    return sorted(seen)


def surroundings(pid, text):
    """Where it stands, for whoever has to find out why."""
    raw = text.encode()
    for piece in writable_memory(pid):
        at = piece.find(raw)
        while at >= 0:
            yield piece[max(0, at - 60):at + 60]
            at = piece.find(raw, at + 1)


@unittest.skipUnless(os.geteuid() == 0, "only root reads the memory of a process that hides it")
class Memory(EndToEnd):
    def assert_forgets(self, worker):
        try:
            eventually(lambda: not found(worker.pid, CANARIES), "it has forgotten", within=10)
        except AssertionError:
            left = found(worker.pid, CANARIES)
            places = [place for text in left[:2] for place in surroundings(worker.pid, text)]
            self.fail(f"still in memory: {left}\n" + "\n".join(map(repr, places[:8])))

    def work_through(self, config):
        self.open_queue()
        self.sql("DROP TABLE IF EXISTS user_logins")
        self.moretta("schema", "-c", str(config), "--apply")
        worker = self.start("run", "--log-level", "debug", config=config)
        self.queue.send(self.queue_url, BODIES[:10])
        self.queue.send(self.queue_url, BODIES[10:])
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "every message is settled")
        return worker

    def test_nothing_is_left_after_the_turn(self):
        worker = self.work_through(self.config("logins"))

        self.assertIn("user-000001", self.sql("SELECT user_id FROM user_logins")[0])
        self.assertGreater(self.count("moretta_quarantine"), 5)
        self.assert_forgets(worker)
        self.assertEqual(found(worker.pid, [self.queue_url]), [self.queue_url],
                         "the search sees the memory")
        self.assertEqual(worker.end().code, harness.EXIT_DONE)

    def test_nothing_is_left_by_any_method(self):
        line = next(line for line in (harness.EXAMPLES / "logins-keyed.yaml").read_text().splitlines()
                    if "masked_ip:" in line)
        more = [f"    m{n}: {{from: /ip, type: text, mask: {mask}}}" for n, mask in enumerate(METHODS)]
        more.append(f"    device: {{from: /device_id, type: text, mask: {FF1}}}")
        worker = self.work_through(self.config(changes=[(line, "\n".join([line, *more]))]))

        self.assertGreater(self.count(), 1)
        self.assert_forgets(worker)
        self.assertEqual(worker.end().code, harness.EXIT_DONE)

    def test_an_outage_keeps_clear_text_until_it_is_over_and_no_longer(self):
        own = harness.Postgres()  # which ends with the program
        self.move_to(own)
        config = self.config()
        self.open_queue()
        self.create_tables(config)
        worker = self.start("run", config=config)
        self.queue.send(self.queue_url, [canary(ip="10.1.1.1")])
        eventually(lambda: self.count() == 1, "it works")
        own.stop()
        self.queue.send(self.queue_url, [canary()])
        eventually(lambda: b'"unavailable"' in worker.err, "it knows that the database is away")
        eventually(lambda: IP in found(worker.pid, CANARIES), "it holds on to the message")

        own.start()
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "it goes on")

        self.assert_forgets(worker)
        self.assertEqual(worker.end().code, harness.EXIT_DONE)


def core_goes_to_the_working_directory():
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
    return not pattern.startswith("|") and "/" not in pattern


@unittest.skipUnless(os.geteuid() == 0 and core_goes_to_the_working_directory(),
                     "SKIPPED: needs root, and a kernel that leaves core files to their process "
                     "(core_pattern)")
class CoreFile(EndToEnd):
    """The kernel's own, of a worker that was aborted."""

    def dumpable_worker(self, config):
        shim = self.folder / "lets_it_dump.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(shim)], check=True,
                       input=LETS_IT_DUMP.encode(), timeout=harness.WAIT_MAX_S)
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))  # inherited
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, before)
        return self.start("run", config=config, env={"LD_PRELOAD": str(shim)})

    def core_of(self, worker):
        worker.send_signal(signal.SIGABRT)
        self.assertEqual(worker.wait().code, -signal.SIGABRT)
        cores = [path for path in self.folder.iterdir() if path.name.startswith("core")]
        self.assertEqual(len(cores), 1, "the kernel left a core file")
        return cores[0].read_bytes()

    def seen_in(self, core, texts):
        return sorted({text for text in texts
                       if text.encode() in core or text.encode("utf-16-le") in core})

    def setUp(self):
        super().setUp()
        if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
            self.skipTest("SKIPPED: core files are forbidden here")

    def test_of_a_worker_aborted_within_the_turn_holds_what_it_works_on(self):
        """Which is why there is none; and the search finds clear text where it is."""
        self.open_queue()
        self.create_tables()
        worker = self.dumpable_worker(self.config())
        self.queue.send(self.queue_url, [login(2)])
        eventually(lambda: self.count() == 1, "it works")
        with self.locked("user_logins"):
            self.queue.send(self.queue_url, [canary()])
            eventually(lambda: IP in found(worker.pid, CANARIES), "it holds the message")

            core = self.core_of(worker)

        self.assertIn(IP, self.seen_in(core, CANARIES))

    def test_of_a_worker_aborted_after_the_turn_holds_no_clear_text(self):
        config = self.config("logins")
        self.open_queue()
        self.create_tables(config)
        worker = self.dumpable_worker(config)
        self.queue.send(self.queue_url, BODIES[:10])
        self.queue.send(self.queue_url, BODIES[10:])
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "every message is settled")
        # One more turn: what it sends is settled before its memory is wiped.
        self.queue.send(self.queue_url, [login(2)])
        eventually(lambda: self.queue.depth(self.queue_url) == 0, "the last message is settled")
        eventually(lambda: self.sql("SELECT 1 FROM user_logins WHERE user_id = 'user-000002'"), "stored")

        core = self.core_of(worker)

        self.assertTrue(core.startswith(b"\x7fELF"))
        self.assertEqual(self.seen_in(core, CANARIES), [])
        self.assertEqual(self.seen_in(core, [self.queue_url]), [self.queue_url],
                         "the search sees the memory")


if __name__ == "__main__":
    unittest.main()
