"""The work: logins as the first user sends them, the same for every contender, and the rows they must become.

Written without moretta's help, so that a mistake of ours cannot cancel itself out: a message is one
line, and beside it stands what the table has to hold afterwards.
"""

import dataclasses
import pathlib
import random
import uuid

DUPLICATE_SHARE = 0.02  # bodies sent once more under a new id, as a producer's resend does: rows of their own
MALFORMED_SHARE = 0.01  # no row can be made of them; they have to leave the queue all the same
RECENT_MAX = 100  # a resend follows soon after the first send

DEVICES = ("android", "ios")
LOCALES = ("RU", "PH", "ID", "CN", "BR", "FR", "PL", None, None, None)  # as often null as in the real sample

# One of each kind of mistake that producers make.
MALFORMED = (
    '{"foo": "oops_wrong_msg_type", "bar": 123}',
    '{"user_id": "424cdd21-063a-43a7-b91b-7ca1a833afae", "app_version": ',
    '["not", "an", "object"]',
    "not json at all",
    '{"user_id": 17, "app_version": "2.3.0", "device_type": "ios", "ip": "203.0.113.7", "locale": null,'
    ' "device_id": "000-00-0000"}',
)


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a corpus is like. Equal shapes have equal lines."""

    messages: int
    duplicates: float = DUPLICATE_SHARE
    malformed: float = MALFORMED_SHARE
    values: int = 0  # so many different addresses and devices; 0: every login has its own
    body_bytes: int = 0  # bodies filled up to this size with a key that no column reads; 0: as they are

    @property
    def name(self):
        return f"{self.messages}-{self.duplicates}-{self.malformed}-{self.values}-{self.body_bytes}"


@dataclasses.dataclass(frozen=True)
class Corpus:
    shape: Shape
    lines: pathlib.Path  # one message a line
    expected: pathlib.Path  # COPY text: user_id, device_type, ip, device_id, locale, app_version
    rows: int


class _Logins:
    def __init__(self, shape):
        self._shape = shape
        self._random = random.Random(20260101)
        self._values = [self._value() for _ in range(shape.values)]

    def _value(self):
        bits = self._random.getrandbits(64)
        return (f"{1 + bits % 223}.{bits >> 8 & 255}.{bits >> 16 & 255}.{1 + (bits >> 24) % 254}",
                f"{(bits >> 32) % 1000:03}-{(bits >> 42) % 100:02}-{(bits >> 49) % 10000:04}")

    def next(self):
        """(body, line of the expected table)"""
        draw = self._random
        ip, device_id = self._values[draw.randrange(len(self._values))] if self._values else self._value()
        bits = draw.getrandbits(32)
        user = uuid.UUID(int=draw.getrandbits(128), version=4)
        device, locale, major = DEVICES[bits & 1], LOCALES[(bits >> 1) % 10], (bits >> 8) % 4
        body = (f'{{"user_id": "{user}", "app_version": "{major}.{(bits >> 12) % 10}.{(bits >> 18) % 10}", '
                f'"device_type": "{device}", "ip": "{ip}", "locale": {_json(locale)}, "device_id": "{device_id}"')
        filler = self._shape.body_bytes - len(body) - len(', "agent": ""}')
        body += f', "agent": "{"x" * filler}"}}' if filler > 0 else "}"
        return body, f"{user}\t{device}\t{ip}\t{device_id}\t{locale or chr(92) + 'N'}\t{major}\n"


def _json(text):
    return "null" if text is None else f'"{text}"'


def corpus(shape, folder):
    """From the folder's files, if they were made before."""
    folder.mkdir(parents=True, exist_ok=True)
    lines, expected = folder / f"{shape.name}.ndjson", folder / f"{shape.name}.rows"
    if not (lines.exists() and expected.exists()):
        _write(shape, lines, expected)
    with open(expected, "rb") as file:
        rows = sum(1 for _ in file)
    return Corpus(shape, lines, expected, rows)


def _write(shape, lines, expected):
    logins, draw, recent = _Logins(shape), random.Random(4), []
    made_lines, made_rows = lines.with_suffix(".part"), expected.with_suffix(".part2")
    with open(made_lines, "w") as line_file, open(made_rows, "w") as row_file:
        for _ in range(shape.messages):
            if draw.random() < shape.malformed:
                line_file.write(MALFORMED[draw.randrange(len(MALFORMED))] + "\n")
                continue
            if recent and draw.random() < shape.duplicates:
                body, row = recent[draw.randrange(len(recent))]
            else:
                body, row = logins.next()
                recent = [*recent[-RECENT_MAX + 1:], (body, row)] if shape.duplicates else []
            line_file.write(body + "\n")
            row_file.write(row)
    made_lines.rename(lines)
    made_rows.rename(expected)
