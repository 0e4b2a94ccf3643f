"""The SAM template: what must hold so that nothing is lost and the role can do no more than it must."""

import re
import unittest

import artefacts


class LambdaTemplate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.template = artefacts.cloudformation(artefacts.DEPLOY / "lambda" / "template.yaml")
        cls.resources = cls.template["Resources"]
        cls.function = cls.resources["Function"]["Properties"]
        cls.mapping = cls.function["Events"]["Messages"]["Properties"]
        cls.queue = cls.resources["Queue"]["Properties"]
        cls.timeout = cls.template["Globals"]["Function"]["Timeout"]

    def statements(self):
        policies = self.resources["Role"]["Properties"]["Policies"]
        return [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]

    def test_reports_failures_message_by_message(self):
        self.assertEqual(self.mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])

    def test_limits_how_many_functions_run_at_once(self):
        concurrency = self.mapping["ScalingConfig"]["MaximumConcurrency"]

        self.assertEqual(concurrency, {"Ref": "MaximumConcurrency"})
        parameter = self.template["Parameters"]["MaximumConcurrency"]
        self.assertGreaterEqual(parameter["MinValue"], 2)
        self.assertLessEqual(parameter["MaxValue"], 1000)

    def test_hides_messages_for_six_timeouts_and_the_window(self):
        least = 6 * self.timeout + self.mapping["MaximumBatchingWindowInSeconds"]

        self.assertGreaterEqual(self.queue["VisibilityTimeout"], least)

    def test_has_a_window_where_a_batch_is_larger_than_one_receive(self):
        self.assertGreater(self.mapping["BatchSize"], 10)
        self.assertLessEqual(self.mapping["BatchSize"], 10000)
        self.assertGreaterEqual(self.mapping["MaximumBatchingWindowInSeconds"], 1)

    def test_reads_the_queue_that_it_makes(self):
        self.assertEqual(self.mapping["Queue"], {"Fn::GetAtt": ["Queue", "Arn"]})

    def test_redrives_to_a_queue_that_keeps_messages_as_long_as_there_is(self):
        redrive = self.queue["RedrivePolicy"]

        self.assertEqual(redrive["deadLetterTargetArn"], {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]})
        self.assertGreaterEqual(redrive["maxReceiveCount"], 5)
        kept = self.resources["DeadLetterQueue"]["Properties"]["MessageRetentionPeriod"]
        self.assertEqual(kept, 14 * 24 * 3600)
        self.assertGreaterEqual(kept, self.queue["MessageRetentionPeriod"])

    def test_encrypts_both_queues(self):
        for name in ("Queue", "DeadLetterQueue"):
            self.assertIs(self.resources[name]["Properties"]["SqsManagedSseEnabled"], True, name)

    def test_runs_on_the_runtime_that_the_package_is_made_for(self):
        self.assertEqual(self.function["Runtime"], "provided.al2023")
        self.assertEqual(self.function["Handler"], "bootstrap")
        architecture, = self.function["Architectures"]
        self.assertIn(f"moretta-lambda-{architecture}.zip", self.function["CodeUri"])

    def test_lies_in_the_vpc_behind_a_group_that_opens_two_ports(self):
        self.assertEqual(self.function["VpcConfig"]["SecurityGroupIds"], [{"Ref": "SecurityGroup"}])

        rules = self.resources["SecurityGroup"]["Properties"]
        self.assertNotIn("SecurityGroupIngress", rules)
        self.assertEqual([(r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in
                          rules["SecurityGroupEgress"]],
                         [("tcp", 443, 443), ("tcp", {"Ref": "DatabasePort"}, {"Ref": "DatabasePort"})])

    def test_role_names_each_action_and_each_resource(self):
        for statement in self.statements():
            actions = artefacts.as_list(statement["Action"])
            with self.subTest(statement["Sid"]):
                self.assertEqual(statement["Effect"], "Allow")
                self.assertNotIn("*", "".join(actions))
                if statement["Sid"] == "NetworkInterfaces":
                    self.assertTrue(all(a.startswith("ec2:") for a in actions), actions)
                else:
                    self.assertNotIn("*", artefacts.as_list(statement["Resource"]))
        self.assertNotIn("ManagedPolicyArns", self.resources["Role"]["Properties"])
        self.assertEqual(self.function["Role"], {"Fn::GetAtt": ["Role", "Arn"]})

    def test_role_can_do_what_the_event_source_and_the_function_need(self):
        allowed = {a for s in self.statements() for a in artefacts.as_list(s["Action"])}

        self.assertEqual(allowed & artefacts.QUEUE_ACTIONS, artefacts.QUEUE_ACTIONS)
        self.assertIn("secretsmanager:GetSecretValue", allowed)
        self.assertIn("logs:PutLogEvents", allowed)

    def test_key_is_made_there_and_outlives_the_stack(self):
        key = self.resources["MaskingKey"]
        made = key["Properties"]["GenerateSecretString"]

        self.assertEqual(key["DeletionPolicy"], "Retain")
        self.assertEqual(made["PasswordLength"], 64)
        left = set("0123456789abcdefghijklmnopqrstuvwxyz") - set(made["ExcludeCharacters"])
        self.assertEqual(left, set("0123456789abcdef"))
        self.assertNotIn("SecretString", key["Properties"])

    def test_variables_name_secrets_and_hold_none(self):
        variables = self.function["Environment"]["Variables"]

        self.assertEqual(variables, {"DATABASE_URL": {"Ref": "DatabaseUrl"},
                                     "DATABASE_SECRET": {"Ref": "DatabaseSecretArn"},
                                     "MASKING_KEY_SECRET": {"Ref": "MaskingKey"},
                                     "PGSSLMODE": "verify-full",
                                     "PGSSLROOTCERT": "/var/task/rds-ca.pem",
                                     "SSL_CERT_FILE": "/var/task/ca-certificates.crt"})

    def test_configuration_of_the_zip_reads_the_variables_that_are_set(self):
        config = (artefacts.DEPLOY / "lambda" / "moretta.yaml").read_text()
        named = set(re.findall(r"(?:env:|\$\{)(\w+)", config))

        self.assertEqual(named, {"DATABASE_URL", "DATABASE_SECRET", "MASKING_KEY_SECRET"})
        self.assertLessEqual(named, set(self.function["Environment"]["Variables"]))

    def test_names_only_what_it_declares(self):
        declared = set(self.resources) | set(self.template["Parameters"])
        for name in artefacts.references(self.template):
            self.assertIn(name, declared)


if __name__ == "__main__":
    unittest.main()
