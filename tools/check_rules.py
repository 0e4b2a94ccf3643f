#!/usr/bin/env python3
"""The rules of the house that a compiler does not know: layers, allow-lists, sizes, dead tests.

    tools/check_rules.py [ROOT]

Prints one line a violation and ends with 1 if there is any. Every exception stands below with its
reason; a new one is a decision that the reader of the change can see.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys

# A layer includes only those before it; one set is one rank, and its members do not know each other.
RANKS = [{"base"}, {"record"}, {"mask"}, {"core", "audit"}, {"aws", "pg", "file"}, {"devqueue"}, {"app"}]
ONLY_BASE = {"devqueue"}  # stands apart: it must not share code with the client that it tests

FILE_LINES_WARN = 400
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70

# What it is called, what it looks like, where it may stand and why.
BANNED = [
    ("catch", r"\bcatch\s*\(", {
        "src/app/*": "the end of the line: errors become messages and exit codes",
        "src/aws/*": "adapter boundary: what the network throws becomes an outcome",
        "src/pg/*": "adapter boundary: what the server says becomes an outcome",
        "src/file/*": "adapter boundary: the library's stream errors become ours",
        "src/devqueue/*": "a server answers a bad request, it does not end",
        "src/core/batch_lane.cpp": "as lane.cpp, within the time that a batch has",
        "src/core/lane.cpp": "a lane waits through an outage and stops on a refusal",
        "src/core/lane_pool.cpp": "carries a lane's error over to the thread that joins it",
    }),
    ("getenv", r"\bgetenv\b", {"src/app/environment.cpp": "the one reader of the environment"}),
    ("the clock", r"\b(system_clock|steady_clock|high_resolution_clock)::now\b", {
        "src/base/clock.cpp": "the one that asks the operating system",
    }),
    ("sleeping", r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", {}),
    ("a sleep that no watchdog sees (a Heartbeat's would)", r"\bclock_?\.sleep\s*\(", {
        "src/audit/*": "as long as somebody asked for",
        "src/aws/*": "between the tries of a call, which are counted",
        "src/base/heartbeat.cpp": "how a Heartbeat sleeps",
        "src/core/*": "a lane, which has a meter",
        "src/pg/*": "until a program answers, with a limit",
        "src/app/commands/*": "the command itself, beside no lanes",
        "src/app/load/load_lane.cpp": "a lane, whose progress the bar shows",
    }),
    ("rand", r"\b(s?rand\s*\(|random_device\b|mt19937)", {}),
    ("shared_ptr", r"\b(shared_ptr|make_shared)\b", {
        "src/base/log.cpp": "spdlog takes its sinks so",
    }),
    ("standard output", r"\bstd::(cout|cerr|clog)\b|\b(f|v|vf)?printf\s*\(|\bputs\s*\(", {
        "src/app/main.cpp": "wires the program to its terminal",
        "src/app/unmask/main.cpp": "wires the program to its terminal",
        "src/base/ensure.cpp": "the last words of a broken invariant",
    }),
    ("mutable state of a thread or the program",
     r"\bthread_local\b(?!\s+const)|(?<!\w)static\s+(?!const\b|constexpr\b)[\w:<>, ]+[&*]?\s+\w+\s*(=|;|\{)", {
         "src/base/digest.cpp": "a digest context per thread: fetching one costs more than hashing",
     }),
]

# Libraries with one home each, so that replacing them is one file's work.
ONE_HOME = [
    ("CLI11", r"#include <CLI/", {
        "src/app/cli/*": "the command line of moretta",
        "src/app/unmask/cli/*": "the command line of moretta-unmask",
    }),
    ("spdlog", r"#include <spdlog/", {"src/base/log.cpp": "behind our own typed log"}),
    ("yaml-cpp", r"#include <yaml-cpp/", {"src/app/*": "the configuration"}),
    ("libpq", r"#include <(libpq-fe|postgresql/libpq-fe)\.h>", {"src/pg/*": "the adapter"}),
]

# Spelt in two pieces, so that this file passes its own rule.
UNFINISHED = ["TO" + "DO", "FIX" + "ME"]
FORBIDDEN = [re.escape(a + b) for a, b in [
    ("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npmjs", ".org"), ("registry.yarnpkg", ".com"),
    ("proxy.golang", ".org"), ("static.crates", ".io"), ("/tmp", "/wt"),
]] + [r"(?<![\w.}])/wo" + r"rk/"]

# What masking makes are pseudonyms: whoever holds the key, or guesses, links them again. A document
# that promises more would mislead the people it is for. (The k-measure of a table is a term.)
PROMISES = r"(?i)(?<!k-)\banonym(?!ity\b)\w*"

SOURCE_DIRS = ("src", "include", "sim", "test", "fuzz", "bench")
TEST_FILE = re.compile(r"_(prop_)?test\.cpp$|_fuzz\.cpp$")
CODE_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".sql", ".cmake", ".txt", ".yaml", ".yml"}


def is_allowed(path, allowed):
    return any(fnmatch.fnmatch(path, pattern) for pattern in allowed)


def without_texts(source):
    """The code with comments and literals blanked; line breaks stay."""
    token = re.compile(
        r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*.*?\*/", re.S)

    def blank(match):
        text = match.group()
        filler = "".join(c if c == "\n" else " " for c in text[1:-1])
        return '"' + filler + '"' if text[0] in "R\"'" else " " + filler + " "

    return token.sub(blank, source)


FUNCTION_HEAD = re.compile(
    r"\)\s*(?:(?:const|noexcept|override|final|mutable|&&?|->[^;{}]*|:[^:].*)\s*)*$", re.S)
NOT_A_FUNCTION = re.compile(r"^\s*(if|for|while|switch|catch|else|do|namespace|class|struct|enum|union)\b")


def functions(code):
    """(line, size) of every outermost function body, tables inside it not counted."""
    blocks = []  # of (kind, first line)
    line, head, inside, table_lines = 1, "", 0, 0
    found = []
    for c in code:
        if c == "{":
            stripped = head.strip()
            is_function = (not inside and FUNCTION_HEAD.search(stripped)
                           and not NOT_A_FUNCTION.match(stripped))
            is_table = inside and (stripped.endswith(("=", ",", "{")) or stripped == ""
                                   and blocks and blocks[-1][0] == "table")
            kind = "function" if is_function else "table" if is_table else "block"
            blocks.append((kind, line))
            if kind == "function":
                inside, table_lines = 1, 0
            head = ""
            continue
        if c == "}" and blocks:
            kind, start = blocks.pop()
            if kind == "table" and not any(k == "table" for k, _ in blocks):
                table_lines += max(0, line - start - 1)
            if kind == "function":
                inside = 0
                found.append((start, line - start + 1 - table_lines))
            head = ""
            continue
        if c == "\n":
            line += 1
        head = "" if c == ";" else head + c
    return found


class Checker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.violations = []
        self.warnings = []
        self.files = self.tracked_files()
        self.texts = {}

    def tracked_files(self):
        git = subprocess.run(["git", "-C", str(self.root), "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True, check=False)
        if git.returncode == 0:
            names = git.stdout.splitlines()
        else:
            names = [str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()]
        return sorted(n for n in names if (self.root / n).is_file() and not n.startswith("build/"))

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = (self.root / path).read_bytes().decode("utf-8", "replace")
        return self.texts[path]

    def fail(self, path, line, what):
        self.violations.append(f"{path}:{line}: {what}")

    def fail_matches(self, path, text, pattern, what):
        for match in re.finditer(pattern, text):
            self.fail(path, text.count("\n", 0, match.start()) + 1, what)

    def sources(self):
        return [f for f in self.files
                if f.split("/")[0] in SOURCE_DIRS and f.endswith((".cpp", ".hpp"))]

    def production(self):
        return [f for f in self.sources()
                if f.split("/")[0] in ("src", "include") and not TEST_FILE.search(f)]

    def check_includes(self):
        rank = {layer: i for i, layers in enumerate(RANKS) for layer in layers}
        for path in self.production():
            parts = path.split("/")
            if parts[0] != "src" or len(parts) < 3:
                continue
            layer = parts[1]
            if layer not in rank:
                self.fail(path, 1, f"layer {layer} is not in the list of layers")
                continue
            for number, line in enumerate(self.text(path).splitlines(), 1):
                match = re.match(r'#include "([a-z]+)/', line)
                if not match or match.group(1) == layer or match.group(1) not in rank:
                    continue
                other = match.group(1)
                if layer in ONLY_BASE and other != "base":
                    self.fail(path, number, f"{layer} includes {other}; it may include base only")
                elif rank[other] >= rank[layer] or other in ONLY_BASE and layer != "app":
                    self.fail(path, number, f"{layer} includes {other}, which does not stand above it")

    def check_banned(self):
        for path in self.production():
            code = without_texts(self.text(path))
            for name, pattern, allowed in BANNED:
                if not is_allowed(path, allowed):
                    self.fail_matches(path, code, pattern, f"{name} does not belong here")
        for path in self.sources():
            for name, pattern, allowed in ONE_HOME:
                if not is_allowed(path, allowed) and not path.startswith("test/"):
                    self.fail_matches(path, self.text(path), pattern, f"{name} has its own home")

    def check_sizes(self):
        for path in self.sources():
            lines = self.text(path).count("\n")
            if lines > FILE_LINES_MAX:
                self.fail(path, lines, f"{lines} lines; at most {FILE_LINES_MAX}")
            elif lines > FILE_LINES_WARN:
                self.warnings.append(f"{path}: {lines} lines; {FILE_LINES_WARN} are plenty")
            for line, size in functions(without_texts(self.text(path))):
                if size > FUNCTION_LINES_MAX:
                    self.fail(path, line, f"function of {size} lines; at most {FUNCTION_LINES_MAX}")

    def check_headers(self):
        for path in self.sources():
            if not path.endswith(".hpp"):
                continue
            lines = [line for line in self.text(path).splitlines() if line.strip()]
            if not lines or lines[0] != "#pragma once":
                self.fail(path, 1, "a header begins with #pragma once")
            elif len(lines) < 2 or not lines[1].startswith("//"):
                self.fail(path, 2, "a header says in one opening comment what it is for")

    def check_tests_are_built(self):
        for path in self.sources():
            if not TEST_FILE.search(path):
                continue
            file = pathlib.PurePosixPath(path)
            for folder in file.parents:
                lists = str(folder / "CMakeLists.txt")
                word = re.escape(str(file.relative_to(folder)))
                stem = re.escape(file.name[:-len("_fuzz.cpp")]) if path.endswith("_fuzz.cpp") else None
                if lists not in self.files:
                    continue
                text = re.sub(r"#[^\n]*", "", self.text(lists))
                if re.search(rf"(?<![\w/]){word}(?!\w)", text) or (
                        stem and re.search(rf"moretta_fuzz\(\s*{stem}\b", text)):
                    break
            else:
                self.fail(path, 1, "no CMakeLists.txt names this test: it never runs")

    def check_words(self):
        for path in self.files:
            text = self.text(path)
            for pattern in FORBIDDEN:
                self.fail_matches(path, text, pattern, "names a place that the project does not know")
            if pathlib.PurePosixPath(path).suffix in CODE_SUFFIXES:
                for word in UNFINISHED:
                    self.fail_matches(path, text, rf"\b{word}\b", f"{word}: do it or decide it")

    def check_promises(self):
        for path in self.files:
            if path.endswith(".md"):
                self.fail_matches(path, self.text(path), PROMISES,
                                  "masking makes pseudonyms; say that")

    def check_documents(self):
        codes_file, reasons = "src/record/reject.cpp", "docs/reasons.md"
        if codes_file in self.files:
            table = re.search(r"codes\s*=\s*\{(.*?)\};", self.text(codes_file), re.S)
            known = self.text(reasons) if reasons in self.files else ""
            for code in re.findall(r'"([a-z_]+)"', table.group(1) if table else ""):
                if not re.search(rf"^## `{code}`$", known, re.M):
                    self.fail(reasons, 1, f"the reason {code} is not explained")
        index = "docs/decisions/README.md"
        for path in self.files:
            name = pathlib.PurePosixPath(path)
            if re.fullmatch(r"docs/decisions/\d{4}-.*\.md", path):
                if index not in self.files or f"({name.name})" not in self.text(index):
                    self.fail(path, 1, f"{index} does not link this decision")

    def check_monitoring(self):
        """Boards and alerts name metrics that exist, and every alert says what to do."""
        catalogue_file, alerts = "src/app/status/metric.cpp", "deploy/monitoring/alerts.yaml"
        if catalogue_file not in self.files or alerts not in self.files:
            return
        catalogue = set(re.findall(r'\{"((?:moretta|process)_[a-z_]+)"', self.text(catalogue_file)))
        for path in self.files:
            if not path.startswith("deploy/monitoring/"):
                continue
            for match in re.finditer(r"\b(?:moretta|process)_[a-z_]+", self.text(path)):
                name = re.sub(r"_(bucket|sum|count)$", "", match.group())
                if name not in catalogue:
                    line = self.text(path).count("\n", 0, match.start()) + 1
                    self.fail(path, line, f"there is no metric {match.group()}")
        for name in re.findall(r"- alert: (\w+)", self.text(alerts)):
            if not re.search(rf"^### {name}$", self.text("docs/operations.md"), re.M):
                self.fail("docs/operations.md", 1, f"the alert {name} is not explained")
            if f"alertname: {name}" not in self.text("deploy/monitoring/alerts_test.yaml"):
                self.fail(alerts, 1, f"the alert {name} has no test")

    def check_events(self):
        """Every code that is logged is explained, and nothing else is."""
        document = "docs/events.md"
        if document not in self.files:
            return
        logged = {}
        for path in self.production():
            for match in re.finditer(r'\blog_?\.(?:debug|info|warn|error)\(\s*"([a-z_]+)"', self.text(path)):
                logged.setdefault(match.group(1), path)
        explained = set(re.findall(r"^## `([a-z_]+)`$", self.text(document), re.M))
        for code in sorted(logged.keys() - explained):
            self.fail(logged[code], 1, f"{document} does not explain the event {code}")
        for code in sorted(explained - logged.keys()):
            self.fail(document, 1, f"nobody logs the event {code}")

    def run(self):
        self.check_includes()
        self.check_banned()
        self.check_sizes()
        self.check_headers()
        self.check_tests_are_built()
        self.check_words()
        self.check_promises()
        self.check_documents()
        self.check_monitoring()
        self.check_events()
        return self.violations


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    checker = Checker(root)
    violations = checker.run()
    for warning in checker.warnings:
        print(f"warning: {warning}")
    for violation in violations:
        print(violation)
    print(f"{len(checker.files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
