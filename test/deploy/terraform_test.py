"""The Terraform module: parsed by HashiCorp's own parser, and held to what the SAM template does.

Providers cannot be fetched without Terraform's registry, so no schema of the provider judges it.
"""

import re
import shutil
import subprocess
import unittest

import artefacts

FOLDER = artefacts.DEPLOY / "terraform"
TERRAFORM = shutil.which("terraform")


class Terraform(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = artefacts.node("hcl_to_json.mjs", *sorted(FOLDER.glob("*.tf")))
        cls.blocks = {}
        for parsed in files.values():
            for kind, block in parsed.items():
                cls.blocks.setdefault(kind, {})
                for label, body in (block.items() if isinstance(block, dict) else ()):
                    cls.blocks[kind].setdefault(label, {}).update(
                        body if isinstance(body, dict) else {"": body[0]})

    def resource(self, kind, name):
        return self.blocks["resource"][kind][name][0]

    def test_mapping_reports_failures_and_limits_concurrency(self):
        mapping = self.resource("aws_lambda_event_source_mapping", "messages")

        self.assertEqual(mapping["function_response_types"], ["ReportBatchItemFailures"])
        self.assertEqual(mapping["scaling_config"][0]["maximum_concurrency"],
                         "${var.maximum_concurrency}")
        self.assertGreater(mapping["batch_size"], 10)
        self.assertEqual(mapping["maximum_batching_window_in_seconds"], "${local.window_seconds}")
        self.assertEqual(mapping["event_source_arn"], "${aws_sqs_queue.messages.arn}")

    def test_queue_hides_messages_for_six_timeouts_and_the_window(self):
        queue = self.resource("aws_sqs_queue", "messages")

        self.assertEqual(queue["visibility_timeout_seconds"],
                         "${6 * var.timeout_seconds + local.window_seconds}")
        self.assertEqual(self.resource("aws_lambda_function", "moretta")["timeout"],
                         "${var.timeout_seconds}")

    def test_queue_redrives_to_one_that_keeps_messages_for_two_weeks(self):
        queue = self.resource("aws_sqs_queue", "messages")
        dead_letters = self.resource("aws_sqs_queue", "dead_letters")

        self.assertIn("aws_sqs_queue.dead_letters.arn", queue["redrive_policy"])
        self.assertEqual(dead_letters["message_retention_seconds"], 14 * 24 * 3600)
        self.assertIs(queue["sqs_managed_sse_enabled"], True)
        self.assertIs(dead_letters["sqs_managed_sse_enabled"], True)

    def test_role_is_what_the_sam_template_gives(self):
        document = self.blocks["data"]["aws_iam_policy_document"]["function"][0]
        ours = {s["sid"]: sorted(s["actions"]) for s in document["statement"]}
        template = artefacts.cloudformation(artefacts.DEPLOY / "lambda" / "template.yaml")
        policy = template["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        theirs = {s["Sid"]: sorted(artefacts.as_list(s["Action"])) for s in policy["Statement"]}

        self.assertEqual(ours, theirs)
        wide = [s["sid"] for s in document["statement"] if "*" in s["resources"]]
        self.assertEqual(wide, ["NetworkInterfaces"])

    def test_function_is_what_the_sam_template_makes(self):
        function = self.resource("aws_lambda_function", "moretta")
        template = artefacts.cloudformation(artefacts.DEPLOY / "lambda" / "template.yaml")
        theirs = template["Resources"]["Function"]["Properties"]

        self.assertEqual(function["runtime"], theirs["Runtime"])
        self.assertEqual(function["handler"], theirs["Handler"])
        self.assertEqual(function["memory_size"], theirs["MemorySize"])
        self.assertEqual(set(function["environment"][0]["variables"]),
                         set(theirs["Environment"]["Variables"]))

    def test_no_secret_comes_into_the_state(self):
        kinds = set(self.blocks["resource"])

        self.assertFalse({k for k in kinds if k.startswith(("aws_secretsmanager", "random_"))})

    def test_every_variable_is_declared_and_used(self):
        text = "".join(path.read_text() for path in FOLDER.glob("*.tf"))

        self.assertEqual(set(re.findall(r"\bvar\.(\w+)", text)), set(self.blocks["variable"]))

    @unittest.skipIf(TERRAFORM is None, "no terraform on this machine")
    def test_is_formatted_as_terraform_formats(self):
        done = subprocess.run([TERRAFORM, "fmt", "-check", "-diff", str(FOLDER)],
                              capture_output=True, text=True, check=False)

        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
