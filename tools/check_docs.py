#!/usr/bin/env python3
"""Holds the documents to what they point at: files, headings, commands and their options.

A command is known by its help text in test/golden/help, which a test holds to the option table.
"""

import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?<![\w/.-])(?:build/release/)?moretta ((?:[a-z]+(?:-[a-z]+)* ?){0,2})([^\n`|;&#]*)")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")


def without_code(text):
    """Links in code are no links."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchor(heading):
    """What GitHub makes of a heading."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


class Documents:
    def __init__(self, root, files):
        self.root = pathlib.Path(root)
        self.files = files
        self.problems = []
        self.help = {path.stem: path.read_text()
                     for path in (self.root / "test/golden/help").glob("*.txt")}

    def fail(self, path, text, at, what):
        self.problems.append(f"{path}:{text.count(chr(10), 0, at) + 1}: {what}")

    def anchors(self, path):
        text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
        return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.M)}

    def check_links(self, path, text):
        for match in LINK.finditer(without_code(text)):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            name, _, part = target.partition("#")
            file = (self.root / path).parent / name if name else self.root / path
            at = max(text.find(f"({target})"), 0)
            if not file.exists():
                self.fail(path, text, at, f"there is no {name}")
            elif part and file.suffix == ".md" and part not in self.anchors(file):
                self.fail(path, text, at, f"{file.name} has no heading for #{part}")

    def command_of(self, words):
        """The longest of `keys new`, `keys` that there is."""
        for count in (2, 1):
            if "-".join(words[:count]) in self.help and len(words) >= count:
                return "-".join(words[:count])
        return None

    def check_commands(self, path, text):
        joined = text.replace("\\\n", "  ")
        for match in COMMAND.finditer(joined):
            words = match.group(1).split()
            name = self.command_of(words)
            is_code = "`" in joined[max(0, match.start() - 60):match.start() + 1] or \
                joined[joined.rfind("\n", 0, match.start()) + 1:].startswith("    ")
            if name is None:
                if is_code and words and OPTION.search(match.group(2)):
                    self.fail(path, joined, match.start(), f"there is no command {words[0]}")
                continue
            for option in OPTION.findall(match.group(2)):
                if not re.search(rf"{option}\b(?!-)", self.help[name]) and option != "--help":
                    self.fail(path, joined, match.start(), f"moretta {name} has no {option}")

    def run(self):
        for path in self.files:
            text = (self.root / path).read_text()
            self.check_links(path, text)
            self.check_commands(path, text)
        return self.problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    listed = subprocess.run(["git", "ls-files", "--", "*.md"], cwd=root, capture_output=True, text=True)
    names = listed.stdout.split() or [str(path.relative_to(root)) for path in root.rglob("*.md")]
    problems = Documents(root, [name for name in names if not name.startswith("test/")]).run()
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
