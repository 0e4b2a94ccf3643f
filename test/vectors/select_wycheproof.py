#!/usr/bin/env python3
"""Takes the cases that test/vectors/wycheproof carries out of a checkout of C2SP/wycheproof:

    select_wycheproof.py CHECKOUT/testvectors_v1 test/vectors/wycheproof

All cases of the small sets whose keys are of a length that we use; of FF1's thousands, one for each
group and flag, which is every key length, tweak, length of text and kind of edge case. Of CBC, what
is no padding is left out: we only encrypt there, and the unmasker's own tests flip every bit. Fields
and numbers are as they were; comments and notes are left out.
"""

import json
import pathlib
import sys

FIELDS = ("tcId", "key", "iv", "tweak", "aad", "msg", "ct", "tag", "ikm", "salt", "info", "size",
          "okm", "result")
GROUP_FIELDS = ("alphabet", "radix", "keySize")
FILES = {
    "aes_siv_cmac": lambda group: group["keySize"] in (256, 512),
    "aes_ff1_base10": None,
    "aes_ff1_base36": None,
    "hmac_sha256": lambda group: True,
    "hkdf_sha256": lambda group: True,
    "aes_cbc_pkcs5": lambda group: True,
}


def one_for_each_flag(tests):
    seen = set()
    for test in tests:
        kind = (test["result"], *test.get("flags", []))
        if kind not in seen:
            seen.add(kind)
            yield test


def selected(document, wanted):
    for group in document["testGroups"]:
        if wanted is not None and not wanted(group):
            continue
        tests = group["tests"] if wanted is not None else list(one_for_each_flag(group["tests"]))
        yield {**{name: group[name] for name in GROUP_FIELDS if name in group},
               "tests": [{name: test[name] for name in FIELDS if name in test} for test in tests
                         if "NoPadding" not in test.get("flags", [])
                         and "BadPadding" not in test.get("flags", [])]}


def main(source, target):
    for name, wanted in FILES.items():
        document = json.loads((pathlib.Path(source) / f"{name}_test.json").read_text())
        groups = list(selected(document, wanted))
        lines = []
        for group in groups:
            head = json.dumps({key: group[key] for key in group if key != "tests"})[1:-1]
            tests = ",\n".join(json.dumps(test, separators=(",", ":")) for test in group["tests"])
            lines.append("{" + head + (", " if head else "") + '"tests": [\n' + tests + "\n]}")
        text = '{"testGroups": [\n' + ",\n".join(lines) + "\n]}\n"
        json.loads(text)
        (pathlib.Path(target) / f"{name}_test.json").write_text(text)
        count = sum(len(group["tests"]) for group in groups)
        print(f"{name}: {count} of {document['numberOfTests']}, {len(text)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
