"""AWS's credential and secret services as the worker sees them, with a verifier of signatures that
shares no code with it: signatures are made again from the request, and the token of RDS likewise."""

import base64
import datetime
import hashlib
import hmac
import json
import threading
import urllib.parse

from loopback_server import LoopbackServer, QuietHandler


def signing_key(secret, date, region, service):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def signature(secret, moment, scope, canonical):
    date, region, service, _ = scope.split("/")
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(signing_key(secret, date, region, service), text.encode(), hashlib.sha256).hexdigest()


class Keys:
    """A set of temporary keys."""

    def __init__(self, number, life):
        self.id = f"ASIAFAKE{number:08}"
        self.secret = f"secret-of-{number:08}"
        self.token = f"token-of-{number:08}/+="
        self.end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=life)

    @property
    def has_ended(self):
        return datetime.datetime.now(datetime.timezone.utc) >= self.end

    def document(self):
        return {"AccessKeyId": self.id, "SecretAccessKey": self.secret, "Token": self.token,
                "Expiration": self.end.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


class FakeAws(LoopbackServer):
    """A container endpoint at /credentials; STS, Secrets Manager, Parameter Store and KMS at /."""

    authorization = "agent-token"

    def __init__(self, life=3600):
        self.life = life  # of the keys that are given, in seconds
        self.agent_status = 200
        self.issued = []
        self.agent_asked = 0
        self.secrets, self.parameters, self.wrapped = {}, {}, {}
        self.versions = {}  # (secret, staging label) -> text, of those that are not the current one
        self.long_lived = {}  # key id -> secret, of users
        self.identity_token = None  # what the identity provider signed last
        self.asked = []  # target and name
        self.faults = []  # what was wrong with signatures
        self._lock = threading.Lock()
        outer = self

        class Handler(QuietHandler):
            def do_GET(self):
                self._answer(*outer.give_keys(self.path, self.headers))

            def do_POST(self):
                body = self.body()
                if "X-Amz-Target" in self.headers:
                    self._answer(*outer.serve(self.path, self.headers, body))
                else:
                    status, text = outer.assume(self.path, self.headers, body)
                    self.send(status, text.encode(), "text/xml")

            def _answer(self, status, document):
                self.send(status, json.dumps(document).encode(), "application/x-amz-json-1.1")

        super().__init__(Handler)

    def environment(self, token_file):
        """What a container's agent sets, and where the services are."""
        token_file.write_text(self.authorization)
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url + "/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token_file),
                **{f"AWS_ENDPOINT_URL_{name}": self.url for name in ("SECRETS_MANAGER", "SSM", "KMS", "STS")}}

    def secrets_that_must_not_show(self):
        return [text for keys in self.issued for text in (keys.secret, keys.token)] + [self.authorization]

    # --- what it answers

    def give_keys(self, path, headers):
        with self._lock:
            self.agent_asked += 1
            if path != "/credentials" or headers.get("Authorization") != self.authorization:
                return 403, {"code": "AccessDenied"}
            if self.agent_status != 200:
                return self.agent_status, {"code": "fault"}
            self.issued.append(Keys(len(self.issued) + 1, self.life))
            return 200, self.issued[-1].document()

    def serve(self, path, headers, body):
        with self._lock:
            fault = self._signature_fault(path, headers, body)
            if fault:
                self.faults.append(fault)
                return 400, {"__type": fault}
            target = headers["X-Amz-Target"]
            asked = json.loads(body)
            name = asked.get("SecretId") or asked.get("Name") or asked.get("CiphertextBlob")
            stage = asked.get("VersionStage")
            self.asked.append((target, name, stage) if stage else (target, name))
            if stage and (name, stage) in self.versions:
                return 200, {"Name": name, "SecretString": self.versions[name, stage]}
            if stage:
                name = None
            if target == "secretsmanager.GetSecretValue" and name in self.secrets:
                return 200, {"Name": name, "SecretString": self.secrets[name]}
            if target == "AmazonSSM.GetParameter" and name in self.parameters:
                return 200, {"Parameter": {"Name": name, "Value": self.parameters[name]}}
            if target == "TrentService.Decrypt" and name in self.wrapped:
                return 200, {"KeyId": "key", "Plaintext": base64.b64encode(self.wrapped[name]).decode()}
            return 400, {"__type": "ResourceNotFoundException", "Message": "of no use to a log"}

    def assume(self, path, headers, body):
        """STS."""
        with self._lock:
            form = dict(urllib.parse.parse_qsl(body.decode()))
            action = form["Action"]
            fault = ""
            if action == "AssumeRole":
                fault = self._signature_fault(path, headers, body)
            elif "Authorization" in headers or form.get("WebIdentityToken") != self.identity_token:
                fault = "InvalidIdentityToken"
            self.asked.append((action, form["RoleArn"]))
            if fault:
                self.faults.append(fault)
                return 400, (f"<ErrorResponse><Error><Type>Sender</Type><Code>{fault}</Code>"
                             "<Message>of no use to a log</Message></Error></ErrorResponse>")
            self.issued.append(Keys(len(self.issued) + 1, self.life))
            given = self.issued[-1].document()
            given["SessionToken"] = given.pop("Token")
            members = "".join(f"<{name}>{text}</{name}>" for name, text in given.items())
            return 200, (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
                         f"<Credentials>{members}</Credentials></{action}Result></{action}Response>")

    def _signature_fault(self, path, headers, body):
        words = headers["Authorization"].replace(",", "").split(" ")
        parts = dict(word.split("=", 1) for word in words[1:])
        key_id, scope = parts["Credential"].split("/", 1)
        keys = next((keys for keys in self.issued if keys.id == key_id), None)
        secret = self.long_lived.get(key_id)
        if secret is None:
            if keys is None or headers.get("X-Amz-Security-Token") != keys.token:
                return "UnrecognizedClientException"
            if keys.has_ended:
                return "ExpiredTokenException"
            secret = keys.secret
        lines = [f"{name}:{headers[name].strip()}" for name in parts["SignedHeaders"].split(";")]
        canonical = "\n".join(["POST", path, "", *lines, "", parts["SignedHeaders"],
                               hashlib.sha256(body).hexdigest()])
        made = signature(secret, headers["X-Amz-Date"], scope, canonical)
        return "" if made == parts["Signature"] else "InvalidSignatureException"

    # --- RDS

    def rds_token_fault(self, token, host, port, user):
        """Why RDS would refuse this password; empty if it would not."""
        address, _, query = token.partition("/?")
        if address != f"{host}:{port}":
            return f"for {address}"
        members = urllib.parse.parse_qsl(query, keep_blank_values=True)
        values = dict(members)
        keys = next((keys for keys in self.issued
                     if values["X-Amz-Credential"].startswith(keys.id + "/")), None)
        if keys is None or keys.has_ended or values["X-Amz-Security-Token"] != keys.token:
            return "keys unknown or ended"
        if (values["Action"], values["DBUser"], values["X-Amz-Expires"]) != ("connect", user, "900"):
            return "not for this user"
        moment = datetime.datetime.strptime(values["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        if abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) > 900:
            return "too old"
        signed = sorted((urllib.parse.quote(name, safe="-_.~"), urllib.parse.quote(value, safe="-_.~"))
                        for name, value in members if name != "X-Amz-Signature")
        canonical = "\n".join(["GET", "/", "&".join(f"{name}={value}" for name, value in signed),
                               f"host:{host}:{port}", "", "host", hashlib.sha256(b"").hexdigest()])
        scope = values["X-Amz-Credential"].split("/", 1)[1]
        made = signature(keys.secret, values["X-Amz-Date"], scope, canonical)
        return "" if made == values["X-Amz-Signature"] else "signature"
