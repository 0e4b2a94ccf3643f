"""What is drawn while work goes on: in place on a terminal, line by line or not at all elsewhere."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unittest

import harness
from harness import EXIT_DONE, EndToEnd, logins

COLUMNS = 90
ERASE_LINE = "\r\033[K"
BAR = r"[█░]{24} +\d+ %"


class Terminal(EndToEnd):
    def on_terminal(self, *arguments, env=None):
        """Exit code and what stood on the terminal, which standard error alone is."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        said = []

        def listen():
            while True:
                try:
                    said.append(os.read(ours, 65536))
                except OSError:  # the other end is closed
                    return

        listener = threading.Thread(target=listen)
        done = None
        try:
            listener.start()
            done = subprocess.run([harness.program("moretta"), *arguments], env={**self.env, **(env or {})},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
                                  cwd=self.folder, timeout=harness.WAIT_MAX_S, check=False)
        finally:
            os.close(theirs)
            listener.join()
            os.close(ours)
        return done.returncode, b"".join(said).decode()

    def assert_drawn(self, shown, pattern):
        """Each line in place, none wider than the terminal, and no colours that nobody asked for."""
        lines = shown.replace("\n", "").split(ERASE_LINE)[1:]
        self.assertTrue(any(re.search(pattern, line) for line in lines), shown[-2000:])
        for line in lines:
            self.assertLess(len(line.split("\r")[0]), COLUMNS, line)
        self.assertNotRegex(shown, r"\033\[[\d;]*m")

    def write(self, count):
        path = self.folder / "logins.jsonl"
        path.write_text("".join(line + "\n" for line in logins(count)))
        return str(path)

    def test_drain_draws_a_bar_with_counts_and_a_rate_and_leaves_the_summary(self):
        self.open_queue()
        self.create_tables()
        self.queue.send(self.queue_url, logins(3000))

        code, shown = self.on_terminal("drain", "-c", str(self.config()))

        self.assertEqual(code, EXIT_DONE, shown)
        self.assert_drawn(shown, BAR + r"  [\d ]+ of [\d ]+  [\d ]+/s")
        self.assertRegex(shown.rsplit(ERASE_LINE, 1)[1], r"received +3\D000")

    def test_load_draws_a_bar_with_a_rate_and_the_time_left(self):
        self.create_tables()
        self.sql("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                 " 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END'")
        self.sql("CREATE TRIGGER slow BEFORE INSERT ON user_logins EXECUTE FUNCTION wait()")

        code, shown = self.on_terminal("load", "-c", str(self.config()), "--sent-at", "2023-11-15T12:00:00Z",
                                       self.write(100_000))

        self.assertEqual(code, EXIT_DONE, shown)
        self.assert_drawn(shown, BAR + r".*/s.*(left|to go)")

    def test_rewrap_and_audit_draw_bars_as_well(self):
        md5 = self.config(changes=[("mask: aes-siv", "mask: md5")], name="md5.yaml")
        self.create_tables(md5)
        self.sql("INSERT INTO user_logins (user_id, masked_ip, masked_device_id) SELECT 'u' || i, "
                 "md5('10.0.' || i / 250 || '.' || i % 250), md5(i::text) FROM generate_series(1, 40000) i")

        code, shown = self.on_terminal("audit", "-c", str(md5), "--prove", "1", "--cores", "1",
                                       "--space", "masked_device_id=ddd-dd-dddd")
        self.assertEqual(code, EXIT_DONE, shown)
        self.assert_drawn(shown, r"md5 of \S+  " + BAR + r"  \d+ of \d+ M  [\d.]+ M/s  ")

        keyed = self.config(changes=[("mask: aes-siv", "mask: hmac-sha256+md5")], name="keyed.yaml")
        code, shown = self.on_terminal("rewrap", "masked_ip", "-c", str(keyed))
        self.assertEqual(code, EXIT_DONE, shown)
        self.assert_drawn(shown, BAR + r"  \d+ of \d+  \d+/s")

    def test_nothing_is_drawn_where_there_is_no_terminal_or_nobody_wants_it(self):
        self.open_queue()
        self.create_tables()
        config = str(self.config())
        self.queue.send(self.queue_url, logins(100))

        piped = self.moretta("drain", "-c", config)
        self.queue.send(self.queue_url, logins(100, start=100))
        _, unwanted = self.on_terminal("drain", "-c", config, "--no-progress")
        loaded = self.moretta("load", "-c", config, "--sent-at", "2023-11-15T12:00:00Z", self.write(1000))

        for shown in (piped.said, unwanted, loaded.said, loaded.text):
            self.assertNotIn("\033", shown)
            self.assertNotRegex(shown, "[█░]")

    def test_top_has_colours_on_a_terminal_unless_no_color_is_set(self):
        self.open_queue()
        self.create_tables()
        config = self.config(extra="\nstatus:\n  listen: 127.0.0.1:0\n")
        worker = self.start("run", "--log-format", "json", config=config)
        said = harness.eventually(lambda: re.search(rb'"status_listening".*?"port":(\d+)', worker.err), "it listens")
        address = f"127.0.0.1:{int(said[1])}"

        for env, has_colours in (({}, True), ({"NO_COLOR": "1"}, False)):
            shown = self.top_on_terminal(address, env)
            self.assertIn("logins -> user_logins", shown)
            self.assertEqual(re.search(r"\033\[[\d;]*m", shown) is not None, has_colours, shown)

    def top_on_terminal(self, address, env):
        """Its first picture; it would go on drawing."""
        ours, theirs = pty.openpty()
        top = subprocess.Popen([harness.program("moretta"), "top", address], env={**self.env, **env},
                               stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=self.folder)
        os.close(theirs)
        shown = b""
        try:
            while b"lanes" not in shown:
                shown += os.read(ours, 65536)
        finally:
            top.terminate()
            top.wait(harness.WAIT_MAX_S)
            os.close(ours)
        return shown.decode()


if __name__ == "__main__":
    unittest.main()
