"""The Kubernetes manifests: against the schemas of Kubernetes and KEDA, and what they are there for."""

import json
import shutil
import subprocess
import unittest

import yaml

import artefacts

BASE = artefacts.DEPLOY / "kubernetes" / "base"
EXAMPLE = artefacts.DEPLOY / "kubernetes" / "overlays" / "example"
KUBECTL = shutil.which("kubectl")



class Kubernetes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kustomization = yaml.safe_load((BASE / "kustomization.yaml").read_text())
        cls.objects = {d["kind"]: d for name in kustomization["resources"]
                       for d in artefacts.documents(BASE / name)}
        cls.pod = cls.objects["Deployment"]["spec"]["template"]["spec"]
        cls.container, = cls.pod["containers"]

    def judged(self, objects):
        return artefacts.node("kubernetes_schema.mjs", given=json.dumps(objects))

    def test_schemas_have_nothing_against_them(self):
        objects = list(self.objects.values())

        self.assertEqual(dict(zip(self.objects, self.judged(objects))), dict.fromkeys(self.objects))

    def test_schemas_would_notice_a_fault(self):
        broken = json.loads(json.dumps(self.objects["Deployment"]))
        broken["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = "9464"
        scaled = json.loads(json.dumps(self.objects["ScaledObject"]))
        del scaled["spec"]["triggers"][0]["type"]

        self.assertNotIn(None, self.judged([broken, scaled]))

    def test_every_file_is_in_the_kustomization(self):
        named = set(yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"])

        self.assertEqual(named, {p.name for p in BASE.glob("*.yaml")} - {"kustomization.yaml"})

    def test_container_may_do_nothing_that_it_need_not(self):
        self.assertEqual(self.container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}})
        self.assertTrue(self.pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(self.pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertFalse(self.pod["automountServiceAccountToken"])
        user = str(self.pod["securityContext"]["runAsUser"])
        self.assertIn(f"\nUSER {user}:", (artefacts.ROOT / "Dockerfile").read_text())

    def test_probes_ask_the_port_that_the_configuration_opens(self):
        port, = self.container["ports"]
        config = yaml.safe_load((EXAMPLE / "moretta.yaml").read_text())

        self.assertEqual(int(config["status"]["listen"].rsplit(":", 1)[1]), port["containerPort"])
        for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"),
                            ("readinessProbe", "/readyz")):
            asked = self.container[probe]["httpGet"]
            self.assertEqual((asked["path"], asked["port"]), (path, port["name"]))

    def test_outage_of_the_database_does_not_restart_anything(self):
        self.assertNotEqual(self.container["livenessProbe"]["httpGet"]["path"], "/readyz")

    def test_selectors_find_the_pods(self):
        labels = self.objects["Deployment"]["spec"]["template"]["metadata"]["labels"]

        for kind in ("Deployment", "PodDisruptionBudget"):
            self.assertEqual(self.objects[kind]["spec"]["selector"]["matchLabels"], labels)

    def test_keda_scales_this_deployment_on_the_queue(self):
        scaled = self.objects["ScaledObject"]["spec"]
        trigger, = scaled["triggers"]

        self.assertEqual(scaled["scaleTargetRef"]["name"],
                         self.objects["Deployment"]["metadata"]["name"])
        self.assertNotIn("replicas", self.objects["Deployment"]["spec"])
        self.assertEqual(trigger["type"], "aws-sqs-queue")
        self.assertEqual(trigger["metadata"]["scaleOnInFlight"], "true")
        self.assertTrue(all(isinstance(v, str) for v in trigger["metadata"].values()))
        self.assertEqual(trigger["authenticationRef"]["name"],
                         self.objects["TriggerAuthentication"]["metadata"]["name"])

    def test_pods_have_time_to_finish_a_turn(self):
        self.assertGreaterEqual(self.pod["terminationGracePeriodSeconds"], 40)

    def test_service_account_takes_a_role(self):
        account = self.objects["ServiceAccount"]

        self.assertEqual(self.pod["serviceAccountName"], account["metadata"]["name"])
        self.assertIn("eks.amazonaws.com/role-arn", account["metadata"]["annotations"])

    def test_key_comes_from_where_the_secret_is_mounted(self):
        config = yaml.safe_load((EXAMPLE / "moretta.yaml").read_text())
        mounts = {m["name"]: m["mountPath"] for m in self.container["volumeMounts"]}

        self.assertEqual(config["keys"]["secret"], f"docker:{mounts['keys']}/keyset")

    @unittest.skipIf(KUBECTL is None, "no kubectl on this machine")
    def test_kustomize_builds_the_example(self):
        done = subprocess.run([KUBECTL, "kustomize", str(EXAMPLE)], capture_output=True, text=True,
                              check=False)

        self.assertEqual(done.returncode, 0, done.stderr)
        built = list(yaml.safe_load_all(done.stdout))
        self.assertEqual({d["kind"] for d in built}, set(self.objects) | {"ConfigMap"})
        self.assertEqual(self.judged(built), [None] * len(built))


if __name__ == "__main__":
    unittest.main()
