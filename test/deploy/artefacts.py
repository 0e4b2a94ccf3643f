"""Reads what stands in deploy/, each in its own language."""

import json
import pathlib
import shutil
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HERE = pathlib.Path(__file__).resolve().parent

# What an event source mapping does in the name of the function.
QUEUE_ACTIONS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


class CloudFormation(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation's functions."""


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


CloudFormation.add_multi_constructor("!", _short_form)


def cloudformation(path):
    return yaml.load(path.read_text(), CloudFormation)


def references(part):
    """The logical names that Ref and GetAtt point to."""
    if isinstance(part, list):
        return {name for item in part for name in references(item)}
    if not isinstance(part, dict):
        return set()
    found = {name for item in part.values() for name in references(item)}
    if isinstance(part.get("Ref"), str) and not part["Ref"].startswith("AWS::"):
        found.add(part["Ref"])
    if "Fn::GetAtt" in part:
        found.add(part["Fn::GetAtt"][0])
    return found


def as_list(value):
    return value if isinstance(value, list) else [value]


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document is not None]


def node(script, *arguments, given=None):
    """What a script of this folder prints; skips the test where its packages are not installed."""
    if not (HERE / "node_modules").is_dir() or shutil.which("node") is None:
        raise unittest.SkipTest("no node_modules in test/deploy: run ./dev setup test")
    done = subprocess.run(["node", str(HERE / script), *map(str, arguments)], input=given,
                          capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{script} ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)
