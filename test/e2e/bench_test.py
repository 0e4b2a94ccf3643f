"""The benchmark's harness: its figures are there, and a contender that loses or repeats a row is caught."""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

import harness

BENCH = harness.ROOT / "bench"
sys.path.insert(0, str(BENCH))
import corpus  # noqa: E402
import plot  # noqa: E402

FIGURES = ("messages", "seconds", "messages_per_second", "client_us_per_message", "postgres_us_per_message",
           "queue_us_per_message", "peak_rss_mb", "requests_per_message", "rows_per_transaction",
           "send_to_commit_p50_ms", "send_to_commit_p99_ms")

# The honest script of the benchmark with one line changed.
PLANTED = {
    "loses-some": ("if row is not None:", "if row is not None and not row[0].startswith('0'):"),
    "repeats-some": ("cursor.execute(INSERT, row)",
                    "[cursor.execute(INSERT, row) for _ in range(2 if row[0].startswith('0') else 1)]"),
    "leaks-some": ("md5(event[\"ip\"])", "event[\"ip\"]"),
}


def plant(folder, name):
    """A contender that does what none may."""
    source = BENCH / "contenders" / "python-first"
    right, wrong = PLANTED[name]
    script = (source / "load.py").read_text()
    assert script.count(right) == 1, right
    (folder / name).mkdir(parents=True)
    (folder / name / "load.py").write_text(script.replace(right, wrong))
    shutil.copy(source / "contender.json", folder / name)


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="moretta-bench-test."))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for name in PLANTED:
            plant(cls.folder / "contenders", name)
        cls.results, cls.text = cls.bench("honest", "--only", "moretta-keyed", "python-first")
        planted, cls.planted_text = cls.bench("planted", "--drains-only", "--contenders",
                                              str(cls.folder / "contenders"), "--only", *PLANTED)
        cls.by_name = {one["name"]: one for one in cls.results["contenders"] + planted["contenders"]}

    @classmethod
    def bench(cls, name, *options):
        """A tiny run: what it wrote for programs and for people."""
        output = cls.folder / name
        done = cls.run_bench(output, *options)
        assert done.returncode == 0, done.stderr
        return json.loads((output / "results.json").read_text()), (output / "RESULTS.md").read_text()

    @staticmethod
    def run_bench(output, *options):
        return subprocess.run(
            ["/usr/bin/python3", "-B", str(BENCH / "run.py"), "--runs", "1", "--share", "1200", "--delays", "0",
             "--output", str(output), *options], capture_output=True, text=True, timeout=500)

    def test_says_every_figure_of_every_contender(self):
        for name in ("moretta-keyed", "python-first"):
            with self.subTest(name):
                entry = self.by_name[name]

                self.assertNotIn("error", entry)
                self.assertEqual(entry["delay_ms"], 0)
                self.assertTrue(entry["version"])
                for figure in FIGURES:
                    self.assertGreater(entry[figure], 0, figure)

    def test_says_that_honest_contenders_have_every_row_once(self):
        for name in ("moretta-keyed", "python-first"):
            with self.subTest(name):
                entry = self.by_name[name]

                self.assertTrue(entry["rows_ok"], entry)
                self.assertLess(entry["rows"], entry["messages"])  # the malformed ones give none

    def test_marks_a_contender_that_loses_rows(self):
        entry = self.by_name["loses-some"]

        self.assertFalse(entry["rows_ok"])
        self.assertGreater(entry["rows_lost"], 0)
        self.assertEqual(entry["rows_repeated"], 0)

    def test_marks_a_contender_that_repeats_rows(self):
        entry = self.by_name["repeats-some"]

        self.assertFalse(entry["rows_ok"])
        self.assertGreater(entry["rows_repeated"], 0)
        self.assertEqual(entry["rows_lost"], 0)

    def test_marks_a_contender_that_stores_what_it_should_mask(self):
        entry = self.by_name["leaks-some"]

        self.assertFalse(entry["rows_ok"])
        self.assertGreater(entry["rows_wrong"], 0)
        self.assertEqual((entry["rows_lost"], entry["rows_repeated"]), (0, 0))

    def test_tells_who_repeats_a_message_that_the_queue_gives_twice(self):
        self.assertEqual(self.by_name["moretta-keyed"]["redelivered"]["rows_repeated"], 0)
        self.assertGreater(self.by_name["python-first"]["redelivered"]["rows_repeated"], 0)

    def test_writes_the_same_for_people(self):
        for entry in self.results["contenders"]:
            self.assertIn(entry["title"], self.text)
            self.assertIn(entry["version"], self.text)
        self.assertIn(self.results["commit"], self.text)
        self.assertIn(f"{self.by_name['repeats-some']['rows_repeated']} twice", self.planted_text)
        self.assertIn(f"{self.by_name['loses-some']['rows_lost']} lost", self.planted_text)

    def test_goes_on_where_it_was_broken_off(self):
        done = self.run_bench(self.folder / "honest", "--resume", "--drains-only", "--only", "moretta-keyed")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("moretta-keyed 0 ms", done.stderr)  # measured before, so nothing to say of it

    def test_judges_every_goal_and_says_which_it_did_not_measure(self):
        reach = self.results["reach"]

        self.assertGreater(len(reach), 10)
        for goal in reach:
            self.assertEqual(goal["reached"] is None, goal["figure"] is None, goal)
        self.assertIsNotNone(next(goal for goal in reach if "plain HTTP" in goal["goal"])["figure"])


class Corpus(unittest.TestCase):
    def test_is_like_what_the_first_user_sends_and_says_what_rows_it_gives(self):
        sample = harness.MESSAGES.read_text().splitlines()
        with tempfile.TemporaryDirectory() as folder:
            made = corpus.corpus(corpus.Shape(5000), pathlib.Path(folder))
            lines, rows = made.lines.read_text().splitlines(), made.expected.read_text().splitlines()

        good = [line for line in lines if line not in corpus.MALFORMED]
        self.assertEqual(len(lines), 5000)
        self.assertEqual([json.loads(line)["user_id"] for line in good], [row.split("\t")[0] for row in rows])
        self.assertEqual(made.rows, len(good))
        self.assertAlmostEqual(len(good) / 5000, 1 - corpus.MALFORMED_SHARE, delta=0.005)
        self.assertAlmostEqual(len(set(good)) / len(good), 1 - corpus.DUPLICATE_SHARE, delta=0.01)
        self.assertAlmostEqual(statistics.mean(map(len, good)), statistics.mean(map(len, sample)), delta=5)
        self.assertEqual(json.loads(good[0]).keys(), json.loads(sample[0]).keys())

    def test_is_the_same_again(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            made = [corpus.corpus(corpus.Shape(300), pathlib.Path(folder)).lines.read_text() for folder in (one, other)]

        self.assertEqual(*made)


class Plot(unittest.TestCase):
    def test_draws_a_line_for_each_round_trip(self):
        lanes = [{"delay_ms": delay, "lanes": count, "messages_per_second": count * 9000.0 / (1 + delay)}
                 for delay in (0, 10) for count in (1, 2, 4)]
        drawing = xml.dom.minidom.parseString(plot.rates(lanes))

        self.assertEqual(len(drawing.getElementsByTagName("polyline")), 2)
        self.assertEqual(len(drawing.getElementsByTagName("circle")), 3)  # the marks of the first line


if __name__ == "__main__":
    unittest.main()
