"""What is in a package besides our own code: one SPDX document, and the licence of each part."""

import datetime
import hashlib
import json


def _id(name):
    return "SPDXRef-" + "".join(c if c.isalnum() else "-" for c in name)


def _part(package, note):
    licences = " and ".join(package.licences) or "in prose"
    return {
        "SPDXID": _id(package.name),
        "name": package.name,
        "versionInfo": package.version,
        "supplier": "Organization: Debian",
        "homepage": package.homepage or "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "licenseComments": f"Debian's names: {licences}. The text is licenses/{package.name}.",
        "comment": note,
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": package.url}],
    }


def spdx(name, version, epoch, parts):
    """`parts` is {Package: what of it is inside}. The same input gives the same bytes."""
    ours = {"SPDXID": "SPDXRef-moretta", "name": "moretta", "versionInfo": version,
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0",
            "copyrightText": "NOASSERTION"}
    packages = [ours, *(_part(package, note) for package, note in sorted(parts.items()))]
    digest = hashlib.sha256(json.dumps(packages).encode()).hexdigest()
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"urn:moretta:{name}:{digest[:32]}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Organization: moretta"]},
        "packages": packages,
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": "SPDXRef-moretta"},
            *({"spdxElementId": "SPDXRef-moretta", "relationshipType": "DEPENDS_ON",
               "relatedSpdxElement": p["SPDXID"]} for p in packages[1:])],
    }
    return json.dumps(document, indent=1) + "\n"
