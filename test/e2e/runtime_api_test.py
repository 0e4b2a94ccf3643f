"""The Runtime API that the tests of the function rely on is as strict as Lambda's: a function that broke its rules would be seen."""

import http.client
import json
import pathlib
import sys
import tempfile
import threading
import time
import unittest

from lambda_api import ANSWER_BYTES_MAX, Function, RuntimeApi, event_of

INVOCATION = "/2018-06-01/runtime/invocation/"
INIT_ERROR = "/2018-06-01/runtime/init/error"
ERROR = json.dumps({"errorMessage": "because", "errorType": "Some.Kind"})

# Functions that take an invocation and then do what they must not.
TAKES_ONE = """
import http.client, os, time
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
connection.request("GET", "/2018-06-01/runtime/invocation/next")
answer = connection.getresponse()
answer.read()
"""


class RuntimeApiTest(unittest.TestCase):
    def setUp(self):
        self.api = RuntimeApi()
        self.addCleanup(self.api.close)
        self.connection = http.client.HTTPConnection(self.api.address, timeout=30)
        self.addCleanup(self.connection.close)

    def call(self, method, path, body=None, **headers):
        self.connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def take(self, event="{}", timeout_s=30):
        invocation = self.api.give(event, timeout_s)
        status, headers, body = self.call("GET", INVOCATION + "next")
        self.assertEqual((status, body.decode()), (200, event))
        self.assertEqual(headers["Lambda-Runtime-Aws-Request-Id"], invocation.id)
        return invocation, headers

    def refused(self, status, kind, answer):
        self.assertEqual((answer[0], json.loads(answer[2])["errorType"]), (status, kind))
        self.assertEqual(self.api.violations.pop()[0], status)
        self.assertEqual(self.api.violations, [])

    def test_gives_an_invocation_and_takes_its_answer(self):
        invocation, _ = self.take(event_of([]))

        status, _, _ = self.call("POST", INVOCATION + invocation.id + "/response", '{"batchItemFailures":[]}')

        self.assertEqual((status, invocation.failed_ids, self.api.violations), (202, [], []))

    def test_takes_an_error_with_its_kind(self):
        invocation, _ = self.take()

        status, _, _ = self.call("POST", INVOCATION + invocation.id + "/error", ERROR,
                                 Lambda_Runtime_Function_Error_Type="Some.Kind")

        self.assertEqual((status, invocation.error, invocation.error_text), (202, "Some.Kind", "because"))
        self.assertRaises(AssertionError, lambda: invocation.failed_ids)

    def test_tells_the_deadline_in_milliseconds_since_1970(self):
        before = time.time()
        _, headers = self.take(timeout_s=12)

        deadline = int(headers["Lambda-Runtime-Deadline-Ms"]) / 1000
        self.assertTrue(before + 11.9 < deadline < time.time() + 12.1, deadline - before)

    def test_refuses_to_give_another_before_the_answer(self):
        invocation, _ = self.take()

        self.refused(403, "InvalidStateTransition", self.call("GET", INVOCATION + "next"))
        self.assertEqual(self.call("POST", INVOCATION + invocation.id + "/response", "{}")[0], 202)

    def test_refuses_answers_out_of_turn(self):
        for kind, body in (("response", "{}"), ("error", ERROR)):
            self.refused(403, "InvalidStateTransition", self.call("POST", INVOCATION + "any/" + kind, body))
        invocation, _ = self.take()
        self.call("POST", INVOCATION + invocation.id + "/response", "{}")

        self.refused(403, "InvalidStateTransition", self.call("POST", INVOCATION + invocation.id + "/response", "{}"))

    def test_refuses_the_answer_to_another_invocation_and_goes_on_waiting(self):
        invocation, _ = self.take()

        self.refused(400, "InvalidRequestID", self.call("POST", INVOCATION + "other/response", "{}"))
        self.assertFalse(invocation.over.is_set())
        self.assertEqual(self.call("POST", INVOCATION + invocation.id + "/response", "{}")[0], 202)

    def test_refuses_an_answer_that_is_too_large_and_ends_the_invocation(self):
        fits, _ = self.take()
        self.assertEqual(self.call("POST", INVOCATION + fits.id + "/response", b" " * ANSWER_BYTES_MAX)[0], 202)
        invocation, _ = self.take()

        answer = self.call("POST", INVOCATION + invocation.id + "/response", b" " * (ANSWER_BYTES_MAX + 1))

        self.refused(413, "RequestEntityTooLarge", answer)
        self.assertEqual((invocation.answer, invocation.error), (None, "Function.ResponseSizeTooLarge"))

    def test_takes_an_init_error_only_before_the_first_next(self):
        status, _, _ = self.call("POST", INIT_ERROR, ERROR, Lambda_Runtime_Function_Error_Type="Some.Kind")
        self.assertEqual((status, self.api.init_error), (202, ("Some.Kind", "because")))
        self.take()

        self.refused(403, "InvalidStateTransition", self.call("POST", INIT_ERROR, ERROR))

    def test_knows_no_other_path(self):
        self.assertEqual(self.call("GET", "/2018-06-01/runtime/invocation/nex")[0], 404)
        self.assertEqual(self.call("POST", "/2018-06-01/runtime/invocation/next", "")[0], 404)

    def test_gives_nothing_more_to_a_sandbox_that_has_ended(self):
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.call("GET", INVOCATION + "next")))
        waiting.start()
        self.assertTrue(self.api.first_next.wait(30))

        self.api.sandbox_ended()
        waiting.join(30)

        self.assertEqual(answers[0][0], 500)
        self.take()  # by the next sandbox


class Sandbox(unittest.TestCase):
    def function(self, program):
        folder = tempfile.TemporaryDirectory(prefix="moretta-test.")
        self.addCleanup(folder.cleanup)
        function = Function(pathlib.Path(folder.name), {"PATH": "/usr/bin"}, [sys.executable, "-c", program])
        self.addCleanup(function.close)
        return function

    def test_is_killed_at_the_deadline_and_made_anew(self):
        function = self.function(TAKES_ONE + "time.sleep(600)")

        late = function.invoke("{}", timeout_s=1)

        self.assertEqual((late.is_late, late.error, late.answer), (True, "Sandbox.Timedout", None))
        self.assertEqual((function.starts, function.child.is_running()), (2, True))

    def test_that_ends_by_itself_fails_the_invocation(self):
        ended = self.function(TAKES_ONE).invoke("{}")

        self.assertEqual((ended.is_late, ended.error), (False, "Runtime.ExitError"))


if __name__ == "__main__":
    unittest.main()
