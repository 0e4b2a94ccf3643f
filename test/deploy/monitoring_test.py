"""CloudWatch: one template of alarms and a dashboard, and the SAM template that has it as a part."""

import json
import re
import unittest

import artefacts

# What somebody is woken for, and which alarm does it for each body.
PROMISED = {"lag": {"Lag"}, "dead letters": {"DeadLetters"}, "holding for the database": {"HoldingForDatabase"},
            "conservation broken": {"ConservationBroken", "ConservationBrokenInFunction"},
            "rejects rate": {"Rejects"}, "no progress": {"NoProgress", "NoProgressInFunction"}}


def emf_metrics(function):
    """The names that a line of `metrics: emf` has, of a worker or of a function, from the code that writes it."""
    source = (artefacts.ROOT / "src" / "app" / "status" / "emf.cpp").read_text()
    of_worker = source.split("void add_worker", 1)[1].split("\n}\n", 1)[0]
    names = set(re.findall(r'line\.add\("(\w+)"', source))
    return names - set(re.findall(r'line\.add\("(\w+)"', of_worker)) if function else names


def metrics_of(alarm):
    """(namespace, name) of all that an alarm looks at."""
    if "MetricName" in alarm:
        return {(alarm["Namespace"], alarm["MetricName"])}
    return {(one["MetricStat"]["Metric"]["Namespace"], one["MetricStat"]["Metric"]["MetricName"])
            for one in alarm["Metrics"] if "MetricStat" in one}


class CloudWatch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.template = artefacts.cloudformation(artefacts.DEPLOY / "monitoring" / "cloudwatch.yaml")
        cls.alarms = {name: one for name, one in cls.template["Resources"].items()
                      if one["Type"] == "AWS::CloudWatch::Alarm"}

    def alarms_of(self, condition):
        return {name for name, one in self.alarms.items() if one.get("Condition") in (None, condition)}

    def test_wakes_for_all_that_is_promised_whichever_body_runs(self):
        for condition in ("IsService", "IsFunction"):
            there = self.alarms_of(condition)
            for promise, names in PROMISED.items():
                self.assertEqual(len(names & there), 1, (condition, promise))

    def test_looks_only_at_metrics_that_the_body_writes(self):
        for condition, is_function in (("IsService", False), ("IsFunction", True)):
            written = emf_metrics(is_function)
            self.assertIn("lag", written)
            for name in self.alarms_of(condition):
                for namespace, metric in metrics_of(self.alarms[name]["Properties"]):
                    if namespace == "moretta":
                        self.assertIn(metric, written, (condition, name))

    def test_computes_only_with_what_it_fetches(self):
        for name, alarm in self.alarms.items():
            parts = alarm["Properties"].get("Metrics", [])
            for part in parts:
                used = set(re.findall(r"\b[a-z]\w*", part.get("Expression", "")))
                self.assertLessEqual(used, {one["Id"] for one in parts}, name)
            if parts:
                self.assertEqual(sum(one.get("ReturnData", True) for one in parts), 1, name)

    def test_each_alarm_can_wake_somebody_or_nobody(self):
        for name, alarm in self.alarms.items():
            self.assertEqual(alarm["Properties"]["AlarmActions"],
                             {"Fn::If": ["Wakes", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}, name)
            self.assertEqual(alarm["Properties"]["TreatMissingData"], "notBreaching", name)

    def test_points_to_paragraphs_that_exist(self):
        text = (artefacts.ROOT / "docs" / "operations.md").read_text()
        for alarm in self.alarms.values():
            for named in re.findall(r"operations\.md, (\w+)", alarm["Properties"]["AlarmDescription"]):
                self.assertIn(f"### {named}\n", text)

    def test_dashboard_is_json_and_shows_what_is_written(self):
        body = self.template["Resources"]["Board"]["Properties"]["DashboardBody"]["Fn::Sub"]
        board = json.loads(re.sub(r"\$\{[\w:]+\}", "x", body))

        shown = set(re.findall(r'"moretta", "(\w+)"', body)) | set(re.findall(r'\["\.", "([a-z_]+)", "\."', body))
        self.assertLessEqual(shown, emf_metrics(function=False))
        self.assertGreaterEqual(len(board["widgets"]), 4)

    def test_names_only_what_it_declares(self):
        declared = set(self.template["Resources"]) | set(self.template["Parameters"])
        for name in artefacts.references(self.template):
            self.assertIn(name, declared)

    def test_is_a_part_of_the_sam_template(self):
        sam = artefacts.cloudformation(artefacts.DEPLOY / "lambda" / "template.yaml")
        part = sam["Resources"]["Monitoring"]["Properties"]

        self.assertEqual((artefacts.DEPLOY / "lambda" / part["TemplateURL"]).resolve(),
                         artefacts.DEPLOY / "monitoring" / "cloudwatch.yaml")
        given = part["Parameters"]
        self.assertLessEqual(set(given), set(self.template["Parameters"]))
        needed = {name for name, one in self.template["Parameters"].items() if "Default" not in one}
        self.assertLessEqual(needed, set(given))
        self.assertEqual(given["Body"], "function")
        self.assertEqual(given["QueueName"], {"Fn::GetAtt": ["Queue", "QueueName"]})
        config = (artefacts.DEPLOY / "lambda" / "moretta.yaml").read_text()
        self.assertIn("\nmetrics: emf\n", config)


if __name__ == "__main__":
    unittest.main()
