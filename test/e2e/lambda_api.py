"""A Lambda Runtime API (version 2018-06-01) of our own, and a function that it drives.

Strict where AWS is strict: an answer to another invocation is 400, one out of turn 403, one too large
413, and who is late is killed. `violations` lists what the function did wrong.
"""

import contextlib
import hashlib
import http.server
import json
import queue
import re
import threading
import time
import uuid

import harness
from harness import Child, eventually

ANSWER_BYTES_MAX = 6 * 1024 * 1024 + 100
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:logins"


def record(body, message_id=None, sent_at_ms=None, receive_count=1, arn=QUEUE_ARN, group=None, **changes):
    """One message as the event source mapping writes it."""
    attributes = {"ApproximateReceiveCount": str(receive_count),
                  "SentTimestamp": str(sent_at_ms or int(time.time() * 1000)),
                  "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                  "ApproximateFirstReceiveTimestamp": str(int(time.time() * 1000))}
    if group is not None:
        attributes.update({"MessageGroupId": group, "SequenceNumber": str(time.monotonic_ns()),
                           "MessageDeduplicationId": uuid.uuid4().hex})
    return {"messageId": message_id or str(uuid.uuid4()), "receiptHandle": "AQEB" + uuid.uuid4().hex,
            "body": body, "attributes": attributes, "messageAttributes": {},
            "md5OfBody": hashlib.md5(body.encode()).hexdigest(), "eventSource": "aws:sqs",
            "eventSourceARN": arn, "awsRegion": "us-east-1", **changes}


def event_of(records):
    return json.dumps({"Records": records})


class Invocation:
    """How one went: `answer` is JSON, `error` its type, or it was late."""

    def __init__(self, event, timeout_s):
        self.id = str(uuid.uuid4())
        self.event = event.encode() if isinstance(event, str) else event
        self.timeout_s = timeout_s
        self.deadline = None  # seconds of the wall clock, once it has been given out
        self.started = None
        self.seconds = None
        self.answer = self.error = self.error_text = None
        self.is_late = False
        self.over = threading.Event()

    def end(self):
        self.seconds = time.monotonic() - self.started
        self.over.set()

    @property
    def failed_ids(self):
        """The item failures, read as Lambda reads them."""
        if self.answer is None:
            raise AssertionError(f"no answer: {self.error or 'late'}: {self.error_text}")
        parsed = json.loads(self.answer)
        return [item["itemIdentifier"] for item in parsed["batchItemFailures"]]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # the function was killed meanwhile


class RuntimeApi:
    """For one function at a time. States: starting, idle, working."""

    def __init__(self):
        self.violations = []
        self.init_error = None
        self.first_next = threading.Event()
        self._pending = queue.Queue()
        self._wake = threading.Event()
        self._closed = False
        self._lock = threading.Lock()
        self._current = None
        self._sandbox = 0  # who asked for the next one in an earlier sandbox does not get it
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.address = "127.0.0.1:%d" % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._closed = True
        self._server.shutdown()
        self._server.server_close()

    def give(self, event, timeout_s=30):
        invocation = Invocation(event, timeout_s)
        self._pending.put(invocation)
        self._wake.set()
        return invocation

    def sandbox_ended(self):
        """A new one may start; what the old one worked on has no answer."""
        with self._lock:
            self._current = None
            self._sandbox += 1
            self.first_next.clear()

    # --- what the function asks for: each gives (status, headers, body)

    def next(self):
        with self._lock:
            if self._current is not None:
                return self._violation(403, "InvalidStateTransition", "next before an answer")
            sandbox = self._sandbox
        self.first_next.set()
        invocation = self._next_of(sandbox)
        if invocation is None:
            return 500, {}, b"{}"
        invocation.started = time.monotonic()
        invocation.deadline = time.time() + invocation.timeout_s
        return 200, {"Lambda-Runtime-Aws-Request-Id": invocation.id,
                     "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                     "Lambda-Runtime-Invoked-Function-Arn":
                         "arn:aws:lambda:us-east-1:123456789012:function:moretta",
                     "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
                     }, invocation.event

    def _next_of(self, sandbox):
        while True:
            with self._lock:
                if sandbox != self._sandbox or self._closed:
                    return None
                with contextlib.suppress(queue.Empty):
                    self._current = self._pending.get_nowait()
                    return self._current
            self._wake.wait(0.05)
            self._wake.clear()

    def end(self, request_id, kind, headers, body):
        with self._lock:
            invocation = self._current
            if invocation is None:
                return self._violation(403, "InvalidStateTransition", f"{kind} out of turn")
            if request_id != invocation.id:
                return self._violation(400, "InvalidRequestID", f"{kind} of another invocation")
            self._current = None
        if kind == "response" and len(body) > ANSWER_BYTES_MAX:
            invocation.error = "Function.ResponseSizeTooLarge"
            invocation.end()
            return self._violation(413, "RequestEntityTooLarge", "answer too large")
        if kind == "response":
            invocation.answer = body
        else:
            invocation.error = headers.get("Lambda-Runtime-Function-Error-Type")
            invocation.error_text = json.loads(body)["errorMessage"]
        invocation.end()
        return 202, {}, b'{"status":"OK"}\n'

    def fail_init(self, headers, body):
        if self.first_next.is_set():
            return self._violation(403, "InvalidStateTransition", "init error after next")
        self.init_error = (headers.get("Lambda-Runtime-Function-Error-Type"),
                           json.loads(body)["errorMessage"])
        return 202, {}, b'{"status":"OK"}\n'

    def _violation(self, status, kind, what):
        self.violations.append((status, what))
        body = json.dumps({"errorType": kind, "errorMessage": what})
        return status, {}, body.encode()

    def _handler(api):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self):
                if self.path == "/2018-06-01/runtime/invocation/next":
                    self._answer(*api.next())
                else:
                    self._answer(404, {}, b"{}")

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                found = re.fullmatch(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)", self.path)
                if found:
                    self._answer(*api.end(found[1], found[2], self.headers, body))
                elif self.path == "/2018-06-01/runtime/init/error":
                    self._answer(*api.fail_init(self.headers, body))
                else:
                    self._answer(404, {}, b"{}")

            def _answer(self, status, headers, body):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *arguments):
                pass

        return Handler


