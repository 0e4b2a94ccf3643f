"""A short storm for every run of the tests; `./dev chaos` has longer ones."""

import os
import unittest

from chaos import storm

SEED = int(os.environ.get("MORETTA_CHAOS_SEED") or 20261129)
SECONDS = 45


class Storm(unittest.TestCase):
    def test_every_message_is_one_row_or_one_record(self):
        totals = storm.run(SEED, SECONDS)

        self.assertGreater(totals["rows"], 0)


if __name__ == "__main__":
    unittest.main()
