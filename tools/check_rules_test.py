#!/usr/bin/env python3
"""check_rules.py must catch what it is for: a violation of each rule is planted and has to be found."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_rules  # noqa: E402

HEADER = "#pragma once\n\n// What it is for.\n\n"


def violations(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return check_rules.Checker(root).run()


def body(lines):
    return "int f() {\n" + "  step();\n" * lines + "}\n"


class Rules(unittest.TestCase):
    def assert_caught(self, files, what):
        found = violations(files)
        self.assertTrue(any(what in v for v in found), f"not caught: {what}; found {found}")

    def assert_clean(self, files):
        self.assertEqual(violations(files), [])

    def test_upward_include(self):
        self.assert_caught({"src/record/a.cpp": '#include "core/lane.hpp"\n'}, "does not stand above")

    def test_include_of_a_neighbour(self):
        self.assert_caught({"src/aws/a.cpp": '#include "pg/sink.hpp"\n'}, "does not stand above")

    def test_devqueue_and_the_client_stay_apart(self):
        self.assert_caught({"src/devqueue/a.cpp": '#include "aws/http.hpp"\n'}, "base only")
        self.assert_caught({"src/devqueue/a.cpp": '#include "record/event.hpp"\n'}, "base only")

    def test_unknown_layer(self):
        self.assert_caught({"src/extra/a.cpp": "\n"}, "not in the list of layers")

    def test_downward_includes_are_fine_and_tests_may_include_anything(self):
        self.assert_clean({"src/core/a.cpp": '#include "base/clock.hpp"\n#include "core/b.hpp"\n',
                           "src/app/b.cpp": '#include "devqueue/queue.hpp"\n',
                           "src/base/a_test.cpp": '#include "app/run.hpp"\n',
                           "src/base/CMakeLists.txt": "a_test.cpp\n"})

    def test_an_event_that_is_logged_and_not_explained_or_the_other_way_round(self):
        logs = {"src/core/a.cpp": 'void f() { log_.warn("lost_it", {}); }\n'}
        self.assert_caught({**logs, "docs/events.md": "## `other`\n"}, "does not explain the event lost_it")
        self.assert_caught({**logs, "docs/events.md": "## `other`\n"}, "nobody logs the event other")
        self.assert_clean({**logs, "docs/events.md": "## `lost_it`\n"})

    def test_a_board_or_an_alert_on_a_metric_that_does_not_exist_or_without_words_and_test(self):
        catalogue = {"src/app/status/metric.cpp": '{"moretta_lag_seconds", histogram},\n',
                     "docs/operations.md": "### Late\n",
                     "deploy/monitoring/alerts_test.yaml": "alertname: Late\n"}
        alert = "- alert: Late\n  expr: moretta_lag_seconds_count > 1\n"
        name = "deploy/monitoring/alerts.yaml"
        self.assert_clean({**catalogue, name: alert})
        self.assert_caught({**catalogue, name: alert + "  moretta_leg_seconds\n"},
                           "there is no metric moretta_leg_seconds")
        self.assert_caught({**catalogue, name: alert, "docs/operations.md": "\n"}, "is not explained")
        self.assert_caught({**catalogue, name: alert, "deploy/monitoring/alerts_test.yaml": "\n"},
                           "has no test")

    def test_each_banned_call(self):
        for code, what in [("try { f(); } catch (int) {}", "catch"),
                           ('auto x = std::getenv("HOME");', "getenv"),
                           ("auto t = std::chrono::system_clock::now();", "the clock"),
                           ("auto t = std::chrono::steady_clock::now();", "the clock"),
                           ("std::this_thread::sleep_for(time);", "sleeping"),
                           ("clock_.sleep(every, stop);", "a sleep that no watchdog sees"),
                           ("int x = rand();", "rand"),
                           ("std::mt19937_64 engine;", "rand"),
                           ("std::shared_ptr<int> p;", "shared_ptr"),
                           ("auto p = std::make_shared<int>(1);", "shared_ptr"),
                           ('std::cout << "x";', "standard output"),
                           ('printf("x");', "standard output"),
                           ('std::fprintf(stderr, "x");', "standard output"),
                           ("thread_local int count = 0;", "mutable state"),
                           ("static int count = 0;", "mutable state"),
                           ("static std::vector<int> seen;", "mutable state")]:
            with self.subTest(code=code):
                self.assert_caught({"src/mask/a.cpp": f"void f() {{\n{code}\n}}\n"},
                                   f"a.cpp:2: {what}")

    def test_words_in_comments_and_texts_are_no_calls(self):
        self.assert_clean({"src/mask/a.cpp": '// catch (x), std::cout\nauto t = "catch (";\n'
                                             'auto r = R"(std::cout)";\n/* rand() */\n'
                                             "constexpr int big = 1'000'000;\n"
                                             "static const int x = 1;\nstatic void f();\n"
                                             "void g() { std::snprintf(b, 1, x); }\n"})

    def test_exceptions_stand_where_they_are_listed(self):
        code = "void f() {\nauto t = std::chrono::system_clock::now();\n}\n"
        self.assert_clean({"src/base/clock.cpp": code})
        self.assert_caught({"src/base/clocks.cpp": code}, "the clock")

    def test_each_exception_has_a_reason(self):
        for _, _, allowed in check_rules.BANNED + check_rules.ONE_HOME:
            for path, reason in allowed.items():
                self.assertGreater(len(reason.split()), 1, path)

    def test_libraries_with_one_home(self):
        self.assert_caught({"src/app/run.cpp": "#include <CLI/CLI.hpp>\n"}, "CLI11")
        self.assert_caught({"src/core/lane.cpp": "#include <spdlog/spdlog.h>\n"}, "spdlog")
        self.assert_caught({"src/core/lane.cpp": "#include <libpq-fe.h>\n"}, "libpq")

    def test_file_size(self):
        self.assert_caught({"src/base/a.cpp": "\n" * 601}, "601 lines")
        self.assert_clean({"src/base/a.cpp": "\n" * 600})

    def test_function_size(self):
        self.assert_clean({"src/base/a.cpp": body(68)})
        self.assert_caught({"src/base/a.cpp": body(69)}, "function of 71 lines")

    def test_function_size_of_members_constructors_and_tests(self):
        steps = "step();\n" * 80
        for head in ["void A::f() const noexcept", "A::A(int x)\n    : x_(x), y_(2)",
                     "auto f(int x) -> std::vector<int>", "TEST(A, claims_this)",
                     "RC_GTEST_PROP(A, holds, (int x))", "bool f() override"]:
            with self.subTest(head=head):
                self.assert_caught({"src/base/a.cpp": f"namespace m {{\n{head} {{\n{steps}}}\n}}\n"},
                                   "a.cpp:")

    def test_blocks_inside_do_not_hide_a_long_function(self):
        inner = "if (x) {\n" + "step();\n" * 20 + "}\n"
        self.assert_caught({"src/base/a.cpp": "void f() {\n" + inner * 4 + "}\n"}, "function of 90")

    def test_tables_do_not_count(self):
        table = "const std::vector<Case> cases = {\n" + "{1, {2}},\n" * 100 + "};\n"
        self.assert_clean({"src/base/a.cpp": "void f() {\n" + table + "}\n"})

    def test_many_short_functions_are_fine(self):
        self.assert_clean({"src/base/a.cpp": "namespace m {\nclass A {\n" + body(10) * 20 + "};\n}\n"})

    def test_header_without_pragma_or_comment(self):
        self.assert_caught({"src/base/a.hpp": "// What.\nint x();\n"}, "#pragma once")
        self.assert_caught({"src/base/a.hpp": "#pragma once\n\n#include <x>\n"}, "opening comment")
        self.assert_clean({"src/base/a.hpp": HEADER})

    def test_test_that_is_not_built(self):
        for name in ["src/base/a_test.cpp", "src/base/a_prop_test.cpp", "fuzz/a_fuzz.cpp"]:
            with self.subTest(name=name):
                self.assert_caught({name: "\n"}, "never runs")
                file = pathlib.PurePosixPath(name)
                commented = {name: "\n", f"{file.parent}/CMakeLists.txt": f"# {file.name}\n"}
                self.assert_caught(commented, "never runs")
                other = {name: "\n", f"{file.parent}/CMakeLists.txt": f"b{file.name}\n"}
                self.assert_caught(other, "never runs")
                self.assert_clean({name: "\n", f"{file.parent}/CMakeLists.txt": f"T {file.name})\n"})

    def test_fuzzer_named_by_its_function(self):
        self.assert_clean({"fuzz/a_fuzz.cpp": "\n", "fuzz/CMakeLists.txt": "moretta_fuzz(a LINK x)\n"})

    def test_unfinished_work(self):
        for word in check_rules.UNFINISHED:
            self.assert_caught({"src/base/a.cpp": f"// {word}: later\n"}, word)
            self.assert_caught({"tools/a.py": f"# {word}\n"}, word)

    def test_places_that_the_project_does_not_know(self):
        for place in ["https://pyp" + "i.org/x", "registry.npm" + "js.org", "/wo" + "rk/main",
                      "/tmp" + "/wt/x"]:
            self.assert_caught({"docs/a.md": f"see {place}\n"}, "does not know")
        self.assert_clean({"docs/a.md": "a framework/part, /home/me/wo" + "rk/main\n"})

    def test_documents_promise_pseudonyms_and_no_more(self):
        for promise in ("the data are anonymous", "anonymised", "Anonymization"):
            self.assert_caught({"docs/a.md": promise + "\n"}, "pseudonyms")
        self.assert_clean({"docs/a.md": "a measure called k-anonymity\n"})

    def test_reason_without_explanation(self):
        code = 'constexpr std::array<std::string_view, 2> codes = {"bad_value", "too_long"};\n'
        self.assert_caught({"src/record/reject.cpp": code}, "bad_value")
        files = {"src/record/reject.cpp": code, "docs/reasons.md": "## `bad_value`\n\nText.\n"}
        self.assert_caught(files, "too_long")
        files["docs/reasons.md"] += "\n## `too_long`\n\nText.\n"
        self.assert_clean(files)

    def test_decision_without_link(self):
        files = {"docs/decisions/0001-a.md": "# A\n"}
        self.assert_caught(files, "does not link")
        files["docs/decisions/README.md"] = "- [A](0001-a.md)\n"
        self.assert_clean(files)


if __name__ == "__main__":
    unittest.main()
