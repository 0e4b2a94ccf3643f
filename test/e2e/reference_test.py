"""What is made from the option and setting tables: completions, the manual page, the JSON Schema."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import yaml

import harness

try:
    import jsonschema
except ImportError:
    jsonschema = None


def output(*arguments):
    done = subprocess.run([harness.program("moretta"), *arguments], capture_output=True, text=True,
                          timeout=harness.WAIT_MAX_S, check=True)
    return done.stdout


def run(arguments, **more):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=harness.WAIT_MAX_S, **more)


class Completion(unittest.TestCase):
    def bash(self, *words):
        script = output("completion", "bash") + """
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _moretta; printf '%s\\n' "${COMPREPLY[@]}"
"""
        done = run(["bash", "-c", script, "bash", "moretta", *words])
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_offers_commands_options_and_choices(self):
        self.assertEqual(self.bash("dra"), ["drain"])
        self.assertEqual(self.bash("quarantine", "l"), ["list"])
        self.assertEqual(self.bash("drain", "--log-l"), ["--log-level"])
        self.assertEqual(self.bash("drain", "--log-level", "w"), ["warn"])
        self.assertEqual(self.bash("nonsense", "drain", "--log-level", ""), [])

    def test_bash_offers_files_where_a_file_is_wanted(self):
        os.chdir(harness.ROOT)
        self.assertIn("CMakeLists.txt", self.bash("drain", "--config", "CMake"))
        self.assertIn("CMakeLists.txt", self.bash("load", "CMake"))

    @unittest.skipUnless(shutil.which("fish"), "no fish on this machine")
    def test_fish_offers_commands_options_and_choices(self):
        def fish(line):
            script = output("completion", "fish") + "\ncomplete -C " + json.dumps(line)
            done = run(["fish", "--no-config", "-c", script])
            self.assertEqual(done.stderr, "")
            return [offer.split("\t")[0] for offer in done.stdout.splitlines()]

        self.assertEqual(fish("moretta dra"), ["drain"])
        self.assertEqual(fish("moretta quarantine l"), ["list"])
        self.assertEqual(fish("moretta drain --log-l"), ["--log-level"])
        self.assertEqual(fish("moretta drain --log-level w"), ["warn"])

    @unittest.skipUnless(shutil.which("zsh"), "no zsh on this machine")
    def test_zsh_offers_commands_and_choices(self):
        def zsh(*words):
            script = """
compdef() { :; }
compadd() { [[ $1 == -- ]] && shift; print -l -- "$@"; }
_files() { print -l FILES; }
""" + output("completion", "zsh") + '\nwords=("$@"); CURRENT=$#; _moretta\n'
            done = run(["zsh", "-f", "-c", script, "zsh", "moretta", *words])
            self.assertEqual(done.stderr, "")
            return done.stdout.split()

        self.assertIn("drain", zsh(""))
        self.assertIn("purge", zsh("quarantine", ""))
        self.assertEqual(zsh("drain", "--log-level", ""), ["debug", "info", "warn", "error", "off"])
        self.assertEqual(zsh("drain", "--config", ""), ["FILES"])


class Manual(unittest.TestCase):
    def test_is_roff_without_a_warning_and_names_every_command(self):
        done = run(["groff", "-man", "-Tutf8", "-ww", "-P-cbou"], input=output("man"))

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for command in ("moretta drain", "moretta quarantine list", "--log-level", "EXIT STATUS"):
            self.assertIn(command, done.stdout)


@unittest.skipUnless(jsonschema, "no jsonschema for this Python")
class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(output("init", "--json-schema"))
        jsonschema.Draft202012Validator.check_schema(cls.schema)

    def faults(self, config):
        return list(jsonschema.Draft202012Validator(self.schema).iter_errors(config))

    def test_takes_every_preset_and_example(self):
        files = sorted(pathlib.Path(harness.ROOT, "examples").glob("*.yaml"))
        self.assertTrue(files)
        for file in files:
            self.assertEqual(self.faults(yaml.safe_load(file.read_text())), [], file)

    def test_refuses_what_the_loader_refuses(self):
        column = {"from": "/a", "type": "text", "mask": "keep"}
        wrong = [
            {},
            {"table": {"name": "t"}},
            {"table": {"name": "t", "columns": {}}},
            {"table": {"name": "t", "columns": {"a": {"from": "/a"}}}},
            {"table": {"name": "t", "columns": {"a": column | {"mask": "md6"}}}},
            {"table": {"name": "t", "columns": {"a": column | {"mask": {"domain": "x"}}}}},
            {"table": {"name": "t", "columns": {"a": column}}, "lanes": 0},
            {"table": {"name": "t", "columns": {"a": column}}, "lane": 1},
            {"table": {"name": "t", "columns": {"a": column}}, "on_reject": "drop"},
            {"table": {"name": "t", "columns": {"a": column}}, "queue": {"ulr": "x"}},
            {"table": {"name": "t", "columns": {"a": column}}, "tests": [{"row": {"a": "x"}}]},
        ]
        for config in wrong:
            self.assertNotEqual(self.faults(config), [], config)
        self.assertEqual(self.faults({"table": {"name": "t", "columns": {"a": column}}, "lanes": 8}), [])


if __name__ == "__main__":
    unittest.main()
