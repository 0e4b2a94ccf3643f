"""The 100 real messages and the 99 rows they become, to the byte. UPDATE_GOLDEN=1 rewrites the rows."""

import csv
import datetime
import hashlib
import io
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from harness import EXIT_REJECTS, EndToEnd, MESSAGES  # noqa: E402

COLUMNS = ["user_id", "device_type", "masked_ip", "masked_device_id", "locale", "app_version"]
STORED = pathlib.Path(__file__).resolve().parent


class Rows(EndToEnd):
    """create_date is the day of sending, so it is compared with today and is not in the files."""

    def test_of_the_preset_logins(self):
        self.assert_golden("logins")

    def test_of_the_preset_logins_keyed(self):
        self.assert_golden("logins-keyed")

    def test_of_the_preset_logins_have_the_md5_that_python_computes(self):
        tokens = {row["user_id"]: row for row in self.rows_of_mask("logins")}
        events = [json.loads(line) for line in MESSAGES.read_text().splitlines()]
        events = [event for event in events if "user_id" in event]

        self.assertEqual(len(events), 99)
        for event in events:
            row = tokens[event["user_id"]]
            self.assertEqual(row["masked_ip"], hashlib.md5(event["ip"].encode()).hexdigest())
            self.assertEqual(row["masked_device_id"],
                             hashlib.md5(event["device_id"].encode()).hexdigest())
            self.assertEqual(row["app_version"], int(event["app_version"].split(".")[0]))

    def assert_golden(self, preset):
        from_queue = self.rows_of_drain(preset)
        from_mask = self.csv_of([row[name] for name in COLUMNS] for row in self.rows_of_mask(preset))
        self.assertEqual(from_queue, from_mask, "drain and mask differ")
        path = STORED / f"{preset}.csv"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.write_text(from_queue)

        self.assertEqual(len(from_queue.splitlines()), 1 + 99)
        self.assertEqual(from_queue, path.read_text(), "UPDATE_GOLDEN=1 rewrites it")

    def rows_of_drain(self, preset):
        self.open_queue()
        config = self.config(preset)
        self.create_tables(config)
        before = datetime.datetime.now(datetime.timezone.utc).date()
        self.queue.send(self.queue_url, MESSAGES.read_text().splitlines())
        after = datetime.datetime.now(datetime.timezone.utc).date()

        done = self.drain(config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(done.summary["rejects"], {"missing_key": 1})
        dates = {row[0] for row in self.sql("SELECT DISTINCT create_date FROM user_logins")}
        self.assertLessEqual(dates, {before, after})
        return self.csv_of(self.sql(f"SELECT {', '.join(COLUMNS)} FROM user_logins"))

    def rows_of_mask(self, preset):
        done = self.moretta("mask", "--preset", preset, input=MESSAGES.read_bytes())
        self.assertEqual(done.code, EXIT_REJECTS, done)
        return [json.loads(line) for line in done.text.splitlines()]

    @staticmethod
    def csv_of(rows):
        """With a header, ordered by user, NULL as an empty field."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted((list(row) for row in rows), key=lambda row: row[0]))
        return out.getvalue()


if __name__ == "__main__":
    unittest.main()
