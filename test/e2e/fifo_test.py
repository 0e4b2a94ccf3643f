"""FIFO queues: each group goes into the table in its order, whatever happens on the way."""

import signal
import unittest

import harness
from harness import EXIT_DONE, EXIT_REJECTS, EndToEnd, login

LEAVE = ("on_reject: quarantine", "on_reject: leave")


class Fifo(EndToEnd):
    def open_fifo(self, **attributes):
        self.open_queue(name="logins.fifo", FifoQueue="true", ContentBasedDeduplication="true",
                        **attributes)

    def create_counted_tables(self, config=None):
        self.create_tables(config)
        self.sql("ALTER TABLE user_logins ADD COLUMN place bigserial")

    def send_groups(self, groups, size):
        """One message of each group in turn; its number is its place in its group."""
        for start in range(0, size, 10):
            for group in range(groups):
                self.queue.send(self.queue_url,
                                [login(1000 * group + i) for i in range(start, min(start + 10, size))],
                                MessageGroupId=f"group-{group}")

    def stored_of(self, group):
        first = 1000 * group
        rows = self.sql("SELECT user_id FROM user_logins ORDER BY place")
        numbers = [int(row[0].removeprefix("user-")) for row in rows]
        return [number - first for number in numbers if first <= number < first + 1000]

    def test_stores_each_group_in_its_order_by_many_lanes(self):
        self.open_fifo()
        self.create_counted_tables()
        self.send_groups(12, 40)

        done = self.drain("--lanes", "4")

        self.assertEqual(done.code, EXIT_DONE, done)
        for group in range(12):
            self.assertEqual(self.stored_of(group), list(range(40)))
        self.assert_queue_is_empty()
        self.assert_adds_up(done.summary)

    def test_keeps_the_order_through_a_kill_and_lost_answers(self):
        self.open_fifo(VisibilityTimeout=2)
        self.create_counted_tables()
        self.queue.faults(drop_after={"rate": 0.1}, seed=3)
        self.send_groups(6, 60)

        for _ in range(2):
            worker = self.start("run", "--lanes", "3")
            before = self.count()
            harness.eventually(lambda: self.count() > before or not self.queue.depth(self.queue_url),
                               "some rows")
            worker.end(signal.SIGKILL)
        done = self.drain("--lanes", "3")

        self.assertEqual(done.code, EXIT_DONE, done)
        for group in range(6):
            self.assertEqual(self.stored_of(group), list(range(60)))

    def test_stores_nothing_behind_a_message_that_is_left_and_all_of_other_groups(self):
        self.open_fifo(VisibilityTimeout=20)
        config = self.config(changes=[LEAVE])
        self.create_counted_tables(config)
        self.sql("ALTER TABLE user_logins ADD CHECK (user_id <> 'user-001004')")
        self.send_groups(3, 10)
        self.queue.send(self.queue_url, ["no JSON"], MessageGroupId="group-0")
        self.queue.send(self.queue_url, [login(10)], MessageGroupId="group-0")

        done = self.drain("--lanes", "4", config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(self.stored_of(0), list(range(10)))
        self.assertEqual(self.stored_of(1), list(range(4)))
        self.assertEqual(self.stored_of(2), list(range(10)))
        self.assertEqual(self.queue.depth(self.queue_url), 8)
        self.assert_adds_up(done.summary)

    def test_goes_on_behind_a_message_that_is_quarantined(self):
        self.open_fifo()
        self.create_counted_tables()
        self.queue.send(self.queue_url, [login(0), "no JSON", login(1)], MessageGroupId="a")

        done = self.drain()

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assertEqual(self.stored_of(0), [0, 1])
        self.assertEqual(self.count("moretta_quarantine"), 1)
        self.assert_queue_is_empty()

    def test_takes_a_fair_queue_for_what_it_is(self):
        self.open_queue(VisibilityTimeout=20)
        config = self.config(changes=[LEAVE])
        self.create_tables(config)
        self.queue.send(self.queue_url, ["no JSON"], MessageGroupId="tenant")
        self.queue.send(self.queue_url, harness.logins(20), MessageGroupId="tenant")

        done = self.drain("--lanes", "4", config=config)

        self.assertEqual(done.code, EXIT_REJECTS, done)
        self.assert_every_login_once(20)


if __name__ == "__main__":
    unittest.main()
