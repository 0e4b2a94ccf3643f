"""S3 as the worker sees it: objects of some buckets in the path, signatures made again, faults."""

import hashlib
import threading

from fake_aws import signature
from loopback_server import LoopbackServer, QuietHandler


class FakeS3(LoopbackServer):
    def __init__(self, secret="test"):
        self.secret = secret
        self.buckets = {}  # name -> {path of the key, encoded as asked: bytes}
        self.asked = []  # method and path
        self.answers = {}  # path -> (status, code), instead of the object
        self.away = False
        self._lock = threading.Lock()
        outer = self

        class Handler(QuietHandler):
            def do_GET(self):
                self.send(*outer.serve("GET", self.path, self.headers))

            def do_DELETE(self):
                self.send(*outer.serve("DELETE", self.path, self.headers))

        super().__init__(Handler)

    def serve(self, method, path, headers):
        with self._lock:
            self.asked.append((method, path))
            if self.away:
                return _error(503, "SlowDown")
            if path in self.answers:
                return _error(*self.answers[path])
            if not self._is_signed(method, path, headers):
                return _error(403, "SignatureDoesNotMatch")
            _, bucket, key = path.split("/", 2)
            if bucket not in self.buckets:
                return _error(404, "NoSuchBucket")
            objects = self.buckets[bucket]
            if method == "DELETE":
                objects.pop(key, None)
                return 204, b""
            if key not in objects:
                return _error(404, "NoSuchKey")
            first, last = headers["Range"].removeprefix("bytes=").split("-")
            return 206, objects[key][int(first):int(last) + 1]

    def _is_signed(self, method, path, headers):
        words = headers["Authorization"].replace(",", "").split(" ")
        parts = dict(word.split("=", 1) for word in words[1:])
        signed = parts["SignedHeaders"].split(";")
        scope = parts["Credential"].split("/", 1)[1]
        digest = hashlib.sha256(b"").hexdigest()
        canonical = "\n".join([method, path, "", *(f"{name}:{headers[name].strip()}" for name in signed), "",
                               parts["SignedHeaders"], digest])
        return ("host" in signed and "x-amz-content-sha256" in signed
                and headers["x-amz-content-sha256"] == digest and scope.split("/")[2] == "s3"
                and signature(self.secret, headers["X-Amz-Date"], scope, canonical) == parts["Signature"])


def _error(status, code):
    return status, f"<Error><Code>{code}</Code><Message>of no use to a log</Message></Error>".encode()
