#!/usr/bin/env python3
"""Each claim of check_docs.py is broken once, in a small tree, and has to be caught."""

import pathlib
import tempfile
import unittest

from check_docs import Documents


class CheckDocs(unittest.TestCase):
    def problems(self, text, **others):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "test/golden/help").mkdir(parents=True)
            (root / "test/golden/help/check.txt").write_text("  --connect   also look\n  -c,--config FILE\n")
            (root / "test/golden/help/keys-new.txt").write_text("  --id N\n")
            (root / "README.md").write_text(text)
            for name, content in others.items():
                (root / f"{name}.md").write_text(content)
            return Documents(root, ["README.md"]).run()

    def test_has_nothing_to_say_of_what_is_right(self):
        self.assertEqual(self.problems(
            "# A b\n[x](other.md#two-words) [y](#a-b) [z](https://example.com/x)\n\n"
            "    moretta check -c x.yaml --connect   # a remark --with dashes\n"
            "`moretta keys new --id 2`\n", other="## Two `words`\n"), [])

    def test_catches_a_link_to_nowhere(self):
        self.assertEqual(self.problems("[x](gone.md)\n"), ["README.md:1: there is no gone.md"])

    def test_catches_a_heading_that_is_gone(self):
        self.assertEqual(self.problems("\n[x](other.md#gone)\n", other="# Here\n"),
                         ["README.md:2: other.md has no heading for #gone"])

    def test_catches_an_option_that_is_gone(self):
        self.assertEqual(self.problems("    moretta check \\\n      --connected\n"),
                         ["README.md:1: moretta check has no --connected"])
        self.assertEqual(self.problems("`moretta keys new --connect`\n"),
                         ["README.md:1: moretta keys-new has no --connect"])

    def test_catches_a_command_that_is_gone(self):
        self.assertEqual(self.problems("`moretta chek --connect`\n"),
                         ["README.md:1: there is no command chek"])


if __name__ == "__main__":
    unittest.main()
