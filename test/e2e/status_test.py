"""The status server of a real run: metrics that Prometheus takes, verdicts that tell outages apart."""

import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

import harness
from harness import EXIT_DONE, EndToEnd, Postgres, clean_environment, eventually, free_port, login, logins
from loopback_server import LoopbackServer, QuietHandler


FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def samples(text):
    """{'name{labels}': value} of Prometheus' text format."""
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in text.splitlines() if line and not line.startswith("#")}


class StatusWorld(EndToEnd):
    """A run with its status server, and what it says."""

    def run_with_status(self, *arguments, extra="", listen="127.0.0.1:0"):
        config = self.config(extra=f"\nstatus:\n  listen: {listen}\n" + extra)
        self.create_tables(config)
        worker = self.start("run", "--json", "--log-format", "json", *arguments, config=config)
        said = eventually(lambda: re.search(rb'"status_listening".*?"port":(\d+)', worker.err),
                          "it says where it listens")
        self.port = int(said.group(1))
        return worker

    def get(self, path, host=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}",
                                         headers={"Host": host} if host else {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def health(self):
        """To a server whose clock jumps, a connection may look as if it had been silent for long."""
        try:
            return self.get("/healthz")
        except ConnectionError as cut:
            return 0, str(cut)

    def metrics(self):
        return samples(self.get("/metrics")[1])

    def stored(self):
        return self.metrics()['moretta_messages_total{outcome="stored"}']

    def _drop_database(self):
        with contextlib.suppress(Exception):
            super()._drop_database()


class Collector(LoopbackServer):
    """Takes what is pushed to it, as an OpenTelemetry collector does."""

    def __init__(self):
        self.pushed, self.status = [], 200
        outer = self

        class Handler(QuietHandler):
            def do_POST(self):
                outer.pushed.append((self.path, dict(self.headers), json.loads(self.body())))
                self.send(outer.status)

        super().__init__(Handler)


class Pushing(EndToEnd):
    def setUp(self):
        super().setUp()
        self.collector = Collector()
        self.addCleanup(self.collector.close)
        self.env.update({"OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url,
                         "OTEL_EXPORTER_OTLP_HEADERS": "api-key=sesame",
                         "OTEL_METRIC_EXPORT_INTERVAL": "1000"})
        self.open_queue()
        self.create_tables()

    def test_gives_a_collector_the_figures_of_the_run(self):
        self.queue.send(self.queue_url, logins(30) + ["[]"])

        ended = self.drain()

        self.assertEqual(ended.code, harness.EXIT_REJECTS, ended)
        path, headers, body = self.collector.pushed[-1]
        self.assertEqual((path, headers["api-key"]), ("/v1/metrics", "sesame"))
        resource = body["resourceMetrics"][0]
        self.assertIn({"key": "service.name", "value": {"stringValue": "moretta"}},
                      resource["resource"]["attributes"])
        metrics = {metric["name"]: metric for metric in resource["scopeMetrics"][0]["metrics"]}
        outcomes = {point["attributes"][0]["value"]["stringValue"]: point["asDouble"]
                    for point in metrics["moretta_messages_total"]["sum"]["dataPoints"]}
        self.assertEqual(outcomes, {"stored": 30, "duplicate": 0, "quarantined": 1, "returned": 0})
        lag = metrics["moretta_lag_seconds"]["histogram"]["dataPoints"][0]
        self.assertEqual(lag["count"], "30")
        self.assertEqual(sum(map(int, lag["bucketCounts"])), 30)
        self.assertEqual(len(lag["bucketCounts"]), len(lag["explicitBounds"]) + 1)
        self.assertGreater(int(lag["timeUnixNano"]), int(lag["startTimeUnixNano"]))
        self.assertNotIn("sesame", ended.said)

    def test_is_not_held_up_by_a_collector_that_will_not(self):
        self.collector.status = 503
        self.queue.send(self.queue_url, logins(30))

        ended = self.drain("--log-format", "json")

        self.assertEqual(ended.code, EXIT_DONE, ended)
        self.assertIn('"event":"otlp_failed","reason":"status 503"', ended.said)

    def turns(self):
        """(turn, its steps by name) of every turn that was pushed."""
        spans = [span for path, _, body in self.collector.pushed if path == "/v1/traces"
                 for resource in body["resourceSpans"] for scope in resource["scopeSpans"]
                 for span in scope["spans"]]
        return [(turn, {span["name"].split()[0]: span for span in spans
                        if span.get("parentSpanId") == turn["spanId"]})
                for turn in spans if "parentSpanId" not in turn]

    def test_gives_a_collector_the_turns_linked_to_the_traces_of_their_messages(self):
        w3c = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        xray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        self.queue.send(self.queue_url, logins(3), MessageAttributes={
            "traceparent": {"DataType": "String", "StringValue": w3c}})
        self.queue.send(self.queue_url, ["[]"], MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": xray}})
        self.queue.send(self.queue_url, logins(20, start=3), MessageAttributes={
            "traceparent": {"DataType": "String", "StringValue": w3c[:-1] + "0"}})

        ended = self.drain("--log-format", "json", config=self.config(extra="\ntraces: otlp\n"))

        self.assertEqual(ended.code, harness.EXIT_REJECTS, ended)
        self.assertIn('"trace_id":"5759e988bd862e3fe1be46a994272793"', ended.said)
        links, messages = [], 0
        for turn, steps in self.turns():
            self.assertRegex(turn["traceId"], "^[0-9a-f]{32}$")
            self.assertRegex(turn["spanId"], "^[0-9a-f]{16}$")
            self.assertLessEqual({"decode", "mask", "write", "settle"}, set(steps))
            for step in steps.values():
                self.assertEqual(step["traceId"], turn["traceId"])
                self.assertLessEqual(int(turn["startTimeUnixNano"]), int(step["startTimeUnixNano"]))
                self.assertLessEqual(int(step["startTimeUnixNano"]), int(step["endTimeUnixNano"]))
                self.assertLessEqual(int(step["endTimeUnixNano"]), int(turn["endTimeUnixNano"]))
            links += [(link["traceId"], link["spanId"]) for link in turn["links"]]
            counts = {one["key"]: one["value"].get("intValue") for one in turn["attributes"]}
            messages += int(counts["messaging.batch.message_count"])
            self.assertEqual(int(counts["moretta.stored"]) + int(counts["moretta.quarantined"]),
                             int(counts["messaging.batch.message_count"]))
        self.assertEqual(sorted(links), [("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")] * 3
                         + [("5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8")])
        self.assertEqual(messages, 24)
        pushed = json.dumps(self.collector.pushed)
        for clear in ("user-0", "10.0.0.", "android"):
            self.assertNotIn(clear, pushed)

    def test_sends_no_spans_unless_it_is_asked_to(self):
        self.queue.send(self.queue_url, logins(3))

        self.drain()

        self.assertEqual({path for path, _, _ in self.collector.pushed}, {"/v1/metrics"})

    def test_refuses_to_trace_for_nobody(self):
        ended = self.drain(config=self.config(extra="\ntraces: otlp\n"),
                           env={"OTEL_EXPORTER_OTLP_ENDPOINT": ""})

        checked = self.moretta("check", "--connect", "-c", str(self.folder / "moretta.yaml"),
                               env={"OTEL_EXPORTER_OTLP_ENDPOINT": ""})

        self.assertEqual(ended.code, harness.EXIT_FAILED, ended)
        self.assertIn("set OTEL_EXPORTER_OTLP_ENDPOINT", ended.said)
        self.assertEqual(checked.code, harness.EXIT_CONFIG, checked)
        self.assertIn("error: cannot push traces: no collector is named", checked.text)

    def test_refuses_an_endpoint_that_is_none(self):
        ended = self.drain(env={"OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"})

        self.assertEqual(ended.code, harness.EXIT_FAILED, ended)
        self.assertIn("is not an http:// or https:// address", ended.said)


class Status(StatusWorld):
    def test_counts_what_became_of_every_message(self):
        self.open_queue()
        self.run_with_status("--lanes", "2")
        self.queue.send(self.queue_url, logins(500) + [login(9, user_id=...), "not json", "[]"])

        eventually(lambda: self.metrics()["moretta_messages_in_flight"] == 0
                   and self.metrics()["moretta_messages_received_total"] == 503, "all have ended")
        metrics = self.metrics()

        self.assertEqual(metrics['moretta_messages_total{outcome="stored"}'], 500)
        self.assertEqual(metrics['moretta_messages_total{outcome="quarantined"}'], 3)
        self.assertEqual(metrics['moretta_rejects_total{reason="missing_key",column="user_id"}'], 1)
        self.assertEqual(metrics['moretta_rejects_total{reason="invalid_json",column=""}'], 1)
        self.assertEqual(metrics["moretta_lag_seconds_count"], 500)
        self.assertEqual(metrics["moretta_lane_messages"], 0)
        self.assertGreater(metrics['moretta_stage_seconds_count{stage="write"}'], 0)
        self.assertGreater(metrics['moretta_stage_seconds_count{stage="decode"}'], 0)
        self.assertGreater(metrics['moretta_sqs_requests_total{operation="ReceiveMessage"}'], 50)
        self.assertEqual(metrics['moretta_key_info{key_id="1"}'], 1)
        self.assertEqual(metrics["moretta_database_reconnects_total"], 0)

    def test_speaks_as_prometheus_wants_it(self):
        promtool = shutil.which("promtool")
        self.assertIsNotNone(promtool, "no promtool: install the package prometheus")
        self.open_queue()
        self.run_with_status()
        self.queue.send(self.queue_url, logins(20) + ["[]"])
        eventually(lambda: self.stored() == 20, "all are stored")

        checked = subprocess.run([promtool, "check", "metrics"], input=self.get("/metrics")[1],
                                 capture_output=True, text=True, timeout=60)

        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_alerts_fire_for_what_they_are_about_and_not_before(self):
        folder = harness.ROOT / "deploy" / "monitoring"

        checked = subprocess.run(["promtool", "test", "rules", "alerts_test.yaml"], cwd=folder,
                                 capture_output=True, text=True, timeout=60)

        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_is_scraped_by_a_real_prometheus(self):
        self.open_queue()
        self.run_with_status()
        self.queue.send(self.queue_url, logins(20))
        eventually(lambda: self.stored() == 20, "all are stored")
        port = free_port()
        config = self.folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: moretta\n"
                          f"  static_configs: [{{targets: ['127.0.0.1:{self.port}']}}]\n")
        prometheus = harness.Child(
            [shutil.which("prometheus"), f"--config.file={config}",
             f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={self.folder}/tsdb"],
            env=clean_environment(), folder=self.folder)
        self.addCleanup(prometheus.close)

        def value():
            url = (f"http://127.0.0.1:{port}/api/v1/query?query="
                   "moretta_messages_total%7Boutcome%3D%22stored%22%7D")
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    found = json.load(answer)["data"]["result"]
            except (urllib.error.URLError, ConnectionError):
                return None
            return found and found[0]["value"][1]

        self.assertEqual(eventually(value, "Prometheus has scraped it"), "20")

    def test_tells_an_outage_of_the_database_from_health(self):
        self.move_to(Postgres())
        self.addCleanup(self.postgres.close)
        self.open_queue()
        self.run_with_status("--lanes", "1")
        eventually(lambda: self.get("/readyz") == (200, "ready\n"), "it is ready")

        self.postgres.stop()
        self.queue.send(self.queue_url, logins(3))
        eventually(lambda: self.get("/readyz")[0] == 503, "it is no longer ready")
        ready = self.get("/readyz")[1]
        health = self.get("/healthz")
        outage = self.metrics()['moretta_outage{of="database"}']
        self.postgres.start()
        eventually(lambda: self.get("/readyz")[0] == 200, "it is ready again")

        self.assertEqual(ready, "degraded: holding 3 messages until the database is back\n")
        self.assertEqual(health, (200, "ok\n"), "waiting is not standing still")
        self.assertEqual(outage, 1)
        eventually(lambda: self.stored() == 3, "what was held is stored")
        self.assertGreater(self.metrics()["moretta_database_reconnects_total"], 0)
        self.assertGreater(self.metrics()['moretta_failures_total{side="database"}'], 0)

    def test_says_that_a_lane_stands_still_and_that_it_moves_again(self):
        """The clock is turned on by more than a lane may take, while the lane waits in its long poll."""
        if not os.path.exists(FAKETIME):
            self.skipTest("SKIPPED: no clock to turn: install faketime")
        self.open_queue()
        clock = self.folder / "clock"
        clock.write_text("+0")
        self.env.update(LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1")
        self.run_with_status("--lanes", "1")
        eventually(lambda: self.get("/readyz") == (200, "ready\n"), "it is ready")
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))

        turns = itertools.count(1)  # a poll may just have begun anew
        def turned_on():
            clock.write_text(f"+{next(turns) * 200}")
            code, said = self.health()
            return said if code == 503 else None
        said = eventually(turned_on, "it stands still")
        self.assertRegex(said, r"stalled: a lane has not moved for 2\d\d s")

        self.queue.send(self.queue_url, logins(1))
        eventually(lambda: self.health() == (200, "ok\n"), "it moves again")

    def test_shows_the_configuration_without_its_secrets(self):
        self.open_queue()
        self.run_with_status()

        shown = self.get("/api/config")[1]
        everything = shown + self.get("/")[1] + self.get("/api/status")[1] + self.get("/metrics")[1]

        self.assertNotIn(harness.SECRET_KEY, everything)
        config = json.loads(shown)
        self.assertIn({"name": "masked_ip", "from": "/ip", "type": "varchar(256)",
                       "mask": "aes-siv in ip"}, config["columns"])
        self.assertIn({"name": "keys.secret", "value": "env:SECRET_KEY"}, config["settings"])

    def test_goes_on_counting_and_plotting_through_a_change_of_configuration(self):
        self.open_queue()
        port = free_port()
        worker = self.run_with_status(extra="", listen=f"127.0.0.1:{port}")
        self.queue.send(self.queue_url, logins(20) + [login(9, user_id=...)])
        eventually(lambda: self.stored() == 20 and
                   self.metrics()["moretta_messages_in_flight"] == 0, "all are stored")
        eventually(lambda: json.loads(self.get("/api/history")[1])["t"], "there is a plot")
        before = self.metrics()
        plotted = json.loads(self.get("/api/history")[1])["t"]

        worker.send_signal(signal.SIGHUP)
        eventually(lambda: worker.err.count(b'"status_listening"') == 2, "it has begun anew")
        after = self.metrics()

        for name in ("moretta_messages_received_total", 'moretta_messages_total{outcome="stored"}',
                     'moretta_messages_total{outcome="quarantined"}', "moretta_lag_seconds_count",
                     'moretta_rejects_total{reason="missing_key",column="user_id"}',
                     "process_start_time_seconds"):
            self.assertAlmostEqual(after[name], before[name], delta=1e-3, msg=name)
        for name, value in before.items():
            if re.search(r"_(total|count|bucket)\b", name):
                self.assertGreaterEqual(after[name], value, name)
        self.assertEqual(json.loads(self.get("/api/history")[1])["t"][:len(plotted)], plotted)

    def test_answers_to_its_own_names_only_and_only_reads(self):
        self.open_queue()
        self.run_with_status(extra="  host_names: moretta.internal\n")

        self.assertEqual(self.get("/api/status", host="rebound.example")[0], 421)
        self.assertEqual(self.get("/api/status", host=f"localhost:{self.port}")[0], 200)
        self.assertEqual(self.get("/api/status", host="moretta.internal")[0], 200)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("DELETE", "/api/status")
        self.assertEqual(connection.getresponse().status, 405)
        connection.close()

    def test_writes_what_is_left_for_cloudwatch_at_the_end(self):
        self.open_queue()
        worker = self.run_with_status(extra="metrics: emf\n")
        self.queue.send(self.queue_url, logins(20) + ["[]"])
        eventually(lambda: self.metrics()["moretta_messages_received_total"] == 21
                   and self.metrics()["moretta_messages_in_flight"] == 0, "all have ended")

        ended = worker.end(signal.SIGTERM)

        lines = [json.loads(line) for line in ended.text.splitlines()]
        figures = [line for line in lines if "_aws" in line]
        self.assertEqual(sum(line["received"] for line in figures), 21)
        self.assertEqual(sum(line["stored"] for line in figures), 20)
        self.assertEqual(sum(line["rejects"] for line in figures), 1)
        self.assertEqual(figures[-1]["queue"], "logins")
        self.assertEqual(figures[-1]["_aws"]["CloudWatchMetrics"][0]["Namespace"], "moretta")

    def test_is_seen_in_a_terminal_by_top(self):
        self.open_queue()
        self.run_with_status("--lanes", "2")
        self.queue.send(self.queue_url, logins(20) + ["[]"])
        eventually(lambda: self.stored() == 20, "all are stored")

        seen = self.moretta("top", f"127.0.0.1:{self.port}")
        as_json = self.moretta("top", f"127.0.0.1:{self.port}", "--json")
        nowhere = self.moretta("top", "127.0.0.1:1")

        self.assertEqual(seen.code, EXIT_DONE, seen)
        self.assertRegex(seen.text, r"logins -> user_logins  working")
        self.assertRegex(seen.text, r"not_an_object +- +1\n")
        self.assertNotIn("\033", seen.text, "no colours where there is no terminal")
        self.assertEqual(json.loads(as_json.text)["messages"]["stored"], 20)
        self.assertEqual(nowhere.code, harness.EXIT_FAILED, nowhere)
        self.assertIn("start `moretta run` with status.listen", nowhere.said)

    def tap_while_messages_come(self, *arguments):
        watcher = harness.Child([harness.program("moretta"), "tap", *arguments],
                                env=self.env, folder=self.folder)
        self.addCleanup(watcher.close)

        def is_over():
            if watcher.is_running():
                self.queue.send(self.queue_url, logins(5, start=self.sent) + [login(1, ip=5)])
                self.sent += 5
            return not watcher.is_running()

        eventually(is_over, "it has seen enough")
        return watcher.wait()

    def test_lets_rows_and_rejects_be_watched_without_clear_text(self):
        self.open_queue()
        worker = self.run_with_status("--lanes", "2")
        address = f"127.0.0.1:{self.port}"
        self.sent = 0
        everything = b""
        for extra in (["--json", "--limit", "6"], ["--limit", "6"], ["--only", "rejects", "--limit", "1"]):
            ended = self.tap_while_messages_come(address, *extra)
            self.assertEqual(ended.code, EXIT_DONE, ended)
            everything += ended.out
            if "--json" in extra:
                items = [json.loads(line) for line in ended.text.splitlines()]
            elif "--only" in extra:
                self.assertRegex(ended.text, r"^rejected  lane \d  wrong_type  masked_ip\n$")

        self.assertEqual(len(items), 6)
        rows = [item["shown"] for item in items if item["kind"] == "stored"]
        self.assertTrue(rows)
        self.assertRegex(rows[0]["masked_ip"], r"^s1:")
        self.assertEqual(rows[0]["user_id"], "text of 11 characters")
        for clear in (b"user-0", b"10.0.0.", b"android"):
            self.assertNotIn(clear, everything)
        log = worker.err.decode()
        self.assertRegex(log, r'"event":"rejected","lane":\d,"message_id":"[0-9a-f-]{36}","reason":"wrong_type"')
        self.assertLessEqual(log.count('"event":"rejected"'), 30, "its rate is limited")

    def test_ends_with_the_run(self):
        self.open_queue()
        worker = self.run_with_status()

        ended = worker.end(signal.SIGTERM)

        self.assertEqual(ended.code, EXIT_DONE, ended)
        with self.assertRaises(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5)


if __name__ == "__main__":
    unittest.main()