class Function:
    """A sandbox: `moretta` as Lambda starts it, killed when it is late and started again."""

    def __init__(self, folder, env, command=None):
        self.api = RuntimeApi()
        self._folder, self._env = folder, env
        self._command = command or [harness.program("moretta")]
        self.logs = b""
        self.out = b""
        self.starts = 0
        self.child = None

    def start(self):
        env = {**self._env, "AWS_LAMBDA_RUNTIME_API": self.api.address, "_HANDLER": "bootstrap",
               "AWS_LAMBDA_FUNCTION_NAME": "moretta", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
               "AWS_EXECUTION_ENV": "AWS_Lambda_provided.al2023"}
        self.child = Child(self._command, env=env, folder=self._folder, cwd=self._folder)
        self.starts += 1

    def invoke(self, event, timeout_s=30):
        """Until it ends or its time is up; then the sandbox is killed and made anew."""
        if self.child is None:
            self.start()
        invocation = self.api.give(event, timeout_s)
        eventually(lambda: invocation.started or not self.child.is_running(), "the invocation starts")
        while not invocation.over.wait(0.005):
            late = invocation.deadline is not None and time.time() > invocation.deadline
            if late or not self.child.is_running():
                invocation.is_late = late
                invocation.error = "Sandbox.Timedout" if late else "Runtime.ExitError"
                self.kill()
                self.start()
                break
        return invocation

    def kill(self):
        """As Lambda ends a sandbox: without a word."""
        self._keep_output()
        self.child.close()
        self.child = None
        self.api.sandbox_ended()

    def end(self):
        ended = self.child.end()
        self._keep_output()
        return ended

    def _keep_output(self):
        self.logs += self.child.err
        self.out += self.child.out

    def said(self):
        return (self.logs + self.child.err).decode()

    def metrics(self):
        """The lines of embedded metrics so far."""
        return [json.loads(line) for line in (self.out + self.child.out).splitlines()]

    def close(self):
        if self.child is not None:
            self.child.close()
        self.api.close()
