"""The ECS task definition and its scaling, against the model of the AWS API that botocore carries."""

import json
import unittest

import botocore.session
import botocore.validate

import artefacts

FOLDER = artefacts.DEPLOY / "ecs"


def faults(service, operation, parameters):
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    return botocore.validate.ParamValidator().validate(parameters, model.input_shape).generate_report()


class Ecs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.task = json.loads((FOLDER / "task-definition.json").read_text())
        cls.scaling = json.loads((FOLDER / "scaling-policy.json").read_text())
        cls.container, = cls.task["containerDefinitions"]

    def test_task_is_one_that_the_api_takes(self):
        self.assertEqual(faults("ecs", "RegisterTaskDefinition", self.task), "")

    def test_a_wrong_task_would_be_noticed(self):
        self.assertIn("stopTimout", faults("ecs", "RegisterTaskDefinition", {
            **self.task, "containerDefinitions": [{**self.container, "stopTimout": 60}]}))

    def test_container_may_do_nothing_that_it_need_not(self):
        user = self.container["user"]

        self.assertIs(self.container["readonlyRootFilesystem"], True)
        self.assertEqual(self.container["linuxParameters"]["capabilities"], {"drop": ["ALL"]})
        self.assertNotIn("privileged", self.container)
        self.assertIn(f"\nUSER {user}\n", (artefacts.ROOT / "Dockerfile").read_text())

    def test_has_time_to_finish_a_turn_within_what_fargate_grants(self):
        self.assertGreaterEqual(self.container["stopTimeout"], 40)
        self.assertLessEqual(self.container["stopTimeout"], 120)

    def test_secrets_are_references(self):
        variables = {v["name"] for v in self.container["environment"]}
        secrets = {s["name"]: s["valueFrom"] for s in self.container["secrets"]}

        self.assertEqual(set(secrets), {"DATABASE_URL", "SECRET_KEY"})
        self.assertTrue(all(v.startswith("arn:aws:secretsmanager:") for v in secrets.values()))
        self.assertFalse(variables & set(secrets))

    def test_health_is_that_of_the_image(self):
        dockerfile = (artefacts.ROOT / "Dockerfile").read_text()

        asked = self.container["healthCheck"]["command"]
        self.assertIn(f"HEALTHCHECK --interval=60s --timeout=5s CMD {json.dumps(asked[1:])}", dockerfile)

    def test_scaling_divides_what_waits_by_the_tasks(self):
        target = self.scaling["TargetTrackingScalingPolicyConfiguration"]
        metrics = {m["Id"]: m for m in target["CustomizedMetricSpecification"]["Metrics"]}

        self.assertEqual([i for i, m in metrics.items() if m["ReturnData"]], ["backlog"])
        self.assertEqual(metrics["backlog"]["Expression"], "waiting / IF(tasks > 0, tasks, 1)")
        self.assertEqual(metrics["waiting"]["MetricStat"]["Metric"]["MetricName"],
                         "ApproximateNumberOfMessagesVisible")
        self.assertEqual(metrics["tasks"]["MetricStat"]["Metric"]["Namespace"],
                         "ECS/ContainerInsights")
        self.assertGreater(target["TargetValue"], 0)


if __name__ == "__main__":
    unittest.main()
